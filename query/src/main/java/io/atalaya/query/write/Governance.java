package io.atalaya.query.write;

import io.atalaya.policies.Policies;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Source;
import io.atalaya.policies.code.PolicyResolver;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.policies.tag.TagTarget;
import io.atalaya.query.lineage.Inheritance;
import io.atalaya.query.lineage.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Tags, guards and rights of what statements make, in the service's policies. */
public final class Governance {
    private static final Source BY_LINEAGE = new Source.Lineage();

    private final Policies policies;
    private final PolicyResolver names;
    private final Derivations derivations;

    /** Is told of what each column of a table that is about to be is made of. */
    @FunctionalInterface
    public interface Derivations {
        void derived(UUID table, Map<Integer, Set<Origin>> origins);
    }

    /** In those policies; {@code names} finds what waiting policies speak of. */
    public Governance(Policies policies, PolicyResolver names) {
        this(policies, names, (_, _) -> {});
    }

    /** The same, and {@code derivations} is told. */
    public Governance(Policies policies, PolicyResolver names, Derivations derivations) {
        this.policies = policies;
        this.names = names;
        this.derivations = derivations;
    }

    /**
     * Is told of a table or view before anybody else can see it, so that its policies are there when it is. Its creator may do
     * everything with it but classify it.
     *
     * @param inheritance by the field ids of the table
     */
    public void making(Principal creator, UUID database, UUID table, Inheritance inheritance) {
        policies.making(creator, database, table, items(database, table, inheritance));
        derivations.derived(table, inheritance.origins());
    }

    /**
     * Is told of a table or view that is made or gets columns, and of what these inherit beside the policies it has; nobody
     * gets rights by that.
     */
    public void inheriting(Principal actor, UUID database, UUID table, Inheritance inheritance) {
        List<PolicyItem> items = items(database, table, inheritance);
        if (!items.isEmpty()) {
            policies.inherit(actor, items);
        }
        derivations.derived(table, inheritance.origins());
    }

    /** Takes back what {@link #making} did, as the table did not come to be. */
    public void notMade(Principal creator, UUID database, UUID table, Inheritance inheritance) {
        policies.notMade(creator, database, table, items(database, table, inheritance));
    }

    /** A table, view or database came to be under its name, for which policies may wait. */
    public void made() {
        policies.bindPending(names);
    }

    /** A database came to be; its creator may do everything with it but classify what is in it. */
    public void madeDatabase(Principal creator, UUID database) {
        policies.madeDatabase(creator, database);
        policies.bindPending(names);
    }

    private static List<PolicyItem> items(UUID database, UUID table, Inheritance inheritance) {
        List<PolicyItem> items = new ArrayList<>();
        inheritance
                .tags()
                .forEach((field, tags) -> tags.forEach(tag -> items.add(new PolicyItem.OfAssignment(
                        new TagAssignment(new TagTarget.OfColumn(database, table, field), tag, BY_LINEAGE)))));
        for (Inheritance.Copied copied : inheritance.guards()) {
            Guard guard = copied.guard();
            String name = guard.name() + "_" + table.toString().substring(0, 8) + "_" + copied.fieldId();
            items.add(new PolicyItem.OfGuard(new Guard(
                    UUID.nameUUIDFromBytes((table + name).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                            .toString(),
                    name,
                    guard.description(),
                    new Guard.Selector.Columns(database, table, new ColumnSelection.Include(Set.of(copied.fieldId()))),
                    guard.effect(),
                    guard.exempt(),
                    BY_LINEAGE)));
        }
        return items;
    }
}

package io.atalaya.policies.impact;

import io.atalaya.policies.Principal;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.tag.TagTarget;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/** The people and the tables that a change can touch; more of them than it does, and never fewer. */
final class Reach {
    private final KnownTables known;
    private final Set<UUID> tables = new LinkedHashSet<>();
    private final Set<Grantee> grantees = new HashSet<>();
    private boolean everybody;
    private boolean everywhere;

    private Reach(KnownTables known) {
        this.known = known;
    }

    static Reach of(Rehearsal rehearsal, KnownTables known) {
        Reach reach = new Reach(known);
        rehearsal.touched().forEach(reach::add);
        return reach;
    }

    /** The tables, in the order in which they are compared. */
    Iterable<UUID> tables() {
        return everywhere ? known.all().toList() : tables;
    }

    /** Whether it can touch somebody who is this before and that after. */
    boolean includes(Grantee self, Principal before, Principal after) {
        return everybody
                || grantees.contains(self)
                || grantees.stream()
                        .anyMatch(grantee -> grantee instanceof Grantee.Profile(var name)
                                && (before.profiles().contains(name)
                                        || after.profiles().contains(name)));
    }

    private void add(PolicyItem item) {
        switch (item) {
            case PolicyItem.OfGrant(var grant) -> {
                grantees.add(grant.grantee());
                grantedOn(grant.resource());
            }
            case PolicyItem.OfAssignment(var assignment) -> {
                everybody = true;
                switch (assignment.target()) {
                    case TagTarget.OfDatabase(var database) -> allOf(database);
                    case TagTarget.OfTable(var _, var table) -> tables.add(table);
                    case TagTarget.OfColumn(var _, var table, var _) -> tables.add(table);
                }
            }
            case PolicyItem.OfFilter(var filter) -> {
                everybody = true;
                tables.add(filter.table());
            }
            case PolicyItem.OfGuard(var guard) -> {
                everybody = true;
                switch (guard.on()) {
                    case Guard.Selector.Tagged _ -> everywhere = true;
                    case Guard.Selector.Columns(var _, var table, var _) -> tables.add(table);
                    case Guard.Selector.Table(var _, var table) -> tables.add(table);
                    case Guard.Selector.Database(var database) -> allOf(database);
                }
            }
            case PolicyItem.OfMembership(var membership) -> everywhere(new Grantee.User(membership.user()));
            case PolicyItem.OfAttribute(var attribute) -> everywhere(new Grantee.User(attribute.user()));
            case PolicyItem.OfInclusion(var inclusion) -> everywhere(new Grantee.Profile(inclusion.profile()));
            case PolicyItem.OfTagExpression _ -> {
                everybody = true;
                everywhere = true;
            }
            case PolicyItem.OfProfile _, PolicyItem.OfPurpose _, PolicyItem.OfTag _ -> {}
        }
    }

    private void everywhere(Grantee grantee) {
        grantees.add(grantee);
        everywhere = true;
    }

    private void grantedOn(Resource resource) {
        Consumer<UUID> one = tables::add;
        switch (resource) {
            case Resource.OfTable(var _, var table) -> one.accept(table);
            case Resource.OfColumns(var _, var table, var _) -> one.accept(table);
            case Resource.OfCells(var _, var table, var _) -> one.accept(table);
            case Resource.AllTables(var database) -> allOf(database);
            case Resource.Tagged(var kind, var _) -> everywhere |= kind == Resource.Tagged.Kind.TABLE;
            case Resource.TaggedAs(var kind, var _) -> everywhere |= kind == Resource.Tagged.Kind.TABLE;
            case Resource.OfCatalog _, Resource.OfDatabase _, Resource.OfLocation _ -> {}
        }
    }

    private void allOf(UUID database) {
        known.of(database).forEach(tables::add);
    }
}

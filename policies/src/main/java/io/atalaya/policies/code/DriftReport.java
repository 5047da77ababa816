package io.atalaya.policies.code;

import io.atalaya.policies.Source;
import io.atalaya.policies.code.PolicyDifference.Change;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.store.Naming;
import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.tag.TagTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What plans say, seen from the service, and what was made by hand that no file says. */
public final class DriftReport {
    /** The reason of the grants that whoever makes something gets by that. */
    public static final String CREATED = "created it";

    private final PolicyNames names;
    private final Naming naming = new Naming();
    private final List<Change> changes = new ArrayList<>();
    private final Map<String, String> said = new HashMap<>();

    /** Of what is called by those names. */
    public DriftReport(PolicyNames names) {
        this.names = names;
    }

    /** A workspace that files speak of: what {@code apply} would change is what the service has otherwise. */
    public void add(PolicyDifference plan) {
        plan.changes()
                .forEach(change -> changes.add(new Change(
                        change.kind(),
                        change.subject(),
                        /* before= */ change.after(),
                        /* after= */ change.before(),
                        change.item())));
    }

    /** Notes what files say, so that the same by hand is no drift. */
    public void said(List<PolicyItem> items) {
        items.forEach(item -> said.put(item.kind() + " " + item.key(), item.content()));
    }

    /** The report, given everything the service has. */
    public PolicyDrift of(List<PolicyItem> all) {
        long ofCreators = 0;
        long inherited = 0;
        long fromRequests = 0;
        long fromBrokenGlass = 0;
        long passedOn = 0;
        for (PolicyItem item : all) {
            switch (item.source()) {
                case Source.Hand _ -> {
                    if (item instanceof PolicyItem.OfGrant(var grant) && isOfCreator(grant)) {
                        ofCreators++;
                    } else if (!item.content().equals(said.get(item.kind() + " " + item.key()))) {
                        changes.add(byHand(item));
                    }
                }
                case Source.Lineage _ -> inherited++;
                case Source.Request _ -> fromRequests++;
                case Source.BrokenGlass _ -> fromBrokenGlass++;
                case Source.PassedOn _ -> passedOn++;
                case Source.PolicyFile _, Source.BuiltIn _ -> {}
            }
        }
        return new PolicyDrift(changes, ofCreators, inherited, fromRequests, fromBrokenGlass, passedOn);
    }

    private static boolean isOfCreator(Grant grant) {
        return grant.reason().equals(CREATED)
                && (grant.resource() instanceof Resource.OfTable || grant.resource() instanceof Resource.OfDatabase);
    }

    private Change byHand(PolicyItem item) {
        tableOf(item).flatMap(names::table).ifPresent(naming::add);
        databaseOf(item).ifPresent(uuid -> names.database(uuid).ifPresent(name -> naming.add(uuid, name)));
        return new Change(
                item.kind(),
                item.subject(naming),
                Optional.empty(),
                Optional.of(item.shown(naming)),
                Optional.of(item.named(Optional.empty())));
    }

    private static Optional<UUID> tableOf(PolicyItem item) {
        return switch (item) {
            case PolicyItem.OfGrant(var grant) -> grant.resource().oneTable();
            case PolicyItem.OfFilter(var filter) -> Optional.of(filter.table());
            case PolicyItem.OfAssignment(var assignment) ->
                switch (assignment.target()) {
                    case TagTarget.OfDatabase _ -> Optional.empty();
                    case TagTarget.OfTable(var _, var table) -> Optional.of(table);
                    case TagTarget.OfColumn column -> Optional.of(column.table());
                };
            case PolicyItem.OfGuard(var guard) ->
                switch (guard.on()) {
                    case Guard.Selector.Columns columns -> Optional.of(columns.table());
                    case Guard.Selector.Table(var _, var table) -> Optional.of(table);
                    case Guard.Selector.Tagged _, Guard.Selector.Database _ -> Optional.empty();
                };
            case PolicyItem.OfProfile _,
                    PolicyItem.OfInclusion _,
                    PolicyItem.OfPurpose _,
                    PolicyItem.OfMembership _,
                    PolicyItem.OfAttribute _,
                    PolicyItem.OfTag _,
                    PolicyItem.OfTagExpression _ -> Optional.empty();
        };
    }

    private static Optional<UUID> databaseOf(PolicyItem item) {
        return item instanceof PolicyItem.OfGrant(var grant)
                ? grant.resource().oneDatabase()
                : item instanceof PolicyItem.OfAssignment(var assignment)
                        ? Optional.of(assignment.target().database())
                        : item instanceof PolicyItem.OfGuard(var guard)
                                        && guard.on() instanceof Guard.Selector.Database(var database)
                                ? Optional.of(database)
                                : Optional.empty();
    }
}

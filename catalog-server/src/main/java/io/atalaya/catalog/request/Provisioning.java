package io.atalaya.catalog.request;

import io.atalaya.catalog.dataset.ConsequenceText;
import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Policies;
import io.atalaya.policies.PolicyException;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.Source;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.impact.Comparison;
import io.atalaya.policies.impact.Impact;
import io.atalaya.policies.impact.Rehearsal;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.predicate.PredicateParser;
import io.atalaya.policies.snapshot.IndexedSnapshot;
import io.atalaya.policies.store.PolicyItem;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Makes policies of an approved scope, takes them back, and reads back what the grantee has of it. Each can be done again:
 * the second time changes nothing.
 */
final class Provisioning {
    /** Who changes policies for requests. No user has a colon in its name. */
    static final Principal ACTOR = new Principal("system:access-requests", Set.of("administrator"), Map.of());

    private final Policies policies;
    private final Approvers approvers;
    private final Clock clock;

    Provisioning(Policies policies, Approvers approvers, Clock clock) {
        this.policies = policies;
        this.approvers = approvers;
        this.clock = clock;
    }

    /**
     * Makes the grants of a request.
     *
     * @throws PolicyException if the policies cannot have them, or a dataset is gone
     */
    void grant(AccessRequest request) {
        policies.fulfil(ACTOR, source(request), items(request));
    }

    /**
     * What approving the request as it stands would come to; nothing is changed.
     *
     * @throws PolicyException if the policies cannot have its grants, or a dataset is gone
     */
    Preview preview(AccessRequest request) {
        Rehearsal rehearsal = policies.rehearseFulfil(ACTOR, source(request), items(request));
        Instant at = request.scope().from().filter(clock.instant()::isBefore).orElse(clock.instant());
        Impact impact = Comparison.of(rehearsal, approvers.tables(), at);
        PolicySnapshot after = new IndexedSnapshot(rehearsal.after(), Clock.fixed(at, ZoneOffset.UTC));
        Principal who = principal(request.scope().who(), after);
        List<Evidence.OfDataset> effective = request.scope().items().stream()
                .map(item -> {
                    Optional<GovernedTable> table = approvers.dataset(item).map(Dataset::table);
                    Set<String> asked =
                            item.columns().stream().map(Scope.Column::name).collect(Collectors.toSet());
                    Evidence.OfDataset all = Evidence.OfDataset.of(
                            item.dataset(),
                            table.map(one -> after.decide(who, request.scope().permission(), one)),
                            table.flatMap(one -> Knowledge.of(one, who, after)));
                    Map<String, Sentence> columns = new LinkedHashMap<>(all.columns());
                    columns.keySet().retainAll(asked);
                    return new Evidence.OfDataset(all.dataset(), all.allowed(), all.rows(), columns, all.because());
                })
                .toList();
        return new Preview(at, effective, ConsequenceText.of(impact));
    }

    private List<PolicyItem> items(AccessRequest request) {
        List<PolicyItem> filters = new ArrayList<>();
        List<PolicyItem> grants = new ArrayList<>();
        for (Scope.Item item : request.scope().items()) {
            Scope.Bound bound = item.table()
                    .filter(_ -> approvers.dataset(item).isPresent())
                    .orElseThrow(() -> new PolicyException.NotFound("the dataset '{0}' is gone", item.dataset()));
            Resource resource = new Resource.OfTable(bound.database(), bound.table());
            if (request.scope().permission() == Permission.SELECT) {
                DataCellsFilter filter = filter(request, item, bound);
                filters.add(new PolicyItem.OfFilter(filter));
                resource = new Resource.OfCells(bound.database(), bound.table(), filter.id());
            }
            grants.add(new PolicyItem.OfGrant(grant(request, resource)));
        }
        filters.addAll(grants);
        return filters;
    }

    /** Takes back whatever the request granted. */
    void withdraw(AccessRequest request) {
        policies.fulfil(ACTOR, source(request), List.of());
    }

    private static Source.Request source(AccessRequest request) {
        return new Source.Request(request.id().toString());
    }

    private static DataCellsFilter filter(AccessRequest request, Scope.Item item, Scope.Bound bound) {
        Set<Integer> ids = item.columns().stream()
                .map(column -> column.fieldId()
                        .orElseThrow(() -> new PolicyException.NotFound(
                                "the column '{0}' of {1} is not there", column.name(), item.dataset())))
                .collect(Collectors.toSet());
        UUID id = UUID.nameUUIDFromBytes((request.id() + " " + bound.table()).getBytes(StandardCharsets.UTF_8));
        return new DataCellsFilter(
                id,
                bound.database(),
                bound.table(),
                "request_" + request.id(),
                new ColumnSelection.Include(ids),
                item.rows().map(PredicateParser::parseStored).orElse(new Predicate.Always()),
                source(request));
    }

    /** Its purpose is on record with the request; a grant's own purpose would have to be named in every query. */
    private static Grant grant(AccessRequest request, Resource resource) {
        Scope scope = request.scope();
        Grant grant = new Grant(
                "",
                scope.who(),
                resource,
                Set.of(scope.permission()),
                Set.of(),
                new Validity(scope.from(), Optional.of(scope.until())),
                "",
                source(request));
        return new Grant(
                PolicyItem.grantId(grant),
                grant.grantee(),
                grant.resource(),
                grant.permissions(),
                grant.grantable(),
                grant.validity(),
                grant.purpose(),
                grant.source());
    }

    /** What the grantee has of the datasets of a request, asked of the policies as they are now. */
    Evidence readBack(AccessRequest request) {
        PolicySnapshot now = policies.current();
        Principal who = principal(request.scope().who(), now);
        Set<String> own = now.grants(request.scope().who()).stream()
                .filter(grant -> grant.source().equals(source(request)))
                .map(Grant::id)
                .collect(Collectors.toSet());
        List<Evidence.OfDataset> read = new ArrayList<>();
        boolean byRequest = false;
        for (Scope.Item item : request.scope().items()) {
            Optional<GovernedTable> table = approvers.dataset(item).map(Dataset::table);
            Optional<Decision> decision =
                    table.map(one -> now.decide(who, request.scope().permission(), one));
            byRequest |= decision.filter(Decision.Allowed.class::isInstance)
                    .map(one -> isBy(own, one))
                    .orElse(false);
            read.add(
                    Evidence.OfDataset.of(item.dataset(), decision, table.flatMap(one -> Knowledge.of(one, who, now))));
        }
        return new Evidence(clock.instant(), now.epoch(), request.scope().grantee(), byRequest, read);
    }

    private static boolean isBy(Set<String> grants, Decision decision) {
        return decision.because().stream().anyMatch(cause -> grants.contains(cause.id()))
                || (decision instanceof Decision.Allowed allowed
                        && allowed.columns().values().stream()
                                .flatMap(column -> column.because().stream())
                                .anyMatch(cause -> grants.contains(cause.id())));
    }

    /** A profile is looked at as somebody who has no other. */
    static Principal principal(Grantee grantee, PolicySnapshot policies) {
        return switch (grantee) {
            case Grantee.User(var name) -> policies.principal(name);
            case Grantee.Profile(var name) -> new Principal("profile:" + name, Set.of(name), Map.of());
        };
    }
}

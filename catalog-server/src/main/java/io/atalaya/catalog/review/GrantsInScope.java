package io.atalaya.catalog.review;

import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.request.Actor;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.iceberg.types.Types;

/** The grants that a campaign is about, one after the other, by grantee. */
final class GrantsInScope {
    private final GrantReach reach;
    private final PolicySnapshot policies;
    private final Instant now;

    GrantsInScope(GrantReach reach, Instant now) {
        this.reach = reach;
        this.policies = reach.policies();
        this.now = now;
    }

    /** All of them that have not ended. */
    Stream<Grant> of(ReviewScope scope) {
        return grantees(scope)
                .flatMap(grantee -> policies.grants(grantee).stream().sorted(java.util.Comparator.comparing(Grant::id)))
                .filter(grant -> !hasEnded(grant, now))
                .filter(condition(scope));
    }

    static boolean hasEnded(Grant grant, Instant now) {
        return grant.validity().until().filter(end -> !now.isBefore(end)).isPresent();
    }

    private Stream<Grantee> grantees(ReviewScope scope) {
        return switch (scope.kind()) {
            case TAG, DATABASE, TABLE -> policies.grantees().stream();
            case PROFILE -> profiles(policies.holder(scope.name()).profiles());
            case USER ->
                Stream.concat(
                        Stream.of(new Grantee.User(scope.name())),
                        profiles(policies.principal(scope.name()).profiles()));
        };
    }

    private static Stream<Grantee> profiles(Set<String> names) {
        return names.stream().sorted().map(Grantee.Profile::new);
    }

    private Predicate<Grant> condition(ReviewScope scope) {
        return switch (scope.kind()) {
            case PROFILE, USER -> _ -> true;
            case TABLE -> {
                UUID table = scope.id().orElseThrow();
                yield grant -> reaches(
                        grant.resource(), dataset -> dataset.table().uuid().equals(table));
            }
            case DATABASE -> {
                UUID database = scope.id().orElseThrow();
                yield grant -> reach.isOnDatabase(grant.resource(), database)
                        || reaches(
                                grant.resource(),
                                dataset -> dataset.database().uuid().equals(database));
            }
            case TAG -> tagged(scope.name());
        };
    }

    private boolean reaches(Resource resource, Predicate<Dataset> wanted) {
        return reach.datasets(resource).stream().anyMatch(wanted);
    }

    /** Grants on a column that carries the tag, itself or from its table or database, or on a database that does. */
    private Predicate<Grant> tagged(String tag) {
        Map<UUID, Set<Integer>> carriers = new HashMap<>();
        Map<UUID, Boolean> databases = new HashMap<>();
        return grant -> {
            Resource resource = grant.resource();
            return reaches(resource, dataset -> {
                        Set<Integer> ids =
                                carriers.computeIfAbsent(dataset.table().uuid(), _ -> carriers(dataset, tag));
                        return !ids.isEmpty()
                                && reach.columns(resource, dataset).stream()
                                        .map(Types.NestedField::fieldId)
                                        .anyMatch(ids::contains);
                    })
                    || (resource instanceof Resource.OfDatabase(var database)
                            && databases.computeIfAbsent(
                                    database,
                                    uuid -> policies.tags(uuid).values().stream()
                                            .anyMatch(
                                                    one -> one.tag().toString().equals(tag))));
        };
    }

    private Set<Integer> carriers(Dataset dataset, String tag) {
        Set<Integer> ids = new HashSet<>();
        for (Types.NestedField column : dataset.table().schema().columns()) {
            if (policies.tags(dataset.table(), column.fieldId()).values().stream()
                    .anyMatch(one -> one.tag().toString().equals(tag))) {
                ids.add(column.fieldId());
            }
        }
        return ids;
    }

    /**
     * Which grants somebody may have reviewed: administrators all, others those that reach datasets, all of which they watch
     * over: which they may classify, and whose columns they all know.
     */
    Predicate<Grant> watchedBy(Actor actor) {
        if (actor.administrator()) {
            return _ -> true;
        }
        Map<UUID, Boolean> watched = new HashMap<>();
        return grant -> {
            List<Dataset> reached = reach.datasets(grant.resource());
            return !reached.isEmpty()
                    && reached.stream()
                            .map(Dataset::table)
                            .allMatch(table -> watched.computeIfAbsent(table.uuid(), _ -> watches(actor, table)));
        };
    }

    private boolean watches(Actor actor, GovernedTable table) {
        return policies.decide(actor.principal(), Permission.ASSOCIATE, table) instanceof Decision.Allowed
                && policies.knownColumns(actor.principal(), table).size()
                        == table.schema().columns().size();
    }

    /** Who answers for all that a grant reaches; empty if nobody does, or several. */
    Optional<Grantee> owner(Grant grant) {
        Set<Optional<Grantee>> owners = new HashSet<>();
        for (Dataset dataset : reach.datasets(grant.resource())) {
            owners.add(dataset.owner(policies));
            if (owners.size() > 1) {
                return Optional.empty();
            }
        }
        return owners.isEmpty() ? Optional.empty() : owners.iterator().next();
    }
}

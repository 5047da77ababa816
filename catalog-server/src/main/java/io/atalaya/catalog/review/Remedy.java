package io.atalaya.catalog.review;

import io.atalaya.catalog.request.RequestRefusal;
import io.atalaya.policies.Permission;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Terms;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.store.PolicyItem;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.iceberg.types.Types;

/** What is left of a grant when it is narrowed: the same right on fewer columns, or with an earlier end; never anything more. */
final class Remedy {
    private static final Set<Permission> WRITES =
            Set.of(Permission.ALL, Permission.INSERT, Permission.DELETE, Permission.ALTER, Permission.DROP);

    private final GrantReach reach;
    private final Instant now;

    Remedy(GrantReach reach, Instant now) {
        this.reach = reach;
        this.now = now;
    }

    /** Whether a grant can be cut to columns: whoever may change a table may read all of it. */
    static boolean isDivisible(Grant grant) {
        return grant.permissions().contains(Permission.SELECT)
                && grant.permissions().stream().noneMatch(WRITES::contains);
    }

    /**
     * The grants, and the filters they are on, that stay.
     *
     * @throws RequestRefusal.Invalid if that would not be less, or cannot be
     */
    List<PolicyItem> left(Grant grant, ReviewItem.Narrow narrow) {
        Terms terms = narrow.until().map(end -> earlier(grant, end)).orElse(grant.terms());
        if (narrow.columns().isEmpty()) {
            if (narrow.until().isEmpty()) {
                throw new RequestRefusal.Invalid("to narrow a grant, name columns or an earlier end");
            }
            return List.of(new PolicyItem.OfGrant(grant.on(terms)));
        }
        if (!isDivisible(grant)) {
            throw new RequestRefusal.Invalid(
                    "a grant can be narrowed to columns if it gives SELECT and no right to change"
                            + " the table; narrow it by an earlier end, or revoke it");
        }
        checkLess(grant, narrow);
        return cut(grant.on(terms), new TreeMap<>(narrow.columns()));
    }

    private Terms earlier(Grant grant, Instant end) {
        if (!end.isAfter(now)) {
            throw new RequestRefusal.Invalid("the end must be in the future; to end a grant now, revoke it");
        }
        if (grant.validity().until().filter(until -> !end.isBefore(until)).isPresent()) {
            throw new RequestRefusal.Invalid(
                    "the end must be earlier than {0}", grant.validity().until().get());
        }
        return new Terms(
                new Validity(grant.validity().from(), Optional.of(end)),
                grant.terms().condition(),
                grant.terms().purpose());
    }

    private void checkLess(Grant grant, ReviewItem.Narrow narrow) {
        long given = 0;
        long kept = 0;
        for (var dataset : reach.datasets(grant.resource())) {
            List<Integer> ids = reach.columns(grant.resource(), dataset).stream()
                    .map(Types.NestedField::fieldId)
                    .toList();
            Set<Integer> wanted = narrow.columns().getOrDefault(dataset.table().uuid(), Set.of());
            if (!ids.containsAll(wanted)) {
                throw new RequestRefusal.Invalid(
                        "the grant does not give all of these columns of {0}.{1}",
                        dataset.databaseName(), dataset.name());
            }
            given += ids.size();
            kept += wanted.size();
        }
        if (kept == 0
                || kept
                        != narrow.columns().values().stream()
                                .mapToLong(Set::size)
                                .sum()) {
            throw new RequestRefusal.Invalid("the grant does not give all of these columns");
        }
        if (kept == given && narrow.until().isEmpty()) {
            throw new RequestRefusal.Invalid("these are all the columns that the grant gives");
        }
    }

    private List<PolicyItem> cut(Grant grant, Map<UUID, Set<Integer>> columns) {
        List<PolicyItem> left = new ArrayList<>();
        if (grant.resource() instanceof Resource.OfCells(var database, var table, var id)) {
            DataCellsFilter filter =
                    cells(grant, reach.policies().filter(id).orElseThrow(), columns.getOrDefault(table, Set.of()));
            left.add(new PolicyItem.OfFilter(filter));
            left.add(new PolicyItem.OfGrant(grant.on(new Resource.OfCells(database, table, filter.id()))));
            return left;
        }
        Set<Permission> rest = without(grant.permissions());
        if (!rest.isEmpty()) {
            left.add(new PolicyItem.OfGrant(grant.with(rest, without(grant.grantable()))));
        }
        Set<Permission> passedOn = grant.grantable().contains(Permission.SELECT) ? Set.of(Permission.SELECT) : Set.of();
        for (var dataset : reach.datasets(grant.resource())) {
            Set<Integer> ids = columns.getOrDefault(dataset.table().uuid(), Set.of());
            if (!ids.isEmpty()) {
                left.add(new PolicyItem.OfGrant(grant.with(Set.of(Permission.SELECT), passedOn)
                        .on(new Resource.OfColumns(
                                dataset.database().uuid(), dataset.table().uuid(), new ColumnSelection.Include(ids)))));
            }
        }
        return left;
    }

    /** Filters may serve other grants too, so this one gets its own. */
    private static DataCellsFilter cells(Grant grant, DataCellsFilter filter, Set<Integer> columns) {
        UUID id = UUID.nameUUIDFromBytes(
                (grant.id() + " " + columns.stream().sorted().toList()).getBytes(StandardCharsets.UTF_8));
        return new DataCellsFilter(
                id,
                filter.database(),
                filter.table(),
                "review_" + id,
                new ColumnSelection.Include(columns),
                filter.rows(),
                grant.source());
    }

    private static Set<Permission> without(Set<Permission> permissions) {
        Set<Permission> rest = EnumSet.noneOf(Permission.class);
        rest.addAll(permissions);
        rest.remove(Permission.SELECT);
        return rest;
    }

    /** What stays of a grant when nobody speaks for it but its use; empty if nothing was used, or all of it. */
    static Optional<ReviewItem.Narrow> toUsed(Grant grant, Usage usage, Instant since, GrantReach reach) {
        Map<UUID, Set<Integer>> columns = new TreeMap<>();
        for (var dataset : reach.datasets(grant.resource())) {
            Set<Integer> used = usage.since(dataset.table().uuid(), since);
            used.retainAll(reach.columns(grant.resource(), dataset).stream()
                    .map(Types.NestedField::fieldId)
                    .toList());
            if (!used.isEmpty()) {
                columns.put(dataset.table().uuid(), used);
            }
        }
        return columns.isEmpty() ? Optional.empty() : Optional.of(new ReviewItem.Narrow(columns, Optional.empty()));
    }
}

package io.atalaya.policies.grant;

import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicyException;
import io.atalaya.policies.filter.DataCellsFilter;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether somebody may pass a grant on, and whether it goes together with what the grantee holds.
 *
 * @see <a href="https://docs.aws.amazon.com/lake-formation/latest/dg/data-filtering-notes.html">Lake Formation notes on
 *     column-level filtering</a>
 */
public final class GrantCheck {
    private static final Set<Permission> WRITES =
            Set.of(Permission.INSERT, Permission.DELETE, Permission.ALTER, Permission.DROP);
    private static final int MAX_FILTERS_PER_TABLE = 100;

    private GrantCheck() {}

    /**
     * Refuses a grant of more than the actor may pass on. The actor needs the grant option for each permission, on this
     * resource or a wider one, for at least as long, and for any purpose or the same.
     *
     * @param held what the actor holds, itself and through its profiles
     * @param filters data-cells filters by id
     * @throws PolicyException.NotPermitted naming the permission at fault
     */
    public static void passedOn(
            String actor, List<Grant> held, Grant grant, Function<UUID, Optional<DataCellsFilter>> filters) {
        for (Permission permission : grant.permissions()) {
            if (!covers(passing(held, grant, permission), grant.resource(), filters)) {
                throw new PolicyException.NotPermitted(
                        "{0} may not grant {1} on this: that takes the grant option for it on at least these columns and "
                                + "rows, for at least as long and for the same purpose",
                        actor, permission);
            }
        }
    }

    /**
     * What somebody could pass on of a grant: all of it, fewer permissions, or fewer columns; empty if nothing.
     *
     * @param held what they hold, themselves and through their profiles
     */
    public static Optional<Grant> within(
            List<Grant> held, Grant grant, Function<UUID, Optional<DataCellsFilter>> filters) {
        Set<Permission> left = grant.permissions().stream()
                .filter(permission -> covers(passing(held, grant, permission), grant.resource(), filters))
                .collect(Collectors.toSet());
        if (!left.isEmpty()) {
            return Optional.of(grant.with(left, both(grant.grantable(), left)));
        }
        if (grant.resource() instanceof Resource.OfColumns(var database, var table, ColumnSelection.Include(var ids))
                && grant.permissions().contains(Permission.SELECT)) {
            Set<Integer> columns = columns(passing(held, grant, Permission.SELECT), table);
            Set<Integer> some = ids.stream().filter(columns::contains).collect(Collectors.toSet());
            if (!some.isEmpty()) {
                Set<Permission> select = Set.of(Permission.SELECT);
                return Optional.of(grant.with(select, both(grant.grantable(), select))
                        .on(new Resource.OfColumns(database, table, new ColumnSelection.Include(some))));
            }
        }
        return Optional.empty();
    }

    /** Those of what is held by which this permission of the grant could be passed on. */
    private static List<Grant> passing(List<Grant> held, Grant grant, Permission permission) {
        return held.stream()
                .filter(own -> own.passesOn(permission) && own.terms().covers(grant.terms()))
                .toList();
    }

    private static boolean covers(
            List<Grant> passing, Resource wanted, Function<UUID, Optional<DataCellsFilter>> filters) {
        if (passing.stream().anyMatch(own -> covers(own.resource(), wanted))) {
            return true;
        }
        return switch (wanted) {
            case Resource.OfColumns(var _, var table, ColumnSelection.Include(var ids)) ->
                columns(passing, table).containsAll(ids);
            case Resource.OfCells(var _, var table, var filter) ->
                filters.apply(filter)
                        .filter(cells -> cells.columns() instanceof ColumnSelection.Include(var ids)
                                && columns(passing, table).containsAll(ids)
                                && columns(passing, table)
                                        .containsAll(cells.rows().fields()))
                        .isPresent();
            case Resource.OfCatalog _,
                    Resource.OfDatabase _,
                    Resource.AllTables _,
                    Resource.OfTable _,
                    Resource.OfColumns _,
                    Resource.Tagged _,
                    Resource.TaggedAs _,
                    Resource.OfLocation _ -> false;
        };
    }

    /** The columns of a table that these grants name, in all rows. */
    private static Set<Integer> columns(List<Grant> passing, UUID table) {
        Set<Integer> mine = new HashSet<>();
        passing.forEach(own -> {
            if (own.resource() instanceof Resource.OfColumns(var _, var ownTable, ColumnSelection.Include(var ids))
                    && ownTable.equals(table)) {
                mine.addAll(ids);
            }
        });
        return mine;
    }

    /** Whether whoever holds {@code own} holds {@code wanted}, whatever the schema and the tags of tables are. */
    private static boolean covers(Resource own, Resource wanted) {
        return own.equals(wanted)
                || switch (own) {
                    case Resource.OfTable(var _, var table) ->
                        wanted.oneTable().map(table::equals).orElse(false);
                    case Resource.AllTables(var database) ->
                        wanted.oneTable().isPresent()
                                && wanted.oneDatabase().map(database::equals).orElse(false);
                    case Resource.Tagged(var kind, var expression) ->
                        wanted instanceof Resource.Tagged(var otherKind, var narrower)
                                && kind == otherKind
                                && expression.covers(narrower);
                    case Resource.OfLocation location ->
                        wanted instanceof Resource.OfLocation(var uri) && location.covers(uri);
                    case Resource.OfCatalog _,
                            Resource.OfDatabase _,
                            Resource.OfColumns _,
                            Resource.OfCells _,
                            Resource.TaggedAs _ -> false;
                };
    }

    /**
     * Refuses a grant that would give one grantee SELECT on only some columns of a table and a right to change it.
     *
     * @param held what the grantee holds itself already
     * @param columnsOf the columns that a data-cells filter lets through
     * @throws PolicyException.Conflict naming the permission at fault
     */
    public static void compatible(
            Grant grant, List<Grant> held, Function<Resource.OfCells, Optional<ColumnSelection>> columnsOf) {
        List<Grant> all = Stream.concat(held.stream().filter(own -> !own.id().equals(grant.id())), Stream.of(grant))
                .toList();
        List<Grant> narrow = all.stream()
                .filter(own -> own.gives(Permission.SELECT) && isNarrow(own.resource(), columnsOf))
                .toList();
        for (Grant part : narrow) {
            if (all.stream()
                    .anyMatch(own -> own.gives(Permission.SELECT) && isWhole(own.resource(), part.resource()))) {
                continue;
            }
            all.stream()
                    .filter(own -> isWhole(own.resource(), part.resource()))
                    .flatMap(own -> own.permissions().stream())
                    .filter(WRITES::contains)
                    .findFirst()
                    .ifPresent(write -> {
                        throw new PolicyException.Conflict(
                                "{0} cannot have {1} on a table of which it may SELECT only some columns",
                                grant.grantee().sentence(), write);
                    });
        }
        grant.resource().oneTable().ifPresent(table -> {
            long filters = all.stream()
                    .filter(own ->
                            own.resource() instanceof Resource.OfCells(var _, var other, var _) && other.equals(table))
                    .count();
            if (filters > MAX_FILTERS_PER_TABLE) {
                throw new PolicyException.Conflict(
                        "{0} would have more than {1} filters on one table",
                        grant.grantee().sentence(), MAX_FILTERS_PER_TABLE);
            }
        });
    }

    private static boolean isNarrow(
            Resource resource, Function<Resource.OfCells, Optional<ColumnSelection>> columnsOf) {
        return switch (resource) {
            case Resource.OfColumns _ -> true;
            case Resource.OfCells cells ->
                columnsOf.apply(cells).map(columns -> !columns.isAll()).orElse(true);
            case Resource.OfTable _,
                    Resource.AllTables _,
                    Resource.Tagged _,
                    Resource.TaggedAs _,
                    Resource.OfCatalog _,
                    Resource.OfDatabase _,
                    Resource.OfLocation _ -> false;
        };
    }

    private static boolean isWhole(Resource whole, Resource part) {
        return switch (whole) {
            case Resource.OfTable(var _, var table) ->
                part.oneTable().map(table::equals).orElse(false);
            case Resource.AllTables(var database) ->
                part.oneDatabase().map(database::equals).orElse(false);
            case Resource.OfColumns _,
                    Resource.OfCells _,
                    Resource.Tagged _,
                    Resource.TaggedAs _,
                    Resource.OfCatalog _,
                    Resource.OfDatabase _,
                    Resource.OfLocation _ -> false;
        };
    }

    /**
     * What is left of a grant when permissions on a resource are taken back.
     *
     * @return the same grant if it is not touched; empty if nothing is left of it
     */
    public static List<Grant> without(Grant grant, Resource resource, Set<Permission> permissions) {
        if (grant.resource().equals(resource)) {
            Set<Permission> left = minus(grant.permissions(), permissions);
            return left.isEmpty()
                    ? List.of()
                    : left.equals(grant.permissions())
                            ? List.of(grant)
                            : List.of(grant.with(left, minus(grant.grantable(), permissions)));
        }
        if (permissions.contains(Permission.SELECT)
                && resource instanceof Resource.OfColumns(var _, var table, ColumnSelection.Include(var taken))
                && grant.resource()
                        instanceof Resource.OfColumns(var database, var ownTable, ColumnSelection.Include(var ids))
                && ownTable.equals(table)
                && ids.stream().anyMatch(taken::contains)) {
            Set<Integer> left = ids.stream().filter(id -> !taken.contains(id)).collect(Collectors.toSet());
            return left.isEmpty()
                    ? List.of()
                    : List.of(grant.on(new Resource.OfColumns(database, table, new ColumnSelection.Include(left))));
        }
        return List.of(grant);
    }

    private static Set<Permission> both(Set<Permission> one, Set<Permission> other) {
        return one.stream().filter(other::contains).collect(Collectors.toSet());
    }

    private static Set<Permission> minus(Set<Permission> from, Set<Permission> taken) {
        return from.stream().filter(permission -> !taken.contains(permission)).collect(Collectors.toSet());
    }
}

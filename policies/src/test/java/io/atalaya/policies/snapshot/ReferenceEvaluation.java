package io.atalaya.policies.snapshot;

import io.atalaya.policies.Lake;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.profile.Inclusion;
import io.atalaya.policies.tag.NamedTagExpression;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.policies.tag.TagExpression;
import io.atalaya.policies.tag.TagTarget;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * What the policies mean, written down a second time and as simply as can be: lists that are looked through from the start
 * for every cell, no index, no cache, nothing of the engine's own evaluation. Slow, and only for tests.
 */
record ReferenceEvaluation(
        List<Grant> grants,
        List<DataCellsFilter> filters,
        List<TagAssignment> tags,
        List<NamedTagExpression> named,
        List<Guard> guards,
        List<Inclusion> inclusions,
        Instant now) {
    /** What a cell is to somebody. */
    sealed interface Cell {
        /** The value itself. */
        record Shown() implements Cell {}

        /** Null in this row, or the row is not there. */
        record Withheld() implements Cell {}

        /** Something else in its place. */
        record Replaced(Mask mask) implements Cell {}

        /** The column is not there. */
        record Gone() implements Cell {}
    }

    /** All the profiles of somebody who has been given these. */
    Set<String> profiles(Set<String> given) {
        Set<String> all = new HashSet<>(given);
        for (int round = 0; round <= inclusions.size(); round++) {
            for (Inclusion inclusion : inclusions) {
                if (all.contains(inclusion.profile())) {
                    all.add(inclusion.included());
                }
            }
        }
        return all;
    }

    /** Whether the row is visible to the user in the table of orders. */
    boolean row(Principal user, Map<Integer, @Nullable Object> row) {
        boolean given = false;
        for (Grant grant : counting(user)) {
            boolean some = false;
            for (Types.NestedField column : Lake.SCHEMA.columns()) {
                some |= gives(grant, column.fieldId());
            }
            given |= gives(grant, Permission.SELECT) && some && rows(grant, user, row);
        }
        for (Guard guard : holding(user)) {
            if (guard.effect() instanceof Guard.Effect.Rows(var predicate)) {
                if (guard.on() instanceof Guard.Selector.Table(var _, var table)) {
                    given &= !table.equals(Lake.ORDERS_UUID)
                            || Boolean.TRUE.equals(new ReferencePredicate(user, row, 0).of(predicate));
                } else {
                    for (Types.NestedField column : Lake.SCHEMA.columns()) {
                        given &= !guards(guard, column.fieldId())
                                || Boolean.TRUE.equals(
                                        new ReferencePredicate(user, row, column.fieldId()).of(predicate));
                    }
                }
            }
        }
        return given;
    }

    /** What a column of a visible row is to the user. */
    Cell cell(Principal user, Types.NestedField column, Map<Integer, @Nullable Object> row) {
        boolean anywhere = false;
        boolean here = false;
        for (Grant grant : counting(user)) {
            if (gives(grant, Permission.SELECT) && gives(grant, column.fieldId())) {
                anywhere = true;
                here |= rows(grant, user, row);
            }
        }
        List<Mask> masks = new ArrayList<>();
        for (Guard guard : holding(user)) {
            if (guards(guard, column.fieldId())) {
                if (guard.effect() instanceof Guard.Effect.Hide) {
                    return new Cell.Gone();
                }
                if (guard.effect() instanceof Guard.Effect.Masks(var mask)) {
                    masks.add(fits(mask, column.type()) ? mask : new Mask.Null());
                }
            }
        }
        if (!anywhere) {
            return new Cell.Gone();
        }
        if (!here) {
            return new Cell.Withheld();
        }
        return masks.isEmpty() ? new Cell.Shown() : new Cell.Replaced(strictest(masks));
    }

    /** Whether the user may do this to the table, be it to read something of it. */
    boolean may(Principal user, Permission permission) {
        if (permission == Permission.SELECT) {
            return Lake.SCHEMA.columns().stream()
                    .anyMatch(column -> !(cell(user, column, Map.of()) instanceof Cell.Gone));
        }
        for (Grant grant : counting(user)) {
            boolean whole = true;
            boolean some = false;
            for (Types.NestedField column : Lake.SCHEMA.columns()) {
                whole &= gives(grant, column.fieldId());
                some |= gives(grant, column.fieldId());
            }
            boolean narrow =
                    grant.resource() instanceof Resource.OfColumns || grant.resource() instanceof Resource.OfCells;
            if (permission == Permission.DESCRIBE
                    ? reaches(grant, some)
                    : gives(grant, permission) && whole && !narrow) {
                return true;
            }
        }
        return false;
    }

    private boolean reaches(Grant grant, boolean some) {
        return switch (grant.resource()) {
            case Resource.OfTable(var _, var table) -> table.equals(Lake.ORDERS_UUID);
            case Resource.OfColumns(var _, var table, var _) -> table.equals(Lake.ORDERS_UUID);
            case Resource.OfCells(var _, var table, var _) -> table.equals(Lake.ORDERS_UUID);
            case Resource.AllTables(var database) -> database.equals(Lake.DATABASE);
            case Resource.Tagged _, Resource.TaggedAs _ ->
                some || tablesTagged(grant).filter(this::ofTable).isPresent();
            case Resource.OfCatalog _, Resource.OfDatabase _, Resource.OfLocation _ -> false;
        };
    }

    private List<Grant> counting(Principal user) {
        List<Grant> counting = new ArrayList<>();
        for (Grant grant : grants) {
            boolean his = switch (grant.grantee()) {
                case Grantee.User(var name) -> name.equals(user.name());
                case Grantee.Profile(var name) -> profiles(user.profiles()).contains(name);
            };
            boolean begun = grant.validity().from().isEmpty()
                    || !grant.validity().from().get().isAfter(now);
            boolean over = grant.validity().until().isPresent()
                    && !grant.validity().until().get().isAfter(now);
            boolean purposeful = grant.purpose().isEmpty() || user.purpose().equals(Optional.of(grant.purpose()));
            boolean fulfilled = true;
            for (var wanted : grant.terms().condition().values().entrySet()) {
                String value = user.attributes().get(wanted.getKey());
                fulfilled &= value != null && wanted.getValue().contains(value);
            }
            if (his && begun && !over && purposeful && fulfilled) {
                counting.add(grant);
            }
        }
        return counting;
    }

    private static boolean gives(Grant grant, Permission permission) {
        return grant.permissions().contains(permission) || grant.permissions().contains(Permission.ALL);
    }

    private boolean gives(Grant grant, int column) {
        return switch (grant.resource()) {
            case Resource.OfTable(var _, var table) -> table.equals(Lake.ORDERS_UUID);
            case Resource.AllTables(var database) -> database.equals(Lake.DATABASE);
            case Resource.OfColumns(var _, var table, var columns) ->
                table.equals(Lake.ORDERS_UUID) && among(columns, column);
            case Resource.OfCells(var _, var _, var id) -> among(filter(id).columns(), column);
            case Resource.Tagged _, Resource.TaggedAs _ ->
                tablesTagged(grant)
                        .filter(expression -> ofColumn(expression, column))
                        .isPresent();
            case Resource.OfCatalog _, Resource.OfDatabase _, Resource.OfLocation _ -> false;
        };
    }

    private boolean rows(Grant grant, Principal user, Map<Integer, @Nullable Object> row) {
        return !(grant.resource() instanceof Resource.OfCells(var _, var _, var id))
                || Boolean.TRUE.equals(
                        new ReferencePredicate(user, row, 0).of(filter(id).rows()));
    }

    private DataCellsFilter filter(java.util.UUID id) {
        return filters.stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
    }

    private static boolean among(ColumnSelection columns, int column) {
        return switch (columns) {
            case ColumnSelection.Include(var ids) -> ids.contains(column);
            case ColumnSelection.Exclude(var ids) -> !ids.contains(column);
        };
    }

    private Optional<TagExpression> tablesTagged(Grant grant) {
        return switch (grant.resource()) {
            case Resource.Tagged(var kind, var expression)
            when kind == Resource.Tagged.Kind.TABLE -> Optional.of(expression);
            case Resource.TaggedAs(var kind, var name)
            when kind == Resource.Tagged.Kind.TABLE ->
                named.stream()
                        .filter(one -> one.name().equals(name))
                        .map(NamedTagExpression::expression)
                        .findFirst();
            case Resource _ -> Optional.empty();
        };
    }

    private boolean ofTable(TagExpression expression) {
        return matches(expression, -1);
    }

    private boolean ofColumn(TagExpression expression, int column) {
        return matches(expression, column);
    }

    private boolean matches(TagExpression expression, int column) {
        boolean all = true;
        for (var wanted : expression.values().entrySet()) {
            String value = null;
            for (int distance = 2; distance >= 0; distance--) {
                for (TagAssignment one : tags) {
                    if (one.tag().key().equals(wanted.getKey()) && distance(one.target(), column) == distance) {
                        value = one.tag().value();
                    }
                }
            }
            all &= value != null && wanted.getValue().contains(value);
        }
        return all;
    }

    /** 0 for the column itself, 1 for its table, 2 for its database, 9 for anything else. */
    private static int distance(TagTarget target, int column) {
        return switch (target) {
            case TagTarget.OfDatabase(var database) -> database.equals(Lake.DATABASE) ? 2 : 9;
            case TagTarget.OfTable(var _, var table) -> table.equals(Lake.ORDERS_UUID) ? 1 : 9;
            case TagTarget.OfColumn(var _, var table, var field) ->
                table.equals(Lake.ORDERS_UUID) && field == column ? 0 : 9;
        };
    }

    private List<Guard> holding(Principal user) {
        return guards.stream()
                .filter(guard -> profiles(user.profiles()).stream().noneMatch(guard.exempt()::contains))
                .toList();
    }

    private boolean guards(Guard guard, int column) {
        return switch (guard.on()) {
            case Guard.Selector.Tagged(var expression) -> ofColumn(expression, column);
            case Guard.Selector.Columns(var _, var table, var columns) ->
                table.equals(Lake.ORDERS_UUID) && among(columns, column);
            case Guard.Selector.Table(var _, var table) -> table.equals(Lake.ORDERS_UUID);
            case Guard.Selector.Database(var database) -> database.equals(Lake.DATABASE);
        };
    }

    /** As the documentation says: null, then a constant; of one kind the one that shows less; of any other two null. */
    private static Mask strictest(List<Mask> masks) {
        Mask strictest = masks.getFirst();
        for (Mask next : masks) {
            strictest = stricter(strictest, next);
        }
        return strictest;
    }

    private static Mask stricter(Mask one, Mask other) {
        if (one.equals(other)) {
            return one;
        }
        if (one instanceof Mask.Constant ^ other instanceof Mask.Constant) {
            Mask constant = one instanceof Mask.Constant ? one : other;
            return one instanceof Mask.Null || other instanceof Mask.Null ? new Mask.Null() : constant;
        }
        if (one instanceof Mask.RedactNumbers(var fewer) && other instanceof Mask.RedactNumbers(var more)) {
            return new Mask.RedactNumbers(Math.min(fewer, more));
        }
        if (one instanceof Mask.Redact && other instanceof Mask.RedactNumbers) {
            return one;
        }
        if (one instanceof Mask.RedactNumbers && other instanceof Mask.Redact) {
            return other;
        }
        return new Mask.Null();
    }

    private static boolean fits(Mask mask, Type type) {
        return switch (mask) {
            case Mask.Redact _, Mask.RedactNumbers _ -> type.typeId() == Type.TypeID.STRING;
            case Mask.Constant _ -> type.typeId() == Type.TypeID.STRING;
            case Mask.Null _ -> true;
            case Mask other -> throw new IllegalArgumentException("not drawn: " + other);
        };
    }
}

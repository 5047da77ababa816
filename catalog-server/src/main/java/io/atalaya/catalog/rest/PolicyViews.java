package io.atalaya.catalog.rest;

import io.atalaya.catalog.dataset.AccessView;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.predicate.PredicateText;
import io.atalaya.policies.tag.TagExpression;
import io.atalaya.policies.tag.TagTarget;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.UUID;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Policies in parts that clients put into sentences; empty for what the reader may not know of. */
final class PolicyViews {
    private final Oversight oversight;
    private final PolicySnapshot now;

    PolicyViews(Oversight oversight, PolicySnapshot now) {
        this.oversight = oversight;
        this.now = now;
    }

    /**
     * What a policy is on.
     *
     * @param kind {@code catalog}, {@code database}, {@code tablesOf}, {@code table}, {@code columns}, {@code cells},
     *     {@code tablesTagged}, {@code databasesTagged}, {@code columnsTagged}, {@code tablesTaggedAs},
     *     {@code databasesTaggedAs} or {@code location}
     * @param name of the database, table ({@code database.table}), expression or location
     * @param columns of a table, those that the reader may know of
     */
    record On(
            String kind,
            @Nullable String name,
            @Nullable List<String> columns,
            @Nullable String filter,
            @Nullable SortedMap<String, SortedSet<String>> tags) {
        static On of(String kind, String name) {
            return new On(kind, name, null, null, null);
        }

        static On tagged(String kind, TagExpression expression) {
            return new On(kind, null, null, null, expression.values());
        }
    }

    record GrantView(
            String id,
            GrantRequests.GranteePart grantee,
            On on,
            List<Permission> permissions,
            List<Permission> grantable,
            Optional<Instant> from,
            Optional<Instant> until,
            Map<String, Set<String>> when,
            String purpose,
            String reason,
            String source) {}

    record EffectView(
            String kind, @Nullable Sentence mask, @Nullable String rows) {}

    record GuardView(
            String id, String name, String description, On on, EffectView effect, List<String> except, String source) {}

    record FilterView(
            String name,
            String table,
            boolean every,
            List<String> columns,
            @Nullable String rows,
            String source) {}

    Optional<GrantView> grant(Grant grant) {
        return on(grant.resource())
                .map(on -> new GrantView(
                        grant.id(),
                        GrantRequests.GranteePart.of(grant.grantee()),
                        on,
                        List.copyOf(grant.permissions()),
                        List.copyOf(grant.grantable()),
                        grant.validity().from(),
                        grant.validity().until(),
                        Map.copyOf(grant.terms().condition().values()),
                        grant.purpose(),
                        grant.reason(),
                        grant.source().text()));
    }

    private Optional<On> on(Resource resource) {
        if (!oversight.sees(resource)) {
            return Optional.empty();
        }
        return switch (resource) {
            case Resource.OfCatalog _ -> Optional.of(On.of("catalog", ""));
            case Resource.OfDatabase(var database) -> database("database", database);
            case Resource.AllTables(var database) -> database("tablesOf", database);
            case Resource.OfTable(var _, var table) -> oversight.table(table).map(PolicyViews::whole);
            case Resource.OfColumns(var _, var table, var columns) ->
                oversight.table(table).map(one -> columns(one, columns));
            case Resource.OfCells(var _, var table, var filter) ->
                oversight
                        .table(table)
                        .map(one -> new On(
                                "cells",
                                one.name().toString(),
                                null,
                                now.filter(filter).map(DataCellsFilter::name).orElse(null),
                                null));
            case Resource.Tagged(var kind, var expression) ->
                Optional.of(On.tagged(plural(kind) + "Tagged", expression));
            case Resource.TaggedAs(var kind, var name) -> Optional.of(On.of(plural(kind) + "TaggedAs", name));
            case Resource.OfLocation(var uri) -> Optional.of(On.of("location", uri));
        };
    }

    private static String plural(Resource.Tagged.Kind kind) {
        return kind == Resource.Tagged.Kind.TABLE ? "tables" : "databases";
    }

    private Optional<On> database(String kind, UUID database) {
        return oversight.database(database).map(name -> On.of(kind, name));
    }

    private static On whole(GovernedTable table) {
        return On.of("table", table.name().toString());
    }

    private On columns(GovernedTable table, ColumnSelection columns) {
        return new On("columns", table.name().toString(), names(table, columns), null, null);
    }

    /** Those of the columns that the reader may know of. */
    private List<String> names(GovernedTable table, ColumnSelection columns) {
        Set<Integer> known = oversight.columns(table);
        return table.schema().columns().stream()
                .filter(column -> known.contains(column.fieldId()) && columns.contains(column.fieldId()))
                .map(Types.NestedField::name)
                .toList();
    }

    /** A guard on columns none of which the reader may know of is not told either. */
    Optional<GuardView> guard(Guard guard) {
        Optional<On> on = switch (guard.on()) {
            case Guard.Selector.Tagged(var expression) -> Optional.of(On.tagged("columnsTagged", expression));
            case Guard.Selector.Columns(var _, var table, var columns) ->
                oversight
                        .table(table)
                        .map(one -> columns(one, columns))
                        .filter(one -> one.columns() != null && !one.columns().isEmpty());
            case Guard.Selector.Table(var _, var table) ->
                oversight.table(table).map(PolicyViews::whole);
            case Guard.Selector.Database(var database) -> database("database", database);
        };
        return on.map(some -> new GuardView(
                guard.id(),
                guard.name(),
                guard.description(),
                some,
                effect(guard),
                guard.exempt().stream().sorted().toList(),
                guard.source().text()));
    }

    private EffectView effect(Guard guard) {
        return switch (guard.effect()) {
            case Guard.Effect.Hide _ -> new EffectView("hide", null, null);
            case Guard.Effect.Masks(var mask) -> new EffectView("mask", AccessView.mask(mask), null);
            case Guard.Effect.Rows(var rows) -> new EffectView("rows", null, rows(guard.on(), rows));
        };
    }

    private @Nullable String rows(Guard.Selector on, Predicate rows) {
        return on instanceof Guard.Selector.Table(var _, var table)
                ? oversight.table(table).map(one -> rows(one, rows)).orElse(null)
                : PredicateText.overValue(rows);
    }

    private @Nullable String rows(GovernedTable table, Predicate rows) {
        return AccessView.rows(rows, table.schema(), oversight.columns(table)::contains);
    }

    Optional<FilterView> filter(DataCellsFilter filter) {
        return oversight
                .table(filter.table())
                .map(table -> new FilterView(
                        filter.name(),
                        table.name().toString(),
                        filter.columns().isAll(),
                        names(table, filter.columns()),
                        rows(table, filter.rows()),
                        filter.source().text()));
    }

    /** What carries a tag: a database, a table or a column. */
    Optional<On> target(TagTarget target) {
        return switch (target) {
            case TagTarget.OfDatabase(var database) -> database("database", database);
            case TagTarget.OfTable(var _, var table) -> oversight.table(table).map(PolicyViews::whole);
            case TagTarget.OfColumn(var _, var table, var field) ->
                oversight
                        .table(table)
                        .map(one -> columns(one, new ColumnSelection.Include(Set.of(field))))
                        .filter(one -> one.columns() != null && !one.columns().isEmpty());
        };
    }
}

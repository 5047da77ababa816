package io.atalaya.policies.store;

import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.predicate.PredicateText;
import io.atalaya.policies.tag.TagTarget;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** The names that identities have at the moment, as far as they are known; otherwise the identity stands for itself. */
public final class Naming {
    private final Map<UUID, GovernedTable> tables = new HashMap<>();
    private final Map<UUID, String> databases = new HashMap<>();

    /** Learns a table's name, its columns' and its database's. */
    public void add(GovernedTable table) {
        tables.put(table.uuid(), table);
        databases.put(table.databaseUuid(), table.name().namespace().toString());
    }

    /** Learns a database's name. */
    public void add(UUID database, String name) {
        databases.put(database, name);
    }

    String table(UUID uuid) {
        GovernedTable table = tables.get(uuid);
        return table == null ? "table " + uuid : table.name().toString();
    }

    String database(UUID uuid) {
        return databases.getOrDefault(uuid, uuid.toString());
    }

    String columns(UUID table, ColumnSelection columns) {
        return switch (columns) {
            case ColumnSelection.Include(var ids) -> "columns " + columns(table, ids);
            case ColumnSelection.Exclude(var ids) ->
                ids.isEmpty() ? "all columns" : "all columns but " + columns(table, ids);
        };
    }

    String predicate(UUID uuid, Predicate predicate) {
        GovernedTable table = tables.get(uuid);
        return table == null ? PredicateText.stored(predicate) : PredicateText.named(predicate, table.schema());
    }

    String target(TagTarget target) {
        return switch (target) {
            case TagTarget.OfDatabase(var database) -> "database " + database(database);
            case TagTarget.OfTable(var _, var table) -> table(table);
            case TagTarget.OfColumn(var _, var table, var field) -> table(table) + "." + column(table, field);
        };
    }

    String resource(Resource resource) {
        return switch (resource) {
            case Resource.OfCatalog _ -> "the catalog";
            case Resource.OfDatabase(var database) -> "database " + database(database);
            case Resource.AllTables(var database) -> "all tables of " + database(database);
            case Resource.OfTable(var _, var table) -> table(table);
            case Resource.OfColumns(var _, var table, var columns) -> columns(table, columns) + " of " + table(table);
            case Resource.OfCells(var _, var table, var filter) -> "filter " + filter + " of " + table(table);
            case Resource.Tagged(var kind, var expression) ->
                (kind == Resource.Tagged.Kind.DATABASE ? "databases" : "tables") + " tagged " + expression;
            case Resource.TaggedAs(var kind, var name) ->
                (kind == Resource.Tagged.Kind.DATABASE ? "databases" : "tables") + " tagged as " + name;
            case Resource.OfLocation(var uri) -> uri;
        };
    }

    String guard(Guard guard) {
        String on = switch (guard.on()) {
            case Guard.Selector.Tagged(var expression) -> "columns tagged " + expression;
            case Guard.Selector.Columns(var _, var table, var columns) ->
                columns(table, columns) + " of " + table(table);
            case Guard.Selector.Table(var _, var table) -> table(table);
            case Guard.Selector.Database(var database) -> "all tables of " + database(database);
        };
        String effect = switch (guard.effect()) {
            case Guard.Effect.Hide _ -> "hidden";
            case Guard.Effect.Masks(var mask) -> "shows " + mask.sentence();
            case Guard.Effect.Rows(var rows) ->
                "only rows where "
                        + (guard.on() instanceof Guard.Selector.Table(var _, var table)
                                ? predicate(table, rows)
                                : PredicateText.overValue(rows));
        };
        String except = guard.exempt().isEmpty()
                ? ""
                : ", except to " + guard.exempt().stream().sorted().collect(Collectors.joining(", "));
        return on + ": " + effect + except + (guard.description().isEmpty() ? "" : "; " + guard.description());
    }

    private String columns(UUID table, Set<Integer> ids) {
        return ids.stream().sorted().map(id -> column(table, id)).collect(Collectors.joining(", "));
    }

    private String column(UUID uuid, int id) {
        GovernedTable table = tables.get(uuid);
        String name = table == null ? null : table.schema().findColumnName(id);
        return name == null ? "#" + id : name;
    }
}

package io.atalaya.policies.store;

import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Sentence;
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

    Sentence table(UUID uuid) {
        GovernedTable table = tables.get(uuid);
        return table == null ? Sentence.of("table {0}", uuid) : Sentence.of("{0}", table.name());
    }

    Sentence columns(UUID table, ColumnSelection columns) {
        return switch (columns) {
            case ColumnSelection.Include(var ids) -> Sentence.of("columns {0}", columns(table, ids));
            case ColumnSelection.Exclude(var ids) ->
                ids.isEmpty() ? Sentence.of("all columns") : Sentence.of("all columns but {0}", columns(table, ids));
        };
    }

    String predicate(UUID uuid, Predicate predicate) {
        GovernedTable table = tables.get(uuid);
        return table == null ? PredicateText.stored(predicate) : PredicateText.named(predicate, table.schema());
    }

    Sentence target(TagTarget target) {
        return switch (target) {
            case TagTarget.OfDatabase(var database) -> Sentence.of("database {0}", database(database));
            case TagTarget.OfTable(var _, var table) -> table(table);
            case TagTarget.OfColumn(var _, var table, var field) ->
                Sentence.of("{0}.{1}", table(table), column(table, field));
        };
    }

    Sentence resource(Resource resource) {
        return switch (resource) {
            case Resource.OfCatalog _ -> Sentence.of("the catalog");
            case Resource.OfDatabase(var database) -> Sentence.of("database {0}", database(database));
            case Resource.AllTables(var database) -> Sentence.of("all tables of {0}", database(database));
            case Resource.OfTable(var _, var table) -> table(table);
            case Resource.OfColumns(var _, var table, var columns) -> columnsOf(table, columns);
            case Resource.OfCells(var _, var table, var filter) ->
                Sentence.of("filter {0} of {1}", filter, table(table));
            case Resource.Tagged(var kind, var expression) ->
                kind == Resource.Tagged.Kind.DATABASE
                        ? Sentence.of("databases tagged {0}", expression)
                        : Sentence.of("tables tagged {0}", expression);
            case Resource.TaggedAs(var kind, var name) ->
                kind == Resource.Tagged.Kind.DATABASE
                        ? Sentence.of("databases tagged as {0}", name)
                        : Sentence.of("tables tagged as {0}", name);
            case Resource.OfLocation(var uri) -> Sentence.of("{0}", uri);
        };
    }

    Sentence guard(Guard guard) {
        Sentence on = switch (guard.on()) {
            case Guard.Selector.Tagged(var expression) -> Sentence.of("columns tagged {0}", expression);
            case Guard.Selector.Columns(var _, var table, var columns) -> columnsOf(table, columns);
            case Guard.Selector.Table(var _, var table) -> table(table);
            case Guard.Selector.Database(var database) -> Sentence.of("all tables of {0}", database(database));
        };
        Sentence effect = switch (guard.effect()) {
            case Guard.Effect.Hide _ -> Sentence.of("hidden");
            case Guard.Effect.Masks(var mask) -> Sentence.of("shows {0}", mask.sentence());
            case Guard.Effect.Rows(var rows) ->
                Sentence.of(
                        "only rows where {0}",
                        guard.on() instanceof Guard.Selector.Table(var _, var table)
                                ? predicate(table, rows)
                                : PredicateText.overValue(rows));
        };
        Sentence except = guard.exempt().isEmpty()
                ? Sentence.nothing()
                : Sentence.of(
                        ", except to {0}", guard.exempt().stream().sorted().toList());
        return Sentence.of("{0}: {1}{2}{3}", on, effect, except, PolicyItem.remark(guard.description()));
    }

    private Sentence columnsOf(UUID table, ColumnSelection columns) {
        return Sentence.of("{0} of {1}", columns(table, columns), table(table));
    }

    private String database(UUID uuid) {
        return databases.getOrDefault(uuid, uuid.toString());
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

package io.atalaya.catalog.review;

import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.tag.TagExpression;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types;

/**
 * Which datasets grants reach and which of their columns they give, by policies and datasets of one moment. What is on tags is
 * looked up once for each choice of tags.
 */
final class GrantReach {
    private final PolicySnapshot policies;
    private final Map<UUID, String> databases;
    private final Map<UUID, Dataset> byTable;
    private final Map<UUID, List<Dataset>> byDatabase;
    private final Map<Resource, List<Dataset>> tagged = new ConcurrentHashMap<>();

    private GrantReach(
            PolicySnapshot policies,
            Map<UUID, String> databases,
            Map<UUID, Dataset> byTable,
            Map<UUID, List<Dataset>> byDatabase) {
        this.policies = policies;
        this.databases = databases;
        this.byTable = byTable;
        this.byDatabase = byDatabase;
    }

    /** By datasets and the names of databases, those without datasets too. */
    static GrantReach of(PolicySnapshot policies, List<Dataset> datasets, Map<UUID, String> databases) {
        return new GrantReach(
                policies,
                Map.copyOf(databases),
                datasets.stream()
                        .collect(Collectors.toMap(dataset -> dataset.table().uuid(), dataset -> dataset)),
                datasets.stream()
                        .collect(Collectors.groupingBy(
                                dataset -> dataset.database().uuid())));
    }

    /** By other policies of the same datasets. */
    GrantReach by(PolicySnapshot others) {
        return new GrantReach(others, databases, byTable, byDatabase);
    }

    /** The policies it goes by. */
    PolicySnapshot policies() {
        return policies;
    }

    /** The datasets of which it gives something, in no order; those that are gone are not among them. */
    List<Dataset> datasets(Resource resource) {
        return switch (resource) {
            case Resource.OfTable(var _, var table) -> one(table);
            case Resource.OfColumns(var _, var table, var _) -> one(table);
            case Resource.OfCells(var _, var table, var _) -> one(table);
            case Resource.AllTables(var database) -> byDatabase.getOrDefault(database, List.of());
            case Resource.Tagged(var kind, var _) ->
                kind == Resource.Tagged.Kind.TABLE ? tagged.computeIfAbsent(resource, this::matching) : List.of();
            case Resource.TaggedAs(var kind, var _) ->
                kind == Resource.Tagged.Kind.TABLE ? tagged.computeIfAbsent(resource, this::matching) : List.of();
            case Resource.OfCatalog _, Resource.OfDatabase _, Resource.OfLocation _ -> List.of();
        };
    }

    private List<Dataset> one(UUID table) {
        Dataset dataset = byTable.get(table);
        return dataset == null ? List.of() : List.of(dataset);
    }

    private List<Dataset> matching(Resource resource) {
        return byTable.values().stream()
                .filter(dataset -> !columns(resource, dataset).isEmpty())
                .toList();
    }

    /** Those of a dataset's columns that it gives, in the order of the schema. */
    List<Types.NestedField> columns(Resource resource, Dataset dataset) {
        List<Types.NestedField> all = dataset.table().schema().columns();
        return switch (resource) {
            case Resource.OfTable _, Resource.AllTables _ -> all;
            case Resource.OfColumns(var _, var _, var columns) -> among(all, columns);
            case Resource.OfCells(var _, var _, var id) ->
                policies.filter(id)
                        .map(DataCellsFilter::columns)
                        .map(columns -> among(all, columns))
                        .orElse(List.of());
            case Resource.Tagged _, Resource.TaggedAs _ ->
                policies.tagExpression(resource)
                        .map(expression -> all.stream()
                                .filter(column -> matches(expression, dataset, column))
                                .toList())
                        .orElse(List.of());
            case Resource.OfCatalog _, Resource.OfDatabase _, Resource.OfLocation _ -> List.of();
        };
    }

    private static List<Types.NestedField> among(List<Types.NestedField> all, ColumnSelection columns) {
        return all.stream().filter(column -> columns.contains(column.fieldId())).toList();
    }

    private boolean matches(TagExpression expression, Dataset dataset, Types.NestedField column) {
        Map<String, String> tags = new HashMap<>();
        policies.tags(dataset.table(), column.fieldId())
                .forEach((key, tag) -> tags.put(key, tag.tag().value()));
        return expression.matches(tags);
    }

    /** What a grant is on, in words. */
    String subject(Resource resource) {
        return switch (resource) {
            case Resource.OfCatalog _ -> "the catalog";
            case Resource.OfDatabase(var database) -> "database " + database(database);
            case Resource.AllTables(var database) -> "all tables of " + database(database);
            case Resource.OfTable(var _, var table) -> table(table);
            case Resource.OfColumns(var _, var table, var columns) ->
                (columns instanceof ColumnSelection.Include ? "some columns of " : "all columns but some of ")
                        + table(table);
            case Resource.OfCells(var _, var table, var id) ->
                "filter " + policies.filter(id).map(DataCellsFilter::name).orElse("that is gone") + " of "
                        + table(table);
            case Resource.Tagged(var kind, var expression) -> word(kind) + " tagged " + expression;
            case Resource.TaggedAs(var kind, var name) -> word(kind) + " tagged as " + name;
            case Resource.OfLocation(var uri) -> "location " + uri;
        };
    }

    private static String word(Resource.Tagged.Kind kind) {
        return kind == Resource.Tagged.Kind.TABLE ? "tables" : "databases";
    }

    private String database(UUID uuid) {
        return databases.getOrDefault(uuid, "a database that is gone");
    }

    private String table(UUID uuid) {
        Dataset dataset = byTable.get(uuid);
        return dataset == null ? "a table that is gone" : dataset.databaseName() + "." + dataset.name();
    }

    /** Whether a grant on databases is on that one. */
    boolean isOnDatabase(Resource resource, UUID database) {
        return switch (resource) {
            case Resource.OfDatabase(var uuid) -> uuid.equals(database);
            case Resource.Tagged(var kind, var _) ->
                kind == Resource.Tagged.Kind.DATABASE && carries(resource, database);
            case Resource.TaggedAs(var kind, var _) ->
                kind == Resource.Tagged.Kind.DATABASE && carries(resource, database);
            case Resource.OfCatalog _,
                    Resource.AllTables _,
                    Resource.OfTable _,
                    Resource.OfColumns _,
                    Resource.OfCells _,
                    Resource.OfLocation _ -> false;
        };
    }

    private boolean carries(Resource resource, UUID database) {
        Map<String, String> tags = new HashMap<>();
        policies.tags(database).forEach((key, tag) -> tags.put(key, tag.tag().value()));
        Optional<TagExpression> expression = policies.tagExpression(resource);
        return expression.filter(one -> one.matches(tags)).isPresent();
    }
}

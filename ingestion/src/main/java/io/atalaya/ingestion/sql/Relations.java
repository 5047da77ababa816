package io.atalaya.ingestion.sql;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.lakehouse.duckdb.DuckSql;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * The tables that rows with nested columns become, and the SQL of the engine that makes them: one for the rows, and one
 * for each list and map in them. The fields of a row within a row are columns beside the others.
 */
final class Relations {
    static final String KEY = "_key";
    static final String PARENT = "_parent_key";
    static final String ROOT = "_root_key";
    static final String ORDINAL = "_ordinal";
    private static final String ELEMENT = "element";

    private final Stage.Normalize stage;
    private final List<Relation> relations = new ArrayList<>();

    private Relations(Stage.Normalize stage) {
        this.stage = stage;
    }

    /**
     * A column of one of the tables.
     *
     * @param value of a row of the temporary table {@code t}
     * @param origin the column of the SELECT it is in
     */
    record Column(String name, Type type, String value, String origin) {}

    /**
     * One of the tables.
     *
     * @param path where its rows are, from column to column; empty for the rows themselves
     * @param temporary the table of the engine its rows are gathered in
     * @param gathering makes that
     * @param origin the column of the SELECT it is in; empty for the rows themselves
     */
    record Relation(
            String path,
            TableIdentifier table,
            String temporary,
            String gathering,
            Optional<String> origin,
            List<Column> columns) {
        List<Types.NestedField> fields() {
            List<Types.NestedField> fields = new ArrayList<>();
            own().forEach(name -> fields.add(Types.NestedField.optional(
                    1, name, name.equals(ORDINAL) ? Types.LongType.get() : Types.StringType.get())));
            columns.forEach(column -> fields.add(Types.NestedField.optional(1, column.name(), column.type())));
            return fields;
        }

        /** Names of the columns it has beside those of the data. */
        List<String> own() {
            return origin.isEmpty() ? List.of(KEY) : List.of(KEY, PARENT, ROOT, ORDINAL);
        }

        String select() {
            List<String> items = new ArrayList<>();
            own().forEach(name -> items.add("t." + DuckSql.name(name)));
            columns.forEach(column -> items.add(column.value() + " AS " + DuckSql.name(column.name())));
            return "SELECT " + String.join(", ", items) + " FROM " + temporary + " t";
        }
    }

    /** The tables for the rows of a SELECT, each after the one its rows belong to. */
    static List<Relation> of(Stage.Normalize stage, String select, List<Types.NestedField> fields) {
        Relations relations = new Relations(stage);
        relations.root(select, fields);
        relations.check();
        return relations.relations;
    }

    private void root(String select, List<Types.NestedField> fields) {
        for (String key : stage.key()) {
            boolean there = fields.stream()
                    .anyMatch(field -> field.name().equals(key) && field.type().isPrimitiveType());
            if (!there) {
                throw new IngestionException.BadStage(
                        "The SELECT of stage '{0}' has no column '{1}' with plain values, which its 'key' names",
                        stage.name(), key);
            }
        }
        String key = stage.key().stream()
                .map(name -> "CAST(g." + DuckSql.name(name) + " AS VARCHAR)")
                .collect(Collectors.joining(", ", hash("CAST(to_json(["), "]) AS VARCHAR)), 32)"));
        Relation root = new Relation(
                "",
                stage.target(),
                "normal_0",
                "CREATE TEMP TABLE normal_0 AS SELECT " + key + " AS " + DuckSql.name(KEY) + ", g.* FROM (" + select
                        + ") g",
                Optional.empty(),
                new ArrayList<>());
        relations.add(root);
        fields.forEach(field -> add(root, field.name(), field.type(), "t." + DuckSql.name(field.name()), field.name()));
    }

    private static String hash(String beginning) {
        return "left(sha256(" + beginning;
    }

    private void add(Relation to, String name, Type type, String value, String origin) {
        if (type.isStructType()) {
            type.asStructType()
                    .fields()
                    .forEach(field -> add(to, name + "_" + field.name(), field.type(), part(value, field), origin));
        } else if (type.isListType()) {
            child(to, name, value, type.asListType().elementType(), origin);
        } else if (type.isMapType()) {
            Types.MapType map = type.asMapType();
            Type entry = Types.StructType.of(
                    Types.NestedField.optional(1, "key", map.keyType()),
                    Types.NestedField.optional(2, "value", map.valueType()));
            child(to, name, "map_entries(" + value + ")", entry, origin);
        } else {
            to.columns().add(new Column(name.toLowerCase(Locale.ROOT), type, value, origin));
        }
    }

    private void child(Relation of, String name, String list, Type element, String origin) {
        String path = of.path().isEmpty() ? name : of.path() + "." + name;
        String temporary = "normal_" + relations.size();
        String root = of.origin().isEmpty() ? KEY : ROOT;
        String rows = "SELECT t." + DuckSql.name(KEY) + " AS " + DuckSql.name(PARENT) + ", t." + DuckSql.name(root)
                + " AS " + DuckSql.name(ROOT) + ", generate_subscripts(" + list + ", 1) AS " + DuckSql.name(ORDINAL)
                + ", unnest(" + list + ") AS " + ELEMENT + " FROM " + of.temporary() + " t";
        String key = hash("u." + DuckSql.name(PARENT) + " || " + DuckSql.text("/" + path + "/") + " || u."
                        + DuckSql.name(ORDINAL))
                + "), 32)";
        Relation child = new Relation(
                path,
                stage.tables().getOrDefault(path, beside(path)),
                temporary,
                "CREATE TEMP TABLE " + temporary + " AS SELECT " + key + " AS " + DuckSql.name(KEY) + ", u.* FROM ("
                        + rows + ") u",
                Optional.of(origin),
                new ArrayList<>());
        relations.add(child);
        if (element.isStructType()) {
            element.asStructType()
                    .fields()
                    .forEach(field -> add(child, field.name(), field.type(), part("t." + ELEMENT, field), origin));
        } else {
            add(child, "value", element, "t." + ELEMENT, origin);
        }
    }

    private static String part(String value, Types.NestedField field) {
        return "struct_extract(" + value + ", " + DuckSql.text(field.name()) + ")";
    }

    private TableIdentifier beside(String path) {
        return TableIdentifier.of(
                stage.target().namespace(),
                stage.target().name() + "_" + path.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_"));
    }

    private void check() {
        Set<String> paths = relations.stream().map(Relation::path).collect(Collectors.toSet());
        stage.tables().keySet().stream()
                .filter(path -> !paths.contains(path))
                .findFirst()
                .ifPresent(path -> {
                    throw new IngestionException.BadStage(
                            "'{0}' in 'tables' of stage '{1}' is no list or map of its SELECT; those are [{2}]",
                            path,
                            stage.name(),
                            relations.stream()
                                    .map(Relation::path)
                                    .filter(there -> !there.isEmpty())
                                    .toList());
                });
        Set<TableIdentifier> tables = new HashSet<>();
        for (Relation relation : relations) {
            if (!tables.add(relation.table())) {
                throw new IngestionException.BadStage(
                        "Two lists of stage '{0}' would go to {1}; name another in 'tables'",
                        stage.name(), relation.table());
            }
            Set<String> names = new HashSet<>(relation.own());
            if (relation.origin().isEmpty()) {
                names.add(ROOT);
            }
            for (Column column : relation.columns()) {
                if (!names.add(column.name())) {
                    throw new IngestionException.BadStage(
                            "{0} would have two columns '{1}'; give one of them another name in the SELECT of stage '{2}'",
                            relation.table(), column.name(), stage.name());
                }
            }
        }
    }
}

package io.atalaya.lakehouse.read;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.duckdb.DuckTypes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;

/** Prints the query that reads files by field id, leaving out deleted rows. */
final class RelationSql {
    /** The column with a row's file, where it is asked for. */
    static final String FILE_COLUMN = "atalaya_file";

    /** The column with a row's number in its file, beside it. */
    static final String ROW_COLUMN = "atalaya_row";

    private final Table table;
    private final Schema schema;
    private final List<Types.NestedField> columns;
    private final boolean withFile;
    private final DeletedRows deletedRows;
    private final ForeignFiles foreignFiles;

    RelationSql(
            Table table,
            Schema schema,
            List<Types.NestedField> columns,
            boolean withFile,
            DeletedRows deletedRows,
            ForeignFiles foreignFiles) {
        this.table = table;
        this.schema = schema;
        this.columns = columns;
        this.withFile = withFile;
        this.deletedRows = deletedRows;
        this.foreignFiles = foreignFiles;
    }

    /** How a set of files is read alike. */
    private record Group(boolean plain, ForeignFiles.Columns columns, Set<String> equality) {}

    String of(List<PlannedFile> files) {
        if (files.isEmpty()) {
            return "SELECT " + nothing() + " WHERE false";
        }
        foreignFiles.look(table, files.stream().filter(RelationSql::isForeign).toList());
        String wanted = FileLayout.of(schema);
        Map<Group, List<PlannedFile>> groups = new LinkedHashMap<>();
        for (PlannedFile file : files) {
            groups.computeIfAbsent(groupOf(file, wanted), _ -> new ArrayList<>())
                    .add(file);
        }
        return groups.entrySet().stream()
                .map(group -> select(group.getKey(), group.getValue()))
                .collect(Collectors.joining(" UNION ALL "));
    }

    private static boolean isForeign(PlannedFile file) {
        return file.layout().isEmpty();
    }

    private Group groupOf(PlannedFile file, String wanted) {
        Set<String> equality = file.deletes().isEmpty()
                ? Set.of()
                : file.equality().stream().map(DeleteFile::location).collect(Collectors.toCollection(TreeSet::new));
        boolean plain = !withFile
                && file.deletes().isEmpty()
                && file.layout().map(wanted::equals).orElse(false);
        ForeignFiles.Columns known =
                isForeign(file) ? foreignFiles.columns(table, file) : ForeignFiles.Columns.BY_FIELD_ID;
        return new Group(plain, known, equality);
    }

    private String select(Group group, List<PlannedFile> files) {
        String paths = DuckSql.texts(files.stream().map(PlannedFile::path).toList());
        if (group.plain()) {
            return "SELECT " + (columns.isEmpty() ? "1 AS one" : names()) + " FROM read_parquet(" + paths
                    + ", hive_partitioning := false)";
        }
        List<DeleteFile> equality = distinct(files, group.equality());
        String from = group.columns().names().isEmpty()
                ? byFieldId(paths, group.columns(), equality)
                : byName(paths, group.columns(), equality);
        List<String> where = new ArrayList<>();
        if (files.stream().anyMatch(file -> !file.positional().isEmpty())) {
            String numbers = files.stream()
                    .map(file -> Long.toString(deletedRows.numberOf(file)))
                    .collect(Collectors.joining(", ", "[", "]"));
            where.add("NOT " + DeletedRows.FUNCTION + "(CAST(" + numbers
                    + "[CAST(d.file_index AS BIGINT) + 1] AS BIGINT), CAST(d.file_row_number AS BIGINT))");
        }
        byIds(equality).forEach((ids, deletes) -> where.add(notDeletedByValue(ids, deletes)));
        return "SELECT " + aliases() + " FROM " + from + " d"
                + (where.isEmpty() ? "" : " WHERE " + String.join(" AND ", where));
    }

    private static List<DeleteFile> distinct(List<PlannedFile> files, Set<String> locations) {
        return locations.isEmpty()
                ? List.of()
                : files.getFirst().equality().stream()
                        .filter(delete -> locations.contains(delete.location()))
                        .toList();
    }

    private static Map<List<Integer>, List<DeleteFile>> byIds(List<DeleteFile> equality) {
        return equality.stream()
                .collect(Collectors.groupingBy(
                        delete -> List.copyOf(delete.equalityFieldIds()), LinkedHashMap::new, Collectors.toList()));
    }

    private String byFieldId(String paths, ForeignFiles.Columns known, List<DeleteFile> equality) {
        List<Types.NestedField> read = new ArrayList<>(columns);
        for (Types.NestedField key : keys(equality)) {
            if (read.stream().noneMatch(field -> field.fieldId() == key.fieldId())) {
                read.add(key);
            }
        }
        if (read.isEmpty()) {
            read.add(schema.columns().getFirst());
        }
        return "read_parquet(" + paths + ", hive_partitioning := false, schema := "
                + FieldMap.of(read, known.constants()) + ")";
    }

    /** Files without field ids, whose columns the table's name mapping tells. */
    private String byName(String paths, ForeignFiles.Columns known, List<DeleteFile> equality) {
        if (!equality.isEmpty()) {
            throw new LakehouseException.NotSupported(
                    "table " + table.name() + " has equality deletes on files without field ids");
        }
        String selected = columns.stream()
                .map(field -> {
                    String name = known.names().get(field.fieldId());
                    return (name == null ? "NULL" : "f." + DuckSql.name(name)) + "::" + DuckTypes.of(field.type())
                            + " AS " + FieldMap.column(field.fieldId());
                })
                .collect(Collectors.joining(", "));
        return "(SELECT " + (columns.isEmpty() ? "" : selected + ", ")
                + "f.file_index, f.file_row_number, f.filename FROM read_parquet(" + paths
                + ", hive_partitioning := false) f)";
    }

    private String notDeletedByValue(List<Integer> ids, List<DeleteFile> deletes) {
        List<Types.NestedField> keys = ids.stream().map(this::key).toList();
        String same = keys.stream()
                .map(key -> FieldMap.column(key.fieldId()))
                .map(column -> "x." + column + " IS NOT DISTINCT FROM d." + column)
                .collect(Collectors.joining(" AND "));
        List<String> paths = deletes.stream()
                .map(delete -> io.atalaya.lakehouse.storage.Warehouse.plain(delete.location())
                        .toString())
                .toList();
        return "NOT EXISTS (SELECT 1 FROM read_parquet(" + DuckSql.texts(paths)
                + ", hive_partitioning := false, schema := " + FieldMap.of(keys, Map.of()) + ") x WHERE " + same + ")";
    }

    private List<Types.NestedField> keys(List<DeleteFile> equality) {
        return byIds(equality).keySet().stream()
                .flatMap(List::stream)
                .distinct()
                .map(this::key)
                .toList();
    }

    /** A column that deletes are by; it may have been dropped since. */
    private Types.NestedField key(int id) {
        Types.NestedField now = schema.asStruct().field(id);
        if (now != null) {
            return now;
        }
        return table.schemas().values().stream()
                .sorted((a, b) -> Integer.compare(b.schemaId(), a.schemaId()))
                .map(older -> older.asStruct().field(id))
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> new LakehouseException.NotSupported(
                        "table " + table.name() + " has equality deletes by field " + id + ", which is no column"));
    }

    private String names() {
        return columns.stream().map(field -> DuckSql.name(field.name())).collect(Collectors.joining(", "));
    }

    private String aliases() {
        List<String> aliases = new ArrayList<>();
        columns.forEach(
                field -> aliases.add("d." + FieldMap.column(field.fieldId()) + " AS " + DuckSql.name(field.name())));
        if (withFile) {
            aliases.add("d.filename AS " + FILE_COLUMN);
            aliases.add("CAST(d.file_row_number AS BIGINT) AS " + ROW_COLUMN);
        }
        return aliases.isEmpty() ? "1 AS one" : String.join(", ", aliases);
    }

    private String nothing() {
        List<String> nulls = new ArrayList<>();
        columns.forEach(
                field -> nulls.add("NULL::" + DuckTypes.of(field.type()) + " AS " + DuckSql.name(field.name())));
        if (withFile) {
            nulls.add("NULL::VARCHAR AS " + FILE_COLUMN);
            nulls.add("NULL::BIGINT AS " + ROW_COLUMN);
        }
        return nulls.isEmpty() ? "1 AS one" : String.join(", ", nulls);
    }
}

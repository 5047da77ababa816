package io.atalaya.lakehouse.read;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.duckdb.DuckTypes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Prints the query that reads files by field id, leaving out deleted rows. Where it is known what a file's columns are called
 * they are read by name: the engine takes a file whose columns it finds by field id for one of a single row, and orders joins so.
 */
final class RelationSql {
    /** The column with a row's file, where it is asked for. */
    static final String FILE_COLUMN = "atalaya_file";

    /** The column with a row's number in its file, beside it. */
    static final String ROW_COLUMN = "atalaya_row";

    /** What the engine itself knows of a row, by these names. */
    private static final Set<String> OF_ENGINE = Set.of("filename", "file_row_number", "file_index");

    private final Table table;
    private final Schema schema;
    private final List<Types.NestedField> columns;
    private final boolean withFile;
    private final DeletedRows deletedRows;
    private final ForeignFiles foreignFiles;
    private final Map<String, ForeignFiles.Columns> older = new HashMap<>();

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
        boolean ownNames = haveOwnNames(names(schema));
        Map<Group, List<PlannedFile>> groups = new LinkedHashMap<>();
        for (PlannedFile file : files) {
            groups.computeIfAbsent(groupOf(file, wanted, ownNames), _ -> new ArrayList<>())
                    .add(file);
        }
        return groups.entrySet().stream()
                .map(group -> select(group.getKey(), group.getValue()))
                .collect(Collectors.joining(" UNION ALL "));
    }

    private static boolean isForeign(PlannedFile file) {
        return file.layout().isEmpty();
    }

    private Group groupOf(PlannedFile file, String wanted, boolean ownNames) {
        Set<String> equality = file.deletes().isEmpty()
                ? Set.of()
                : file.equality().stream().map(DeleteFile::location).collect(Collectors.toCollection(TreeSet::new));
        boolean plain = equality.isEmpty()
                && file.layout().map(wanted::equals).orElse(false)
                && (ownNames || (!withFile && file.deletes().isEmpty()));
        ForeignFiles.Columns known = isForeign(file)
                ? foreign(file, equality)
                : plain || !equality.isEmpty()
                        ? ForeignFiles.Columns.BY_FIELD_ID
                        : older.computeIfAbsent(file.layout().orElseThrow(), this::older);
        return new Group(plain, known, equality);
    }

    private static boolean haveOwnNames(Collection<String> names) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).noneMatch(OF_ENGINE::contains);
    }

    private static List<String> names(Schema schema) {
        return schema.columns().stream().map(Types.NestedField::name).toList();
    }

    private ForeignFiles.Columns foreign(PlannedFile file, Set<String> equality) {
        ForeignFiles.Columns known = foreignFiles.columns(table, file);
        return !foreignFiles.hasIds(file)
                        || (equality.isEmpty()
                                && columns.stream()
                                        .allMatch(field -> field.type().isPrimitiveType())
                                && haveOwnNames(known.names().values()))
                ? known
                : known.byFieldId();
    }

    /** The columns of a file that we wrote when the table had others. */
    private ForeignFiles.Columns older(String layout) {
        return table.schemas().values().stream()
                .filter(then -> FileLayout.of(then).equals(layout) && haveOwnNames(names(then)))
                .findFirst()
                .filter(then -> columns.stream()
                        .allMatch(field -> isReadAsIs(then.asStruct().field(field.fieldId()), field)))
                .map(then -> new ForeignFiles.Columns(
                        Map.of(),
                        then.columns().stream()
                                .collect(Collectors.toMap(Types.NestedField::fieldId, Types.NestedField::name))))
                .orElse(ForeignFiles.Columns.BY_FIELD_ID);
    }

    private static boolean isReadAsIs(Types.@Nullable NestedField then, Types.NestedField now) {
        return then == null
                ? now.type().isPrimitiveType()
                : now.type().isPrimitiveType() || then.type().equals(now.type());
    }

    /** The engine takes all files for as large as the first. */
    private static List<PlannedFile> typicalFirst(List<PlannedFile> files) {
        long mean = files.stream().mapToLong(file -> file.file().recordCount()).sum() / files.size();
        PlannedFile typical = Collections.min(
                files, Comparator.comparingLong(file -> Math.abs(file.file().recordCount() - mean)));
        List<PlannedFile> ordered = new ArrayList<>(files);
        Collections.swap(ordered, 0, ordered.indexOf(typical));
        return ordered;
    }

    private String select(Group group, List<PlannedFile> unordered) {
        List<PlannedFile> files = typicalFirst(unordered);
        String paths = DuckSql.texts(files.stream().map(PlannedFile::path).toList());
        List<DeleteFile> equality = distinct(files, group.equality());
        String from = group.plain()
                ? "read_parquet(" + paths + ", hive_partitioning := false)"
                : group.columns().names().isEmpty()
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
        return "SELECT " + aliases(group.plain()) + " FROM " + from + " d"
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

    /** Files of which it is known what their columns are called. */
    private String byName(String paths, ForeignFiles.Columns known, List<DeleteFile> equality) {
        if (!equality.isEmpty()) {
            throw new LakehouseException.NotSupported(
                    "table %s has equality deletes on files without field ids", table.name());
        }
        String selected = columns.stream()
                .map(field -> {
                    String name = known.names().get(field.fieldId());
                    return (name == null ? FieldMap.absent(field, known.constants()) : "f." + DuckSql.name(name))
                            + "::" + DuckTypes.of(field.type())
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
                        "table %s has equality deletes by field %s, which is no column", table.name(), id));
    }

    private String aliases(boolean plain) {
        List<String> aliases = new ArrayList<>();
        columns.forEach(field -> aliases.add(
                (plain ? "d." : "d." + FieldMap.column(field.fieldId()) + " AS ") + DuckSql.name(field.name())));
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

package io.atalaya.ingestion.extract;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Bounds;
import io.atalaya.ingestion.file.Packing;
import io.atalaya.ingestion.text.Header;
import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.duckdb.WriterInstance;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.policies.Sentence;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * The rows of a Parquet file, with the types they have. What is nested becomes JSON text.
 *
 * @param expressions DuckDB expression by column name
 */
record ParquetRows(long good, List<Types.NestedField> columns, Map<String, String> expressions, Path file)
        implements DeliveredRows {
    /** What the file is called while its rows are read. */
    static final String UNPACKED = "delivered.parquet";

    private static final Pattern NESTED = Pattern.compile("\\]$|^(STRUCT|MAP|UNION)\\(");
    private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((\\d+),(\\d+)\\)");

    static ParquetRows of(Path delivered, String name, Path folder, WriterInstance engine) throws IOException {
        Path file = folder.resolve(UNPACKED);
        Packing.unpack(delivered, name, file, Bounds.ARCHIVE);
        List<Types.NestedField> columns = new ArrayList<>();
        Map<String, String> expressions = new LinkedHashMap<>();
        List<String> nanos = new ArrayList<>();
        try (Connection duck = engine.connect()) {
            long rows = rows(duck, file);
            try (Statement statement = duck.createStatement();
                    ResultSet described = statement.executeQuery("DESCRIBE SELECT * FROM " + read(file))) {
                while (described.next()) {
                    String original = described.getString("column_name");
                    String column = Header.columnName(original);
                    if (column.isEmpty() || expressions.containsKey(column)) {
                        throw new IngestionException.BadFile(
                                "{0} has a column '{1}' that cannot be told from another or has no letters; rename it",
                                name, original);
                    }
                    String value = DuckSql.name(original);
                    String duckType = described.getString("column_type");
                    Type type = type(duckType);
                    String text = NESTED.matcher(duckType).find() ? "to_json(" + value + ")" : value;
                    expressions.put(column, type == null ? "CAST(" + text + " AS VARCHAR)" : value);
                    if (duckType.equals("TIMESTAMP_NS")) {
                        nanos.add(original);
                    }
                    columns.add(RawColumns.optional(column, type == null ? Types.StringType.get() : type));
                }
            }
            for (String column : nanos) {
                requireMicros(duck, file, name, column);
            }
            columns.addAll(RawColumns.ORIGIN);
            return new ParquetRows(rows, List.copyOf(columns), expressions, file);
        } catch (SQLException _) {
            throw new IngestionException.BadFile(
                    "{0} is no Parquet file, or a damaged one. Nothing of it was loaded; deliver it again", name);
        }
    }

    /**
     * Values that the table cannot hold exactly stop the write, but for those that a conversion would round without saying so: such
     * types do not fit at all.
     */
    static void requireExact(List<Types.NestedField> columns, Table table) {
        for (Types.NestedField column : columns) {
            Types.NestedField there = table.schema().caseInsensitiveFindField(column.name());
            if (there != null && !isExact(column.type(), there.type())) {
                throw new LakehouseException.RowsDoNotFit("values of column %s cannot be kept exactly", column.name());
            }
        }
    }

    private static boolean isExact(Type from, Type to) {
        return switch (to.typeId()) {
            case INTEGER, LONG -> isWhole(from);
            case FLOAT -> from.typeId() == Type.TypeID.FLOAT;
            case DOUBLE -> isFloating(from) || from.typeId() == Type.TypeID.INTEGER;
            case DECIMAL ->
                isWhole(from)
                        || (from instanceof Types.DecimalType decimal
                                && decimal.scale() <= ((Types.DecimalType) to).scale());
            case STRING -> from.isPrimitiveType() && from.typeId() != Type.TypeID.BINARY;
            case TIMESTAMP -> from.equals(to) || from.typeId() == Type.TypeID.DATE;
            default -> from.typeId() == to.typeId();
        };
    }

    private static boolean isWhole(Type type) {
        return type.typeId() == Type.TypeID.INTEGER || type.typeId() == Type.TypeID.LONG;
    }

    private static boolean isFloating(Type type) {
        return type.typeId() == Type.TypeID.FLOAT || type.typeId() == Type.TypeID.DOUBLE;
    }

    /** Tables have microseconds; of what has more nothing is cut off unseen. */
    private static void requireMicros(Connection duck, Path file, String name, String column) throws SQLException {
        String value = DuckSql.name(column);
        try (Statement statement = duck.createStatement();
                ResultSet finer = statement.executeQuery("SELECT min(file_row_number) + 1 FROM "
                        + "read_parquet(" + DuckSql.text(file.toString())
                        + ", hive_partitioning := false, file_row_number := true)"
                        + " WHERE isfinite(" + value + ") AND epoch_ns(" + value + ") % 1000 <> 0")) {
            finer.next();
            long row = finer.getLong(1);
            if (!finer.wasNull()) {
                throw new IngestionException.BadFile(
                        "{0} has nanoseconds in column '{1}', first in row {2}, and tables have microseconds. Nothing of it was loaded; deliver the column as a number or text, or in microseconds",
                        name, column, Sentence.count(row));
            }
        }
    }

    private static long rows(Connection duck, Path file) throws SQLException {
        try (Statement statement = duck.createStatement();
                ResultSet rows = statement.executeQuery("SELECT coalesce(sum(num_rows), 0) FROM parquet_file_metadata("
                        + DuckSql.text(file.toString()) + ")")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static String read(Path file) {
        return "read_parquet(" + DuckSql.text(file.toString()) + ", hive_partitioning := false)";
    }

    private static @org.jspecify.annotations.Nullable Type type(String duck) {
        Matcher decimal = DECIMAL.matcher(duck);
        if (decimal.matches()) {
            return Types.DecimalType.of(Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)));
        }
        return switch (duck) {
            case "BOOLEAN" -> Types.BooleanType.get();
            case "TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT" -> Types.IntegerType.get();
            case "BIGINT", "UINTEGER" -> Types.LongType.get();
            case "FLOAT" -> Types.FloatType.get();
            case "DOUBLE" -> Types.DoubleType.get();
            case "VARCHAR" -> Types.StringType.get();
            case "DATE" -> Types.DateType.get();
            case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS" -> Types.TimestampType.withoutZone();
            case "TIMESTAMP WITH TIME ZONE" -> Types.TimestampType.withZone();
            case "BLOB" -> Types.BinaryType.get();
            case "UBIGINT" -> Types.DecimalType.of(20, 0);
            default -> null;
        };
    }

    @Override
    public String dialect() {
        return "parquet";
    }

    @Override
    public String description() {
        return "Parquet";
    }

    @Override
    public long damaged() {
        return 0;
    }

    @Override
    public boolean hasGood() {
        return good > 0;
    }

    @Override
    public void tryOut() {
        // Its footer has told all there is to be told.
    }

    @Override
    public void close() {
        // The file is removed with its folder.
    }

    @Override
    public RowSource goodRows(Origin origin) {
        StringBuilder select = new StringBuilder("SELECT ");
        expressions.forEach((column, expression) -> select.append(expression)
                .append(" AS ")
                .append(DuckSql.name(column))
                .append(", "));
        return RowSource.of(select
                        + "file_row_number + 1 AS \"_line\", %s AS \"_ingested_at\" FROM %s"
                                .formatted(origin.atText(), read(file)))
                .with(Map.of("_file", origin.name(), "_dialect", dialect(), "_delivery", origin.content()));
    }

    @Override
    public RowSource damagedRows(Origin origin) {
        throw new IllegalStateException("Rows of a Parquet file are not damaged one by one");
    }
}

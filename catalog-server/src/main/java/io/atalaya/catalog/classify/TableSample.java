package io.atalaya.catalog.classify;

import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.read.ScanRequest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Some values of each column of a table, read past all policies by the service itself and let go as soon as they were looked
 * at. The engine counts first which columns have values worth a look, so that few leave it.
 */
final class TableSample {
    /** The first rows of a table, of which the sample is drawn. */
    private static final int READ = 20_000;

    /** How many rows are drawn. */
    static final int ROWS = 1_000;

    /** The most characters of a value that are looked at. */
    private static final int LONGEST = 2_000;

    /** What a value must have for one of the kinds: a digit, an at sign, two words, or a capital letter. */
    private static final String WORTH_A_LOOK = "[0-9@]|\\p{L} +\\p{L}|^\\p{Lu}";

    private final Map<Integer, List<String>> values = new HashMap<>();

    private TableSample() {}

    /** Draws it; the same of the same snapshot. */
    static TableSample of(Lakehouse lake, Table table) throws SQLException {
        TableSample sample = new TableSample();
        List<Types.NestedField> columns = table.schema().columns().stream()
                .filter(column -> isWorthALook(column.type()))
                .toList();
        if (table.currentSnapshot() == null || columns.isEmpty()) {
            return sample;
        }
        String relation =
                lake.scans().plan(table, ScanRequest.all(table.schema())).sql();
        String texts = columns.stream()
                .map(column -> "left(CAST(" + DuckSql.name(column.name()) + " AS VARCHAR), " + LONGEST + ") AS f"
                        + column.fieldId())
                .collect(Collectors.joining(", "));
        String drawn = "SELECT " + texts + " FROM (SELECT * FROM (" + relation + ") LIMIT " + READ
                + ") USING SAMPLE reservoir(" + ROWS + " ROWS) REPEATABLE (1)";
        try (Connection connection = lake.reader().connect();
                Statement statement = connection.createStatement()) {
            List<Types.NestedField> likely = likely(statement, drawn, columns);
            if (!likely.isEmpty()) {
                sample.read(statement, drawn, likely);
            }
        }
        return sample;
    }

    /** Values of the column that are not null, as text. */
    List<String> of(int fieldId) {
        return values.getOrDefault(fieldId, List.of());
    }

    private static List<Types.NestedField> likely(Statement statement, String drawn, List<Types.NestedField> columns)
            throws SQLException {
        String counts = columns.stream()
                .map(column -> "count(*) FILTER (regexp_matches(f" + column.fieldId() + ", '" + WORTH_A_LOOK + "'))")
                .collect(Collectors.joining(", "));
        try (ResultSet row = statement.executeQuery("SELECT " + counts + " FROM (" + drawn + ")")) {
            row.next();
            List<Types.NestedField> likely = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                if (row.getLong(i + 1) > 0) {
                    likely.add(columns.get(i));
                }
            }
            return likely;
        }
    }

    private void read(Statement statement, String drawn, List<Types.NestedField> columns) throws SQLException {
        String names = columns.stream().map(column -> "f" + column.fieldId()).collect(Collectors.joining(", "));
        try (ResultSet row = statement.executeQuery("SELECT " + names + " FROM (" + drawn + ")")) {
            int[] ids = columns.stream().mapToInt(Types.NestedField::fieldId).toArray();
            while (row.next()) {
                for (int i : IntStream.range(0, ids.length).toArray()) {
                    String value = row.getString(i + 1);
                    if (value != null && !value.isBlank()) {
                        values.computeIfAbsent(ids[i], _ -> new ArrayList<>()).add(value);
                    }
                }
            }
        }
    }

    private static boolean isWorthALook(Type type) {
        return switch (type.typeId()) {
            case STRING, INTEGER, LONG, FLOAT, DOUBLE, DECIMAL, STRUCT, LIST, MAP -> true;
            case BOOLEAN,
                    DATE,
                    TIME,
                    TIMESTAMP,
                    TIMESTAMP_NANO,
                    UUID,
                    FIXED,
                    BINARY,
                    VARIANT,
                    UNKNOWN,
                    GEOMETRY,
                    GEOGRAPHY -> false;
        };
    }
}

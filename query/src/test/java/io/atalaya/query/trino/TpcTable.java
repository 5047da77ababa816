package io.atalaya.query.trino;

import io.trino.tpcds.Results;
import io.trino.tpcds.Session;
import io.trino.tpcds.Table;
import io.trino.tpcds.column.Column;
import io.trino.tpcds.column.ColumnType;
import io.trino.tpch.TpchColumn;
import io.trino.tpch.TpchColumnType;
import io.trino.tpch.TpchEntity;
import io.trino.tpch.TpchTable;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * A table of TPC-H or TPC-DS as Trino's generator makes it.
 *
 * @param rows its rows, with the cells between {@code |} and {@code \N} for {@code NULL}
 */
record TpcTable(String name, Schema schema, Stream<String> rows) {
    /** The tables of {@code tpch} or {@code tpcds} at a scale. */
    static List<TpcTable> of(String benchmark, double scale) {
        return benchmark.equals("tpch")
                ? TpchTable.getTables().stream().map(table -> of(table, scale)).toList()
                : Table.getBaseTables().stream()
                        .filter(table -> table != Table.DBGEN_VERSION)
                        .map(table -> of(table, scale))
                        .toList();
    }

    private static <E extends TpchEntity> TpcTable of(TpchTable<E> table, double scale) {
        List<Types.NestedField> fields = new ArrayList<>();
        for (TpchColumn<E> column : table.getColumns()) {
            fields.add(Types.NestedField.optional(fields.size() + 1, column.getColumnName(), type(column.getType())));
        }
        Iterable<E> rows = table.createGenerator(scale, 1, 1);
        return new TpcTable(
                table.getTableName(),
                new Schema(fields),
                StreamSupport.stream(rows.spliterator(), false)
                        .map(TpchEntity::toLine)
                        .map(line -> line.substring(0, line.length() - 1)));
    }

    private static Type type(TpchColumnType type) {
        return switch (type.getBase()) {
            case IDENTIFIER -> Types.LongType.get();
            case INTEGER -> Types.IntegerType.get();
            case DATE -> Types.DateType.get();
            case DOUBLE -> Types.DecimalType.of(12, 2);
            case VARCHAR -> Types.StringType.get();
        };
    }

    private static TpcTable of(Table table, double scale) {
        List<Types.NestedField> fields = new ArrayList<>();
        for (Column column : table.getColumns()) {
            fields.add(Types.NestedField.optional(fields.size() + 1, column.getName(), type(column.getType())));
        }
        Column[] columns = table.getColumns();
        Iterable<List<List<String>>> rows = Results.constructResults(
                table, Session.getDefaultSession().withTable(table).withScale(scale));
        return new TpcTable(
                table.getName(),
                new Schema(fields),
                StreamSupport.stream(rows.spliterator(), false).map(row -> line(columns, row.getFirst())));
    }

    /** A {@code char} ends without blanks. */
    private static String line(Column[] columns, List<String> row) {
        StringBuilder line = new StringBuilder();
        for (int index = 0; index < columns.length; index++) {
            String cell = row.get(index);
            boolean padded = columns[index].getType().getBase() == ColumnType.Base.CHAR;
            line.append(index == 0 ? "" : "|").append(cell == null ? "\\N" : padded ? cell.stripTrailing() : cell);
        }
        return line.toString();
    }

    private static Type type(ColumnType type) {
        return switch (type.getBase()) {
            case IDENTIFIER -> Types.LongType.get();
            case INTEGER -> Types.IntegerType.get();
            case DATE -> Types.DateType.get();
            case DECIMAL ->
                Types.DecimalType.of(
                        type.getPrecision().orElseThrow(), type.getScale().orElseThrow());
            case VARCHAR, CHAR -> Types.StringType.get();
            case TIME -> Types.TimeType.get();
        };
    }

    /** Makes the rows, unless the file is there. */
    void write(Path parquet) throws IOException, SQLException {
        if (Files.exists(parquet)) {
            return;
        }
        Files.createDirectories(parquet.getParent());
        Path text = parquet.resolveSibling(name + ".text");
        try (BufferedWriter lines = Files.newBufferedWriter(text)) {
            for (Iterator<String> row = rows.iterator(); row.hasNext(); ) {
                lines.write(row.next());
                lines.newLine();
            }
        }
        String columns = schema.columns().stream()
                .map(column -> "'" + column.name() + "': '" + duck(column.type()) + "'")
                .collect(Collectors.joining(", "));
        Path unfinished = parquet.resolveSibling(name + ".unfinished");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    COPY (FROM read_csv('%s', auto_detect = false, delim = '|', header = false, quote = '', escape = '', nullstr = '\\N',
                        columns = {%s})) TO '%s' (FORMAT parquet)""".formatted(text, columns, unfinished));
        }
        Files.delete(text);
        Files.move(unfinished, parquet, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String duck(Type type) {
        return switch (type.typeId()) {
            case LONG -> "BIGINT";
            case STRING -> "VARCHAR";
            default -> type.toString().replace(" ", "").toUpperCase(java.util.Locale.ROOT);
        };
    }
}

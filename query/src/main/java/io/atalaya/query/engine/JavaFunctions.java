package io.atalaya.query.engine;

import java.sql.Connection;
import java.sql.SQLException;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * Functions written in Java on one connection's instance: a chunk of rows at a call, null for a null argument. Binary values
 * come and go as hexadecimal text, lists as JSON, since the engine passes neither.
 */
final class JavaFunctions {
    static final DuckDBColumnType TEXT = DuckDBColumnType.VARCHAR;
    static final DuckDBColumnType WHOLE = DuckDBColumnType.BIGINT;
    static final DuckDBColumnType NUMBER = DuckDBColumnType.DOUBLE;
    static final DuckDBColumnType REAL = DuckDBColumnType.FLOAT;
    static final DuckDBColumnType TRUTH = DuckDBColumnType.BOOLEAN;

    /** The result for one row, of arguments that are not null. */
    interface Function {
        @Nullable Object apply(Row row);
    }

    private final Connection connection;

    JavaFunctions(Connection connection) {
        this.connection = connection;
    }

    /** The arguments of one row. */
    static final class Row {
        private final DuckDBReadableVector[] vectors;
        private long index;

        private Row(DuckDBDataChunkReader chunk) {
            vectors = new DuckDBReadableVector[(int) chunk.columnCount()];
            for (int column = 0; column < vectors.length; column++) {
                vectors[column] = chunk.vector(column);
            }
        }

        private boolean hasNull() {
            for (DuckDBReadableVector vector : vectors) {
                if (vector.isNull(index)) {
                    return true;
                }
            }
            return false;
        }

        String text(int argument) {
            return vectors[argument].getString(index);
        }

        long whole(int argument) {
            return vectors[argument].getLong(index);
        }

        double number(int argument) {
            return vectors[argument].getDouble(index);
        }

        float real(int argument) {
            return vectors[argument].getFloat(index);
        }

        boolean truth(int argument) {
            return vectors[argument].getBoolean(index);
        }
    }

    /** Registers {@code atalaya_<name>}. */
    void add(String name, DuckDBColumnType result, Function function, DuckDBColumnType... parameters)
            throws SQLException {
        try (var builder = DuckDBFunctions.scalarFunction()) {
            builder.withName("atalaya_" + name)
                    .withParameters(parameters)
                    .withReturnType(result)
                    .withVectorizedFunction((input, output) -> {
                        Row row = new Row(input);
                        long rows = input.rowCount();
                        for (row.index = 0; row.index < rows; row.index++) {
                            set(output, row.index, row.hasNull() ? null : function.apply(row));
                        }
                    })
                    .register(connection);
        }
    }

    private static void set(DuckDBWritableVector output, long row, @Nullable Object value) {
        switch (value) {
            case null -> output.setNull(row);
            case String text -> output.setString(row, text);
            case Long whole -> output.setLong(row, whole);
            case Double number -> output.setDouble(row, number);
            case Boolean truth -> output.setBoolean(row, truth);
            default -> throw new IllegalStateException("no type of a function's result: " + value.getClass());
        }
    }
}

package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.LakehouseException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import java.util.function.ToIntFunction;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.util.BucketUtil;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBWritableVector;

/** The hash of Iceberg's bucket transform as SQL functions, computed by Iceberg itself. */
final class BucketHash {
    private static final String OF_LONG = "atalaya_hash_long";
    private static final String OF_TEXT = "atalaya_hash_text";
    private static final String OF_DECIMAL = "atalaya_hash_decimal";
    private static final String OF_BYTES = "atalaya_hash_bytes";
    private static final String OF_UUID = "atalaya_hash_uuid";

    private BucketHash() {}

    /** The hash of a column. */
    static String expression(Type type, String column) {
        return switch (type.typeId()) {
            case INTEGER, LONG -> call(OF_LONG, column + "::BIGINT");
            case DATE -> call(OF_LONG, "(" + column + " - DATE '1970-01-01')::BIGINT");
            case TIME, TIMESTAMP -> call(OF_LONG, "epoch_us(" + column + ")");
            case STRING -> call(OF_TEXT, column);
            case DECIMAL -> call(OF_DECIMAL, column + "::VARCHAR");
            case BINARY, FIXED -> call(OF_BYTES, "hex(" + column + ")");
            case UUID -> call(OF_UUID, column + "::VARCHAR");
            default -> throw new LakehouseException.NotSupported("type %s cannot be bucketed", type);
        };
    }

    private static String call(String function, String argument) {
        return function + "(" + argument + ")";
    }

    /** Makes the functions known to the database of {@code connection}. */
    static void register(Connection connection) {
        register(connection, OF_LONG, DuckDBColumnType.BIGINT, (input, row) -> BucketUtil.hash(input.getLong(row)));
        text(connection, OF_TEXT, BucketUtil::hash);
        text(connection, OF_DECIMAL, text -> BucketUtil.hash(new BigDecimal(text)));
        text(
                connection,
                OF_BYTES,
                text -> BucketUtil.hash(ByteBuffer.wrap(HexFormat.of().parseHex(text.toLowerCase(Locale.ROOT)))));
        text(connection, OF_UUID, text -> BucketUtil.hash(UUID.fromString(text)));
    }

    private static void text(Connection connection, String name, ToIntFunction<String> hash) {
        register(connection, name, DuckDBColumnType.VARCHAR, (input, row) -> hash.applyAsInt(input.getString(row)));
    }

    private interface RowHash {
        int of(DuckDBReadableVector input, long row);
    }

    private static void register(Connection connection, String name, DuckDBColumnType type, RowHash hash) {
        try (var function = DuckDBFunctions.scalarFunction()) {
            function.withName(name)
                    .withParameters(type)
                    .withReturnType(DuckDBColumnType.INTEGER)
                    .withVectorizedFunction((input, output) -> apply(hash, input, output))
                    .register(connection);
        } catch (SQLException e) {
            throw new LakehouseException.Failed(e, "the engine does not take the function %s", name);
        }
    }

    private static void apply(RowHash hash, DuckDBDataChunkReader input, DuckDBWritableVector output) {
        DuckDBReadableVector values = input.vector(0);
        for (long row = 0; row < input.rowCount(); row++) {
            if (values.isNull(row)) {
                output.setNull(row);
            } else {
                output.setInt(row, hash.of(values, row));
            }
        }
    }
}

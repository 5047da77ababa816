package io.atalaya.ingestion.database;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.BinaryType;
import org.apache.iceberg.types.Types.BooleanType;
import org.apache.iceberg.types.Types.DateType;
import org.apache.iceberg.types.Types.DecimalType;
import org.apache.iceberg.types.Types.DoubleType;
import org.apache.iceberg.types.Types.FloatType;
import org.apache.iceberg.types.Types.IntegerType;
import org.apache.iceberg.types.Types.LongType;
import org.apache.iceberg.types.Types.StringType;
import org.apache.iceberg.types.Types.TimestampType;
import org.apache.iceberg.types.Types.UUIDType;
import org.jspecify.annotations.Nullable;

/**
 * A column of a database's table.
 *
 * @param index in the result, from 1
 * @param name as the database spells it
 * @param target its name in the lakehouse
 * @param type that holds every value the database's type has, but for dates such as {@code 0000-00-00} or
 *     {@code infinity}, which no calendar has; text, as the database writes it, for types that we have none for
 */
record SourceColumn(int index, String name, String target, Type type, boolean isInstant) {
    private static final int DIGITS = 38;
    private static final Pattern DAY = Pattern.compile("\\d{4,6}-(?!00)\\d\\d-(?!00)\\d\\d(?!.*BC).*");
    private static final Set<String> NO_NUMBERS = Set.of("NaN", "Infinity", "-Infinity");

    /** The column at that place of a result. */
    static SourceColumn of(ResultSetMetaData data, int index, String target, SourceDialect dialect)
            throws SQLException {
        String typeName = data.getColumnTypeName(index).toLowerCase(Locale.ROOT);
        boolean instant = dialect.isInstant(typeName);
        return new SourceColumn(
                index, data.getColumnName(index), target, type(data, index, typeName, instant), instant);
    }

    private static Type type(ResultSetMetaData data, int index, String typeName, boolean instant) throws SQLException {
        return switch (data.getColumnType(index)) {
            case Types.BOOLEAN -> BooleanType.get();
            case Types.BIT -> isTruth(data, index, typeName) ? BooleanType.get() : BinaryType.get();
            case Types.TINYINT, Types.SMALLINT -> IntegerType.get();
            case Types.INTEGER -> data.isSigned(index) ? IntegerType.get() : LongType.get();
            case Types.BIGINT -> data.isSigned(index) ? LongType.get() : DecimalType.of(20, 0);
            case Types.REAL -> FloatType.get();
            case Types.FLOAT, Types.DOUBLE -> DoubleType.get();
            case Types.NUMERIC, Types.DECIMAL -> decimal(data.getPrecision(index), data.getScale(index));
            case Types.DATE -> typeName.equals("year") ? IntegerType.get() : DateType.get();
            case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE ->
                instant ? TimestampType.withZone() : TimestampType.withoutZone();
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> BinaryType.get();
            default -> typeName.equals("uuid") ? UUIDType.get() : StringType.get();
        };
    }

    private static boolean isTruth(ResultSetMetaData data, int index, String typeName) throws SQLException {
        return typeName.startsWith("bool") || data.getPrecision(index) == 1;
    }

    private static Type decimal(int precision, int scale) {
        return precision < 1 || precision > DIGITS || scale < 0 || scale > precision
                ? StringType.get()
                : DecimalType.of(precision, scale);
    }

    /** The value of the row the result stands at, as text that the engine can cast to {@link #type}. */
    @Nullable String text(ResultSet row, SourceDialect dialect) throws SQLException {
        return switch (type.typeId()) {
            case BINARY -> {
                byte[] bytes = row.getBytes(index);
                yield bytes == null ? null : HexFormat.of().formatHex(bytes);
            }
            case BOOLEAN -> {
                boolean value = row.getBoolean(index);
                yield row.wasNull() ? null : Boolean.toString(value);
            }
            case TIMESTAMP -> {
                String text = row.getString(index);
                yield text == null || !isInstant ? text : dialect.instant(text);
            }
            default -> row.getString(index);
        };
    }

    /** Whether a text that the database gave is a value of {@link #type}. */
    boolean holds(@Nullable String text) {
        return text == null
                || switch (type.typeId()) {
                    case DATE, TIMESTAMP -> DAY.matcher(text).matches();
                    case DECIMAL -> !NO_NUMBERS.contains(text);
                    default -> true;
                };
    }

    /** The expression that makes its value out of its text. */
    String expression(String quoted) {
        return type.typeId() == Type.TypeID.BINARY ? "from_hex(" + quoted + ") AS " + quoted : quoted;
    }
}

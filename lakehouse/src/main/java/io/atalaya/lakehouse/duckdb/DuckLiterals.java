package io.atalaya.lakehouse.duckdb;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.DateTimeUtil;

/** Values as Iceberg holds them in memory, as texts that DuckDB casts to the same value. */
public final class DuckLiterals {
    private DuckLiterals() {}

    /** The text of a value of a primitive type. */
    public static String text(Type type, Object value) {
        return switch (type.typeId()) {
            case DATE -> LocalDate.ofEpochDay((Integer) value).toString();
            case TIME ->
                LocalTime.MIDNIGHT.plus((Long) value, ChronoUnit.MICROS).toString();
            case TIMESTAMP -> {
                String local = DateTimeUtil.timestampFromMicros((Long) value).toString();
                yield ((Types.TimestampType) type).shouldAdjustToUTC() ? local + "+00" : local;
            }
            case TIMESTAMP_NANO -> DateTimeUtil.timestampFromNanos((Long) value).toString();
            case DECIMAL -> ((BigDecimal) value).toPlainString();
            case FIXED, BINARY -> blob((ByteBuffer) value);
            default -> value.toString();
        };
    }

    /** A literal of that value and type. */
    public static String literal(Type type, Object value) {
        return "CAST(" + DuckSql.text(text(type, value)) + " AS " + DuckTypes.of(type) + ")";
    }

    /** Every byte in hexadecimal, as a cast from text to BLOB reads it. */
    private static String blob(ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        HexFormat hex = HexFormat.of().withUpperCase();
        StringBuilder text = new StringBuilder();
        for (byte one : bytes) {
            text.append("\\x").append(hex.toHexDigits(one));
        }
        return text.toString();
    }
}

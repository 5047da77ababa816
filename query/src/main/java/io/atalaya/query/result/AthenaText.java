package io.atalaya.query.result;

import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Simple;
import java.math.BigDecimal;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Struct;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Values as Athena writes them in a result.
 *
 * <p>A timestamp has three digits of a second, and six where the last three are not zero and its type has them.
 */
public final class AthenaText {
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter[] FRACTIONS = new DateTimeFormatter[SqlType.NANOS + 1];
    private static final DateTimeFormatter PRECISE = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .appendOffset("+HH:mm", "+00")
            .toFormatter(Locale.ROOT);
    private static final Pattern PARTS = Pattern.compile("(-?\\d+) (year|month|day)s?");
    private static final Pattern CLOCK = Pattern.compile("(-?)(\\d+):(\\d+):(\\d+)(?:\\.(\\d+))?");

    static {
        for (int digits = 1; digits < FRACTIONS.length; digits++) {
            FRACTIONS[digits] = new DateTimeFormatterBuilder()
                    .appendFraction(ChronoField.NANO_OF_SECOND, digits, digits, true)
                    .toFormatter(Locale.ROOT);
        }
    }

    private AthenaText() {}

    /** The current row. */
    public static List<@Nullable String> row(ResultSet row, List<SqlType> types) throws SQLException {
        List<@Nullable String> cells = new ArrayList<>(types.size());
        for (int index = 0; index < types.size(); index++) {
            cells.add(cell(row, index + 1, types.get(index)));
        }
        return cells;
    }

    /** A cell of the current row; null for {@code NULL}. */
    public static @Nullable String cell(ResultSet row, int column, SqlType type) throws SQLException {
        return switch (type) {
            case Simple simple
            when simple.isInteger() -> {
                long value = row.getLong(column);
                yield row.wasNull() ? null : Long.toString(value);
            }
            case SqlType.Varchar _, SqlType.Char _ -> row.getString(column);
            case SqlType.Timestamp _ -> text(row.getObject(column, LocalDateTime.class), type);
            default -> text(row.getObject(column), type);
        };
    }

    /** A value as the driver gives it. */
    static @Nullable String text(@Nullable Object value, SqlType type) throws SQLException {
        if (value == null) {
            return null;
        }
        return switch (type) {
            case Simple simple -> simple(value, simple);
            case SqlType.Decimal _ -> value instanceof BigDecimal number ? number.toPlainString() : value.toString();
            case SqlType.Varchar _, SqlType.Char _ -> value.toString();
            case SqlType.Time(int precision) ->
                value instanceof LocalTime time ? TIME.format(time) + fraction(time, precision) : value.toString();
            case SqlType.ZonedTime zoned -> {
                LocalTime time = ((LocalTime) value).plusMinutes(zoned.minutes());
                int digits = zoned.precision();
                yield TIME.format(time) + (digits == 0 ? "" : FRACTIONS[digits].format(time)) + zoned.offset();
            }
            case SqlType.Timestamp(int precision) -> {
                LocalDateTime moment = local(value);
                yield SECONDS.format(moment) + fraction(moment, precision);
            }
            case SqlType.Instant(int precision, var zone) -> {
                LocalDateTime moment = LocalDateTime.ofInstant(instant(value), ZoneId.of(zone));
                yield SECONDS.format(moment) + fraction(moment, precision) + " " + zone;
            }
            case SqlType.Array(var element) -> array(value, element);
            case SqlType.Map(var key, var item) -> map(value, key, item);
            case SqlType.Row row -> row(value, row);
        };
    }

    private static @Nullable String simple(Object value, Simple type) throws SQLException {
        return switch (type) {
            case VARBINARY ->
                value instanceof Blob blob ? bytes(blob.getBytes(1, (int) blob.length())) : value.toString();
            case INTERVAL_DAY -> days(value.toString());
            case INTERVAL_YEAR -> months(value.toString());
            case UNKNOWN, BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE, DATE, JSON, UUID ->
                value.toString();
        };
    }

    private static String fraction(java.time.temporal.TemporalAccessor moment, int precision) {
        int nanos = moment.get(ChronoField.NANO_OF_SECOND);
        int digits = precision > 3 && nanos % 1_000_000 == 0 ? 3 : precision;
        return digits == 0 ? "" : FRACTIONS[digits].format(moment);
    }

    static LocalDateTime local(Object value) {
        return switch (value) {
            case LocalDateTime moment -> moment;
            case java.sql.Timestamp moment -> moment.toLocalDateTime();
            default -> throw new IllegalStateException("not a timestamp: " + value.getClass());
        };
    }

    static Instant instant(Object value) {
        return switch (value) {
            case OffsetDateTime moment -> moment.toInstant();
            case java.sql.Timestamp moment -> moment.toInstant();
            case String moment -> OffsetDateTime.parse(moment, PRECISE).toInstant();
            default -> throw new IllegalStateException("not an instant: " + value.getClass());
        };
    }

    private static String bytes(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length * 3);
        for (byte value : bytes) {
            text.append(text.isEmpty() ? "" : " ").append(String.format(Locale.ROOT, "%02x", value));
        }
        return text.toString();
    }

    private static String array(Object value, SqlType element) throws SQLException {
        Object[] items = value instanceof java.sql.Array array ? (Object[]) array.getArray() : (Object[]) value;
        StringBuilder text = new StringBuilder("[");
        for (int index = 0; index < items.length; index++) {
            text.append(index == 0 ? "" : ", ").append(text(items[index], element));
        }
        return text.append(']').toString();
    }

    private static String map(Object value, SqlType key, SqlType item) throws SQLException {
        StringBuilder text = new StringBuilder("{");
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
            text.append(text.length() == 1 ? "" : ", ")
                    .append(text(entry.getKey(), key))
                    .append('=')
                    .append(text(entry.getValue(), item));
        }
        return text.append('}').toString();
    }

    private static String row(Object value, SqlType.Row row) throws SQLException {
        Object[] fields = ((Struct) value).getAttributes();
        StringBuilder text = new StringBuilder("{");
        for (int index = 0; index < fields.length; index++) {
            text.append(index == 0 ? "" : ", ")
                    .append(row.fields().get(index).name().orElse("field" + index))
                    .append('=')
                    .append(text(fields[index], row.fields().get(index).type()));
        }
        return text.append('}').toString();
    }

    /** {@code 2 03:04:05.678}. */
    private static String days(String interval) {
        long millis = 0;
        Matcher parts = PARTS.matcher(interval);
        while (parts.find()) {
            millis += Long.parseLong(parts.group(1)) * (parts.group(2).equals("day") ? 86_400_000L : 0);
        }
        Matcher clock = CLOCK.matcher(interval);
        if (clock.find()) {
            String fraction = clock.group(5) == null ? "" : clock.group(5);
            long part = ((Long.parseLong(clock.group(2)) * 60 + Long.parseLong(clock.group(3))) * 60
                                    + Long.parseLong(clock.group(4)))
                            * 1000
                    + Long.parseLong((fraction + "000").substring(0, 3));
            millis += clock.group(1).isEmpty() ? part : -part;
        }
        long size = Math.abs(millis);
        return "%s%d %02d:%02d:%02d.%03d"
                .formatted(
                        millis < 0 ? "-" : "",
                        size / 86_400_000,
                        size / 3_600_000 % 24,
                        size / 60_000 % 60,
                        size / 1000 % 60,
                        size % 1000);
    }

    /** {@code 1-3}. */
    private static String months(String interval) {
        long months = PARTS.matcher(interval)
                .results()
                .collect(Collectors.summingLong(part -> Long.parseLong(part.group(1))
                        * (part.group(2).equals("year") ? 12 : part.group(2).equals("month") ? 1 : 0)));
        return "%s%d-%d".formatted(months < 0 ? "-" : "", Math.abs(months) / 12, Math.abs(months) % 12);
    }
}

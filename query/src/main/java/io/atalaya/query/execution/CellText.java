package io.atalaya.query.execution;

import io.atalaya.query.ResultColumn;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Values as Athena writes them in a result: {@code 1.0E10}, {@code 2024-01-02 03:04:05.678}, {@code [a, b]},
 * {@code {k=v}}, {@code 00 0a ff}.
 */
final class CellText {
    private static final HexFormat OCTETS = HexFormat.ofDelimiter(" ");
    private static final Pattern PRECISION = Pattern.compile("^time(?:stamp)?\\((\\d+)\\)");

    /** How Athena writes a timestamp of no stated precision. */
    private static final int DEFAULT_PRECISION = 3;

    private final List<Integer> precisions;

    CellText(List<ResultColumn> columns) {
        precisions = columns.stream().map(column -> precision(column.type())).toList();
    }

    /** The current row. */
    List<@Nullable String> row(ResultSet rows) throws SQLException {
        List<@Nullable String> cells = new ArrayList<>(precisions.size());
        for (int column = 0; column < precisions.size(); column++) {
            cells.add(text(rows.getObject(column + 1), precisions.get(column)));
        }
        return cells;
    }

    private static int precision(String type) {
        Matcher matcher = PRECISION.matcher(type);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : DEFAULT_PRECISION;
    }

    private static @Nullable String text(@Nullable Object value, int precision) throws SQLException {
        return switch (value) {
            case null -> null;
            case String text -> text;
            case BigDecimal number -> number.toPlainString();
            case Timestamp time -> timestamp(time.toLocalDateTime(), precision);
            case LocalDateTime time -> timestamp(time, precision);
            case OffsetDateTime time ->
                timestamp(time.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime(), precision) + " UTC";
            case LocalTime time ->
                time.format(DateTimeFormatter.ofPattern("HH:mm:ss" + fraction(precision), Locale.ROOT));
            case Blob octets -> OCTETS.formatHex(octets.getBytes(1, Math.toIntExact(octets.length())));
            case byte[] octets -> OCTETS.formatHex(octets);
            case Array array -> list((Object[]) array.getArray(), precision);
            case Object[] array -> list(array, precision);
            case List<?> list -> list(list.toArray(), precision);
            case Struct struct -> struct(struct, precision);
            case Map<?, ?> map -> map(map, precision);
            default -> value.toString();
        };
    }

    private static String timestamp(LocalDateTime time, int precision) {
        return time.format(DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss" + fraction(precision), Locale.ROOT));
    }

    private static String fraction(int precision) {
        return precision == 0 ? "" : "." + "S".repeat(precision);
    }

    private static String list(@Nullable Object[] items, int precision) throws SQLException {
        StringJoiner joiner = new StringJoiner(", ", "[", "]");
        for (Object item : items) {
            joiner.add(String.valueOf(text(item, precision)));
        }
        return joiner.toString();
    }

    private static String struct(Struct struct, int precision) throws SQLException {
        return struct instanceof org.duckdb.DuckDBStruct named
                ? map(named.getMap(), precision)
                : list(struct.getAttributes(), precision);
    }

    private static String map(Map<?, ?> entries, int precision) throws SQLException {
        StringJoiner joiner = new StringJoiner(", ", "{", "}");
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
            joiner.add(text(entry.getKey(), precision) + "=" + text(entry.getValue(), precision));
        }
        return joiner.toString();
    }
}

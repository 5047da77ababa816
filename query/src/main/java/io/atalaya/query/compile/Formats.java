package io.atalaya.query.compile;

import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Simple;
import io.atalaya.query.type.SqlType.Varchar;
import java.util.List;
import java.util.stream.Collectors;

/** Timestamps as text and rounded. */
final class Formats {
    private Formats() {}

    /** The local time of an instant. */
    static String local(String instant, String zone) {
        return "timezone(" + Sql.zone(zone) + ", " + instant + ")";
    }

    /** The values that {@code format} writes, as a JSON array of texts after a letter for their type. */
    static String arguments(List<Expr> values) {
        return values.stream()
                .map(value -> "'" + letter(value.type()) + "' || " + plain(value))
                .collect(Collectors.joining(", ", "CAST(to_json([", "]) AS VARCHAR)"));
    }

    private static String plain(Expr value) {
        return switch (value.type()) {
            case Simple simple
            when simple == Simple.UNKNOWN || simple.isFloating() || simple == Simple.JSON ->
                Sql.cast(value.sql(), "VARCHAR");
            default -> Casts.cast(value, Varchar.ANY, false, new Place(0, 0)).sql();
        };
    }

    private static char letter(SqlType type) {
        return switch (type) {
            case SqlType.Decimal _ -> 'n';
            case SqlType.Timestamp _ -> 't';
            case Simple simple when simple.isInteger() -> 'i';
            case Simple simple when simple == Simple.DOUBLE -> 'f';
            case Simple simple when simple == Simple.REAL -> 'r';
            case Simple simple when simple == Simple.BOOLEAN -> 'b';
            case Simple simple when simple == Simple.DATE -> 'd';
            default -> 's';
        };
    }

    /** With a {@code T}, and the offset of its zone if it has one. */
    static String iso(Expr moment) {
        return switch (moment.type()) {
            case SqlType.Instant(int precision, var zone) ->
                "(replace(" + timestamp(local(moment.sql(), zone), precision) + ", ' ', 'T') || "
                        + (zone.equals("UTC")
                                ? "'Z'"
                                : "atalaya_joda_format(epoch_us("
                                        + Nanos.cut(moment).sql() + "), " + Sql.text(zone) + ", 'ZZ')")
                        + ")";
            case SqlType.Timestamp(int precision) -> "replace(" + timestamp(moment.sql(), precision) + ", ' ', 'T')";
            default -> Sql.cast(moment.sql(), "VARCHAR");
        };
    }

    /** With that many digits of a second. */
    static String timestamp(String sql, int precision) {
        String seconds = "strftime(" + sql + ", '%Y-%m-%d %H:%M:%S";
        if (precision > SqlType.MICROS) {
            return "left(" + seconds + ".%n'), " + (20 + precision) + ")";
        }
        return switch (precision) {
            case 0 -> seconds + "')";
            case 6 -> seconds + ".%f')";
            default -> "left(" + seconds + ".%f'), " + (20 + precision) + ")";
        };
    }

    /** An interval of days to seconds as text. */
    static String days(String interval) {
        String millis = "epoch_ms(" + interval + ")";
        return "CASE WHEN " + interval + " IS NOT NULL THEN CASE WHEN " + millis
                + " < 0 THEN '-' ELSE '' END || format('{} {:02d}:{:02d}:{:02d}.{:03d}', abs(" + millis
                + ") // 86400000, abs(" + millis + ") // 3600000 % 24, abs(" + millis + ") // 60000 % 60, abs(" + millis
                + ") // 1000 % 60, abs(" + millis + ") % 1000) END";
    }

    /** An interval of years to months as text. */
    static String months(String interval) {
        String months = "(datepart('year', " + interval + ") * 12 + datepart('month', " + interval + "))";
        return "CASE WHEN " + months + " < 0 THEN '-' ELSE '' END || abs(" + months + ") // 12 || '-' || abs(" + months
                + ") % 12";
    }

    /** A time of day with that many digits of a second. */
    static String time(String sql, int precision) {
        return precision > SqlType.MICROS
                ? "left(strftime(make_timestamp_ns(epoch_ns(" + sql + ")), '%H:%M:%S.%n'), " + (9 + precision) + ")"
                : "left(" + Sql.cast(sql, "VARCHAR") + " || '.000000', " + (precision == 0 ? 8 : 9 + precision) + ")";
    }

    /** A time of day on the first day there is. */
    static String onFirstDay(String time, int precision) {
        return precision > SqlType.MICROS
                ? "make_timestamp_ns(epoch_ns(" + time + "))"
                : "(DATE '1970-01-01' + " + time + ")";
    }

    /** A timestamp rounded half up to fewer digits, or with more. */
    static String rounded(String sql, int before, int after) {
        if (before <= after) {
            return before <= SqlType.MICROS && after > SqlType.MICROS ? Sql.cast(sql, "TIMESTAMP_NS") : sql;
        }
        if (before > SqlType.MICROS) {
            long unit = Math.round(Math.pow(10, 9 - after));
            String nanos = "(epoch_ns(" + sql + ") + " + unit / 2 + ")";
            String whole = "(%1$s - (%1$s %% %2$d + %2$d) %% %2$d)".formatted(nanos, unit);
            return after > SqlType.MICROS
                    ? "make_timestamp_ns(" + whole + ")"
                    : "make_timestamp(" + whole + " // 1000)";
        }
        long unit = Math.round(Math.pow(10, 6 - after));
        return "make_timestamp(CAST(floor((epoch_us(" + sql + ") + " + unit / 2 + ") / " + unit + ") AS BIGINT) * "
                + unit + ")";
    }
}

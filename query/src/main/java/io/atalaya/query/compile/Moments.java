package io.atalaya.query.compile;

import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Simple;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Dates, times and zones as text. */
final class Moments {
    private static final Pattern DATE = Pattern.compile("\\s*(\\d{4,6})-(\\d{1,2})-(\\d{1,2})\\s*");
    private static final Pattern TIMESTAMP = Pattern.compile(
            "\\s*(\\d{4,6})-(\\d{1,2})-(\\d{1,2})(?:[ T](\\d{1,2}):(\\d{1,2})(?::(\\d{1,2})(?:\\.(\\d{1,12}))?)?)?\\s*(\\S+)?\\s*");
    private static final Pattern TIME =
            Pattern.compile("\\s*(\\d{1,2}):(\\d{1,2})(?::(\\d{1,2})(?:\\.(\\d{1,12}))?)?\\s*");
    private static final Pattern OFFSET = Pattern.compile("([+-])(\\d{1,2})(?::?(\\d{2}))?");
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
    private static final DateTimeFormatter NANOS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSSSSS", Locale.ROOT);
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS", Locale.ROOT);

    private Moments() {}

    static Optional<Expr> date(String text) {
        Matcher matcher = DATE.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            LocalDate date = day(matcher);
            return Optional.of(Expr.literal("CAST('" + date + "' AS DATE)", Simple.DATE, date.toString()));
        } catch (DateTimeException outOfRange) {
            return Optional.empty();
        }
    }

    /** A timestamp, or an instant if the text ends in a zone; at most 6 digits of a second. */
    static Optional<Expr> timestamp(String text) {
        return timestamp(text, SqlType.MICROS);
    }

    /** A timestamp, or an instant if the text ends in a zone; with at most so many digits of a second. */
    static Optional<Expr> timestamp(String text, int most) {
        Matcher matcher = TIMESTAMP.matcher(text);
        int digits = matcher.matches() ? digits(matcher.group(7)).length() : Integer.MAX_VALUE;
        if (digits > most) {
            return Optional.empty();
        }
        try {
            LocalDateTime moment = day(matcher)
                    .atTime(
                            number(matcher.group(4)),
                            number(matcher.group(5)),
                            number(matcher.group(6)),
                            nanos(matcher.group(7)));
            int precision = digits;
            if (precision > SqlType.MICROS) {
                return precise(moment, precision, matcher.group(8));
            }
            if (matcher.group(8) == null) {
                return Optional.of(Expr.literal(
                        "CAST('" + SECONDS.format(moment) + "' AS TIMESTAMP)",
                        new SqlType.Timestamp(precision),
                        ISO.format(moment)));
            }
            Optional<String> zone = zone(matcher.group(8));
            return zone.map(name -> {
                ZonedDateTime instant = moment.atZone(ZoneId.of(name)).withZoneSameInstant(ZoneId.of("UTC"));
                return Expr.literal(
                        "CAST('" + SECONDS.format(instant) + "+00' AS TIMESTAMPTZ)",
                        new SqlType.Instant(precision, name),
                        ISO.format(instant) + "+00:00");
            });
        } catch (DateTimeException outOfRange) {
            return Optional.empty();
        }
    }

    /** With more digits than tables have; empty where the engine cannot hold it. */
    private static Optional<Expr> precise(LocalDateTime local, int precision, @Nullable String zoneText) {
        Optional<String> zone = zoneText == null ? Optional.of("UTC") : zone(zoneText);
        if (zone.isEmpty() || local.getYear() < 1678 || local.getYear() > 2261) {
            return Optional.empty();
        }
        LocalDateTime moment = local.atZone(ZoneId.of(zone.orElseThrow()))
                .withZoneSameInstant(ZoneId.of("UTC"))
                .toLocalDateTime();
        String sql = "CAST('" + NANOS.format(moment) + "' AS TIMESTAMP_NS)";
        return Optional.of(
                zoneText == null
                        ? Expr.of(sql, new SqlType.Timestamp(precision))
                        : Expr.of("timezone('UTC', " + sql + ")", new SqlType.Instant(precision, zone.orElseThrow())));
    }

    /** A time of day with at most 6 digits of a second. */
    static Optional<Expr> time(String text) {
        return time(text, SqlType.MICROS);
    }

    /** A time of day with at most so many digits of a second. */
    static Optional<Expr> time(String text, int most) {
        Matcher matcher = TIME.matcher(text);
        int digits = matcher.matches() ? digits(matcher.group(4)).length() : Integer.MAX_VALUE;
        if (digits > most) {
            return Optional.empty();
        }
        try {
            LocalTime time = LocalTime.of(
                    number(matcher.group(1)),
                    number(matcher.group(2)),
                    number(matcher.group(3)),
                    nanos(matcher.group(4)));
            SqlType type = new SqlType.Time(digits);
            return Optional.of(Expr.of(Sql.cast("'" + time + "'", type.duck()), type));
        } catch (DateTimeException outOfRange) {
            return Optional.empty();
        }
    }

    /** The name of a zone in Trino's spelling: a region, {@code UTC}, or an offset such as {@code +05:30}. */
    static Optional<String> zone(String text) {
        if (text.equalsIgnoreCase("UTC") || text.equals("Z") || text.equalsIgnoreCase("GMT")) {
            return Optional.of("UTC");
        }
        Matcher offset = OFFSET.matcher(text);
        if (offset.matches()) {
            int hours = number(offset.group(2));
            int minutes = number(offset.group(3));
            if (hours > 14 || minutes > 59 || (hours == 14 && minutes > 0)) {
                return Optional.empty();
            }
            return Optional.of(
                    hours == 0 && minutes == 0
                            ? "UTC"
                            : String.format(Locale.ROOT, "%s%02d:%02d", offset.group(1), hours, minutes));
        }
        return ZoneId.getAvailableZoneIds().contains(text) ? Optional.of(text) : Optional.empty();
    }

    private static LocalDate day(Matcher matcher) {
        return LocalDate.of(number(matcher.group(1)), number(matcher.group(2)), number(matcher.group(3)));
    }

    private static int number(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    private static String digits(@Nullable String digits) {
        return digits == null ? "" : digits;
    }

    private static int nanos(@Nullable String fraction) {
        return fraction == null ? 0 : Integer.parseInt((fraction + "000000000").substring(0, 9));
    }
}

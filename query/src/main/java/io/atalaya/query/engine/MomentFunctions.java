package io.atalaya.query.engine;

import static io.atalaya.query.engine.JavaFunctions.TEXT;
import static io.atalaya.query.engine.JavaFunctions.WHOLE;

import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Moments as text; they come and go as microseconds since 1970. */
final class MomentFunctions {
    private static final Pattern ISO_DATE =
            Pattern.compile("([+-]?\\d{4,6})(?:-W(\\d{1,2})(?:-(\\d))?|-(\\d{3})|-(\\d{1,2})(?:-(\\d{1,2}))?)?");
    private static final Pattern ISO_TIME = Pattern.compile(
            "(\\d{1,2})(?::(\\d{1,2})(?::(\\d{1,2})(?:[.,](\\d{1,9}))?)?)?(Z|[+-]\\d{2}(?::?\\d{2})?)?");

    private MomentFunctions() {}

    static void register(JavaFunctions functions) throws SQLException {
        functions.add(
                "mysql_format",
                TEXT,
                row -> MomentFormat.mysql(row.text(2)).write(moment(row.whole(0), row.text(1))),
                WHOLE,
                TEXT,
                TEXT);
        functions.add("joda_format", TEXT, row -> joda(row.whole(0), row.text(1), row.text(2)), WHOLE, TEXT, TEXT);
        functions.add(
                "mysql_parse",
                WHOLE,
                row -> MomentParser.micros(MomentFormat.mysql(row.text(1)), row.text(0)),
                TEXT,
                TEXT);
        functions.add(
                "joda_parse",
                WHOLE,
                row -> MomentParser.micros(MomentFormat.joda(row.text(1)), row.text(0)),
                TEXT,
                TEXT);
        functions.add("iso_moment", WHOLE, row -> isoMoment(row.text(0)), TEXT);
        functions.add("iso_date", WHOLE, row -> isoDate(row.text(0)).toEpochDay(), TEXT);
        functions.add("offset_minutes", WHOLE, row -> offset(row.whole(0), row.text(1)), WHOLE, TEXT);
    }

    private static ZonedDateTime moment(long micros, String zone) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000)
                .atZone(ZoneId.of(zone));
    }

    private static String joda(long micros, String zone, String format) {
        MomentFormat known = MomentFormat.joda(format);
        if (zone.isEmpty() && known.hasZone()) {
            throw FunctionRefusal.argument("A timestamp has no time zone that 'Z' or 'z' in a format could show");
        }
        return known.write(moment(micros, zone.isEmpty() ? "UTC" : zone));
    }

    private static Long offset(long micros, String zone) {
        return moment(micros, zone).getOffset().getTotalSeconds() / 60L;
    }

    private static Long isoMoment(String text) {
        int separator = text.indexOf('T');
        LocalDate date = isoDate(separator < 0 ? text : text.substring(0, separator));
        if (separator < 0) {
            return date.toEpochDay() * 86_400_000_000L;
        }
        Matcher matcher = ISO_TIME.matcher(text.substring(separator + 1));
        if (!matcher.matches()) {
            throw bad();
        }
        try {
            LocalTime time = LocalTime.of(
                    number(matcher.group(1), 0),
                    number(matcher.group(2), 0),
                    number(matcher.group(3), 0),
                    matcher.group(4) == null ? 0 : number((matcher.group(4) + "00000000").substring(0, 9), 0));
            ZoneOffset zone = matcher.group(5) == null ? ZoneOffset.UTC : ZoneOffset.of(matcher.group(5));
            LocalDateTime moment = LocalDateTime.of(date, time);
            return ChronoUnit.MICROS.between(Instant.EPOCH, moment.toInstant(zone));
        } catch (DateTimeException outOfRange) {
            throw bad();
        }
    }

    private static LocalDate isoDate(String text) {
        Matcher matcher = ISO_DATE.matcher(text);
        if (!matcher.matches()) {
            throw bad();
        }
        try {
            int year = Integer.parseInt(matcher.group(1));
            if (matcher.group(2) != null) {
                return LocalDate.of(year, 1, 4)
                        .with(IsoFields.WEEK_OF_WEEK_BASED_YEAR, number(matcher.group(2), 1))
                        .with(java.time.temporal.ChronoField.DAY_OF_WEEK, number(matcher.group(3), 1));
            }
            if (matcher.group(4) != null) {
                return LocalDate.ofYearDay(year, number(matcher.group(4), 1));
            }
            return LocalDate.of(year, number(matcher.group(5), 1), number(matcher.group(6), 1));
        } catch (DateTimeException outOfRange) {
            throw bad();
        }
    }

    private static int number(@Nullable String digits, int otherwise) {
        return digits == null ? otherwise : Integer.parseInt(digits);
    }

    private static FunctionRefusal bad() {
        return FunctionRefusal.argument("Invalid format: not a date or time of ISO 8601");
    }
}

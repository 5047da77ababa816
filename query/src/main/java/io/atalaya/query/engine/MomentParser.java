package io.atalaya.query.engine;

import io.atalaya.query.engine.MomentFormat.Field;
import io.atalaya.query.engine.MomentFormat.Token;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Reads one text by a {@link MomentFormat}; what it does not say is the beginning of 1970. */
final class MomentParser {
    private final MomentFormat format;
    private final String text;
    private final Map<Field, Integer> values = new EnumMap<>(Field.class);
    private ZoneId zone = ZoneOffset.UTC;
    private int at;

    private MomentParser(MomentFormat format, String text) {
        this.format = format;
        this.text = text;
    }

    /** Microseconds since 1970 of the local time that the text says, in the zone that it says. */
    static long micros(MomentFormat format, String text) {
        MomentParser parser = new MomentParser(format, text);
        try {
            LocalDateTime moment = parser.read();
            return ChronoUnit.MICROS.between(
                    Instant.EPOCH, moment.atZone(parser.zone).toInstant());
        } catch (DateTimeException | ArithmeticException outOfRange) {
            throw bad();
        }
    }

    private static FunctionRefusal bad() {
        return FunctionRefusal.argument("Invalid format: the text is not as the date format says");
    }

    private LocalDateTime read() {
        for (int index = 0; index < format.tokens().size(); index++) {
            read(format.tokens().get(index), format.isBeforeDigits(index));
        }
        if (at != text.length()) {
            throw bad();
        }
        return LocalDateTime.of(date(), time());
    }

    private void read(Token token, boolean beforeDigits) {
        switch (token.field()) {
            case LITERAL -> {
                if (!text.regionMatches(true, at, token.text(), 0, token.text().length())) {
                    throw bad();
                }
                at += token.text().length();
            }
            case MONTH_SHORT, MONTH_FULL -> values.put(Field.MONTH, month());
            case WEEKDAY_SHORT, WEEKDAY_FULL -> values.put(Field.WEEKDAY, weekday());
            case HALF_DAY -> values.put(Field.HALF_DAY, word("am", "pm"));
            case ERA -> values.put(Field.ERA, word("bc", "ad"));
            case FRACTION -> fraction();
            case OFFSET, OFFSET_COLON, ZONE_ID, ZONE_NAME -> zone();
            case TWO_DIGIT_YEAR -> twoDigitYear(beforeDigits ? 2 : 9);
            case YEAR, YEAR_OF_ERA, WEEK_YEAR, CENTURY ->
                values.put(token.field(), digits(beforeDigits ? token.width() : 9, true));
            case DAY_OF_YEAR -> values.put(token.field(), digits(3, false));
            case WEEKDAY -> values.put(token.field(), digits(1, false));
            case WEEK, MONTH, DAY, HOUR, HOUR_FROM_1, HALF_HOUR, HALF_HOUR_FROM_1, MINUTE, SECOND ->
                values.put(token.field(), digits(2, false));
        }
    }

    private int digits(int most, boolean signed) {
        int start = at;
        if (signed && at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
            at++;
        }
        int first = at;
        while (at < text.length() && at - first < most && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == first) {
            throw bad();
        }
        return Integer.parseInt(text.substring(start, at));
    }

    private void twoDigitYear(int most) {
        int start = at;
        int value = digits(most, true);
        boolean two = at - start == 2 && Character.isDigit(text.charAt(start));
        values.put(Field.YEAR, two ? (value < 70 ? 2000 + value : 1900 + value) : value);
    }

    private void fraction() {
        int start = at;
        while (at < text.length() && at - start < 9 && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == start) {
            throw bad();
        }
        values.put(Field.FRACTION, Integer.parseInt((text.substring(start, at) + "00000000").substring(0, 9)));
    }

    private int month() {
        for (TextStyle style : new TextStyle[] {TextStyle.FULL, TextStyle.SHORT}) {
            for (java.time.Month month : java.time.Month.values()) {
                if (takes(month.getDisplayName(style, Locale.ENGLISH))) {
                    return month.getValue();
                }
            }
        }
        throw bad();
    }

    private int weekday() {
        for (TextStyle style : new TextStyle[] {TextStyle.FULL, TextStyle.SHORT}) {
            for (java.time.DayOfWeek day : java.time.DayOfWeek.values()) {
                if (takes(day.getDisplayName(style, Locale.ENGLISH))) {
                    return day.getValue();
                }
            }
        }
        throw bad();
    }

    private int word(String zero, String one) {
        if (takes(zero)) {
            return 0;
        }
        if (takes(one)) {
            return 1;
        }
        throw bad();
    }

    private boolean takes(String word) {
        if (text.regionMatches(true, at, word, 0, word.length())) {
            at += word.length();
            return true;
        }
        return false;
    }

    private void zone() {
        int start = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "+-:/_".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        zone = ZoneId.of(text.substring(start, at));
    }

    private LocalDate date() {
        if (values.containsKey(Field.WEEK) || values.containsKey(Field.WEEK_YEAR)) {
            return LocalDate.of(values.getOrDefault(Field.WEEK_YEAR, 1970), 1, 4)
                    .with(IsoFields.WEEK_OF_WEEK_BASED_YEAR, values.getOrDefault(Field.WEEK, 1))
                    .with(java.time.temporal.ChronoField.DAY_OF_WEEK, values.getOrDefault(Field.WEEKDAY, 1));
        }
        boolean partial = values.containsKey(Field.MONTH) || values.containsKey(Field.DAY);
        int year = values.getOrDefault(Field.YEAR, values.getOrDefault(Field.YEAR_OF_ERA, partial ? 2000 : 1970));
        if (values.containsKey(Field.DAY_OF_YEAR)) {
            return LocalDate.ofYearDay(year, values.get(Field.DAY_OF_YEAR));
        }
        return LocalDate.of(year, values.getOrDefault(Field.MONTH, 1), values.getOrDefault(Field.DAY, 1));
    }

    private LocalTime time() {
        int hour = values.getOrDefault(Field.HOUR, 0);
        if (values.containsKey(Field.HOUR_FROM_1)) {
            hour = values.get(Field.HOUR_FROM_1) % 24;
        }
        Integer half = values.containsKey(Field.HALF_HOUR_FROM_1)
                ? Integer.valueOf(halfHour(values.get(Field.HALF_HOUR_FROM_1)))
                : values.get(Field.HALF_HOUR);
        if (half != null) {
            hour = half + 12 * values.getOrDefault(Field.HALF_DAY, 0);
        }
        return LocalTime.of(
                hour,
                values.getOrDefault(Field.MINUTE, 0),
                values.getOrDefault(Field.SECOND, 0),
                values.getOrDefault(Field.FRACTION, 0));
    }

    private static int halfHour(int hour) {
        if (hour < 1 || hour > 12) {
            throw bad();
        }
        return hour % 12;
    }
}

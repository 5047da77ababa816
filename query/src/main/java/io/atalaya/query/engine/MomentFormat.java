package io.atalaya.query.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.DayOfWeek;
import java.time.Month;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A format of moments, in MySQL's spelling or in Joda's. */
final class MomentFormat {
    /** What stands at a place of the text. */
    enum Field {
        LITERAL,
        YEAR,
        YEAR_OF_ERA,
        TWO_DIGIT_YEAR,
        CENTURY,
        ERA,
        WEEK_YEAR,
        WEEK,
        MONTH,
        MONTH_SHORT,
        MONTH_FULL,
        DAY,
        DAY_OF_YEAR,
        WEEKDAY,
        WEEKDAY_SHORT,
        WEEKDAY_FULL,
        HOUR,
        HOUR_FROM_1,
        HALF_HOUR,
        HALF_HOUR_FROM_1,
        MINUTE,
        SECOND,
        FRACTION,
        HALF_DAY,
        OFFSET,
        OFFSET_COLON,
        ZONE_ID,
        ZONE_NAME
    }

    /**
     * One place.
     *
     * @param width at least so many digits; of a fraction exactly so many
     */
    record Token(Field field, int width, String text) {}

    private static final Set<Field> ZONES =
            EnumSet.of(Field.OFFSET, Field.OFFSET_COLON, Field.ZONE_ID, Field.ZONE_NAME);
    private static final Cache<String, MomentFormat> KNOWN =
            Caffeine.newBuilder().maximumSize(1_000).build();

    private final List<Token> tokens;

    private MomentFormat(List<Token> tokens) {
        this.tokens = List.copyOf(tokens);
    }

    List<Token> tokens() {
        return tokens;
    }

    static MomentFormat mysql(String format) {
        return KNOWN.get("m" + format, _ -> new MomentFormat(mysqlTokens(format)));
    }

    static MomentFormat joda(String format) {
        return KNOWN.get("j" + format, _ -> new MomentFormat(jodaTokens(format)));
    }

    private static List<Token> mysqlTokens(String format) {
        List<Token> tokens = new ArrayList<>();
        for (int index = 0; index < format.length(); index++) {
            char letter = format.charAt(index);
            if (letter != '%') {
                literal(tokens, String.valueOf(letter));
                continue;
            }
            if (++index == format.length()) {
                throw FunctionRefusal.argument("Invalid format: it ends in %");
            }
            switch (format.charAt(index)) {
                case 'a' -> add(tokens, Field.WEEKDAY_SHORT, 1);
                case 'b' -> add(tokens, Field.MONTH_SHORT, 1);
                case 'c' -> add(tokens, Field.MONTH, 1);
                case 'd' -> add(tokens, Field.DAY, 2);
                case 'e' -> add(tokens, Field.DAY, 1);
                case 'f' -> add(tokens, Field.FRACTION, 6);
                case 'H' -> add(tokens, Field.HOUR, 2);
                case 'h', 'I' -> add(tokens, Field.HALF_HOUR_FROM_1, 2);
                case 'i' -> add(tokens, Field.MINUTE, 2);
                case 'j' -> add(tokens, Field.DAY_OF_YEAR, 3);
                case 'k' -> add(tokens, Field.HOUR, 1);
                case 'l' -> add(tokens, Field.HALF_HOUR_FROM_1, 1);
                case 'M' -> add(tokens, Field.MONTH_FULL, 1);
                case 'm' -> add(tokens, Field.MONTH, 2);
                case 'p' -> add(tokens, Field.HALF_DAY, 1);
                case 'r' -> {
                    clock(tokens, Field.HALF_HOUR_FROM_1);
                    literal(tokens, " ");
                    add(tokens, Field.HALF_DAY, 1);
                }
                case 'S', 's' -> add(tokens, Field.SECOND, 2);
                case 'T' -> clock(tokens, Field.HOUR);
                case 'v' -> add(tokens, Field.WEEK, 2);
                case 'W' -> add(tokens, Field.WEEKDAY_FULL, 1);
                case 'x' -> add(tokens, Field.WEEK_YEAR, 4);
                case 'Y' -> add(tokens, Field.YEAR, 4);
                case 'y' -> add(tokens, Field.TWO_DIGIT_YEAR, 2);
                case 'w', 'U', 'u', 'V', 'X', 'D' ->
                    throw FunctionRefusal.argument("%{0} not supported in date format string", format.charAt(index));
                default -> literal(tokens, String.valueOf(format.charAt(index)));
            }
        }
        return tokens;
    }

    private static void clock(List<Token> tokens, Field hour) {
        add(tokens, hour, 2);
        literal(tokens, ":");
        add(tokens, Field.MINUTE, 2);
        literal(tokens, ":");
        add(tokens, Field.SECOND, 2);
    }

    private static List<Token> jodaTokens(String format) {
        List<Token> tokens = new ArrayList<>();
        int index = 0;
        while (index < format.length()) {
            char letter = format.charAt(index);
            if (letter == '\'') {
                index = quoted(tokens, format, index + 1);
                continue;
            }
            int end = index;
            while (end < format.length() && format.charAt(end) == letter) {
                end++;
            }
            if ((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z')) {
                add(tokens, jodaField(letter, end - index), end - index);
            } else {
                literal(tokens, format.substring(index, end));
            }
            index = end;
        }
        return tokens;
    }

    /** The text up to the quote that closes it; two quotes are one. */
    private static int quoted(List<Token> tokens, String format, int start) {
        if (start < format.length() && format.charAt(start) == '\'') {
            literal(tokens, "'");
            return start + 1;
        }
        StringBuilder text = new StringBuilder();
        for (int index = start; index < format.length(); index++) {
            if (format.charAt(index) != '\'') {
                text.append(format.charAt(index));
            } else if (index + 1 < format.length() && format.charAt(index + 1) == '\'') {
                text.append('\'');
                index++;
            } else {
                literal(tokens, text.toString());
                return index + 1;
            }
        }
        literal(tokens, text.toString());
        return format.length();
    }

    private static Field jodaField(char letter, int count) {
        return switch (letter) {
            case 'G' -> Field.ERA;
            case 'C' -> Field.CENTURY;
            case 'Y' -> count == 2 ? Field.TWO_DIGIT_YEAR : Field.YEAR_OF_ERA;
            case 'y' -> count == 2 ? Field.TWO_DIGIT_YEAR : Field.YEAR;
            case 'x' -> Field.WEEK_YEAR;
            case 'w' -> Field.WEEK;
            case 'e' -> Field.WEEKDAY;
            case 'E' -> count >= 4 ? Field.WEEKDAY_FULL : Field.WEEKDAY_SHORT;
            case 'D' -> Field.DAY_OF_YEAR;
            case 'M' -> count >= 4 ? Field.MONTH_FULL : count == 3 ? Field.MONTH_SHORT : Field.MONTH;
            case 'd' -> Field.DAY;
            case 'a' -> Field.HALF_DAY;
            case 'K' -> Field.HALF_HOUR;
            case 'h' -> Field.HALF_HOUR_FROM_1;
            case 'H' -> Field.HOUR;
            case 'k' -> Field.HOUR_FROM_1;
            case 'm' -> Field.MINUTE;
            case 's' -> Field.SECOND;
            case 'S' -> Field.FRACTION;
            case 'z' -> Field.ZONE_NAME;
            case 'Z' -> count == 1 ? Field.OFFSET : count == 2 ? Field.OFFSET_COLON : Field.ZONE_ID;
            default -> throw FunctionRefusal.argument("Illegal pattern component: {0}", letter);
        };
    }

    private static void add(List<Token> tokens, Field field, int width) {
        tokens.add(new Token(field, width, ""));
    }

    private static void literal(List<Token> tokens, String text) {
        tokens.add(new Token(Field.LITERAL, 0, text));
    }

    boolean hasZone() {
        return tokens.stream().anyMatch(token -> ZONES.contains(token.field()));
    }

    /** Whether the token at an index is followed at once by digits. */
    boolean isBeforeDigits(int index) {
        return index + 1 < tokens.size()
                && switch (tokens.get(index + 1).field()) {
                    case LITERAL,
                            ERA,
                            MONTH_SHORT,
                            MONTH_FULL,
                            WEEKDAY_SHORT,
                            WEEKDAY_FULL,
                            HALF_DAY,
                            OFFSET,
                            OFFSET_COLON,
                            ZONE_ID,
                            ZONE_NAME -> false;
                    default -> true;
                };
    }

    String write(ZonedDateTime moment) {
        StringBuilder text = new StringBuilder();
        for (Token token : tokens) {
            write(token, moment, text);
        }
        return text.toString();
    }

    private static void write(Token token, ZonedDateTime moment, StringBuilder text) {
        switch (token.field()) {
            case LITERAL -> text.append(token.text());
            case ERA -> text.append(moment.getYear() > 0 ? "AD" : "BC");
            case MONTH_SHORT -> text.append(Month.from(moment).getDisplayName(TextStyle.SHORT, Locale.ENGLISH));
            case MONTH_FULL -> text.append(Month.from(moment).getDisplayName(TextStyle.FULL, Locale.ENGLISH));
            case WEEKDAY_SHORT -> text.append(DayOfWeek.from(moment).getDisplayName(TextStyle.SHORT, Locale.ENGLISH));
            case WEEKDAY_FULL -> text.append(DayOfWeek.from(moment).getDisplayName(TextStyle.FULL, Locale.ENGLISH));
            case HALF_DAY -> text.append(moment.getHour() < 12 ? "AM" : "PM");
            case FRACTION -> {
                String nanos = String.format(Locale.ROOT, "%09d", moment.getNano());
                text.append((nanos + "0".repeat(Math.max(token.width() - 9, 0))), 0, token.width());
            }
            case OFFSET -> text.append(offset(moment, ""));
            case OFFSET_COLON -> text.append(offset(moment, ":"));
            case ZONE_ID -> text.append(moment.getZone().getId());
            case ZONE_NAME ->
                text.append(
                        java.time.format.DateTimeFormatter.ofPattern(token.width() >= 4 ? "zzzz" : "z", Locale.ENGLISH)
                                .format(moment));
            case YEAR,
                    YEAR_OF_ERA,
                    TWO_DIGIT_YEAR,
                    CENTURY,
                    WEEK_YEAR,
                    WEEK,
                    MONTH,
                    DAY,
                    DAY_OF_YEAR,
                    WEEKDAY,
                    HOUR,
                    HOUR_FROM_1,
                    HALF_HOUR,
                    HALF_HOUR_FROM_1,
                    MINUTE,
                    SECOND -> {
                int value = number(token.field(), moment);
                String digits = String.valueOf(Math.abs(value));
                text.append(value < 0 ? "-" : "")
                        .append("0".repeat(Math.max(token.width() - digits.length(), 0)))
                        .append(digits);
            }
        }
    }

    private static int number(Field field, ZonedDateTime moment) {
        return switch (field) {
            case YEAR -> moment.getYear();
            case YEAR_OF_ERA -> moment.get(ChronoField.YEAR_OF_ERA);
            case TWO_DIGIT_YEAR -> Math.floorMod(moment.getYear(), 100);
            case CENTURY -> moment.get(ChronoField.YEAR_OF_ERA) / 100;
            case WEEK_YEAR -> moment.get(IsoFields.WEEK_BASED_YEAR);
            case WEEK -> moment.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
            case MONTH -> moment.getMonthValue();
            case DAY -> moment.getDayOfMonth();
            case DAY_OF_YEAR -> moment.getDayOfYear();
            case WEEKDAY -> moment.getDayOfWeek().getValue();
            case HOUR -> moment.getHour();
            case HOUR_FROM_1 -> moment.getHour() == 0 ? 24 : moment.getHour();
            case HALF_HOUR -> moment.getHour() % 12;
            case HALF_HOUR_FROM_1 -> moment.getHour() % 12 == 0 ? 12 : moment.getHour() % 12;
            case MINUTE -> moment.getMinute();
            default -> moment.getSecond();
        };
    }

    private static String offset(ZonedDateTime moment, String colon) {
        int minutes = moment.getOffset().getTotalSeconds() / 60;
        return String.format(
                Locale.ROOT,
                "%s%02d%s%02d",
                minutes < 0 ? "-" : "+",
                Math.abs(minutes) / 60,
                colon,
                Math.abs(minutes) % 60);
    }
}

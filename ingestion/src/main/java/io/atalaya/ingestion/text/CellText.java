package io.atalaya.ingestion.text;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a cell of a spreadsheet says, as text: numbers in plain digits as they are stored, whatever they are shown as; dates
 * and times, which are numbers shown as such, in ISO form.
 */
final class CellText {
    private static final Pattern NO_CODE = Pattern.compile("\"[^\"]*\"|\\\\.|_.|\\*.|\\[(?![hms]+])[^]]*]");
    private static final Pattern ESCAPE = Pattern.compile("_x([0-9A-Fa-f]{4})_");
    private static final long LAST_DAY = 2_958_465;
    private static final int EXACT_DIGITS = 15;
    private static final int MOST_DIGITS = 308;
    private static final Pattern WHOLE = Pattern.compile("\\s*[+-]?\\d+\\s*");
    private static final Pattern MOMENT =
            Pattern.compile("(\\d{4}-\\d{2}-\\d{2})?(?:(?:^|T)(\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?))?");
    private static final Pattern MIDNIGHT = Pattern.compile("[0:.]+");

    private final boolean since1904;

    CellText(boolean since1904) {
        this.since1904 = since1904;
    }

    /** What numbers of a format are. */
    enum Shown {
        NUMBER,
        DATE,
        TIME,
        DATE_TIME,
        ELAPSED;

        /** What a format makes of numbers that every workbook has. */
        static Shown builtIn(int id) {
            return CellText.builtIn(id);
        }

        /** What a format makes of numbers that is written like that. */
        static Shown by(String code) {
            return CellText.shown(code);
        }
    }

    /** Characters that XML cannot hold are written by number. */
    static String unescaped(String text) {
        return text.contains("_x")
                ? ESCAPE.matcher(text)
                        .replaceAll(found -> Matcher.quoteReplacement(
                                Character.toString((char) Integer.parseInt(found.group(1), 16))))
                : text;
    }

    /** A number as it is stored, or the day or time that it is shown as; what is none stays as it is. */
    String number(String stored, Shown shown) {
        BigDecimal number;
        try {
            number = new BigDecimal(stored.strip());
        } catch (NumberFormatException _) {
            return stored;
        }
        // No spreadsheet has longer ones, and nobody wants to see a billion zeros.
        if (Math.abs((long) number.precision() - number.scale()) > MOST_DIGITS) {
            return stored;
        }
        String time = shown == Shown.NUMBER ? null : time(number, shown);
        return time == null ? plain(number, stored) : time;
    }

    private static String plain(BigDecimal stored, String text) {
        // A spreadsheet computes with doubles and writes more digits of them than they have.
        boolean computed =
                stored.precision() > EXACT_DIGITS && !WHOLE.matcher(text).matches();
        BigDecimal number = computed ? new BigDecimal(Double.toString(stored.doubleValue())) : stored;
        String plain = number.toPlainString();
        return plain.indexOf('.') < 0 ? plain : number.stripTrailingZeros().toPlainString();
    }

    /** A day or time that is stored as such, as one that is stored as a number would be; what is none stays as it is. */
    static String moment(String stored, Shown shown) {
        Matcher found = MOMENT.matcher(stored.strip());
        if (!found.matches()) {
            return stored;
        }
        String day = found.group(1);
        String clock = found.group(2);
        if (day == null && clock == null) {
            return stored;
        }
        if (clock == null
                || (day != null
                        && shown == Shown.DATE
                        && MIDNIGHT.matcher(clock).matches())) {
            return day == null ? stored : day;
        }
        String seconds = clock.length() == 5 ? clock + ":00" : clock.replaceFirst("\\.0*$", "");
        return day == null ? seconds : day + " " + seconds;
    }

    private static Shown builtIn(int id) {
        return switch (id) {
            case 14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58 -> Shown.DATE;
            case 18, 19, 20, 21, 32, 33, 34, 35, 45, 47 -> Shown.TIME;
            case 22 -> Shown.DATE_TIME;
            case 46 -> Shown.ELAPSED;
            default -> Shown.NUMBER;
        };
    }

    private static Shown shown(String format) {
        String code = NO_CODE.matcher(format.toLowerCase(Locale.ROOT)).replaceAll("");
        int end = code.indexOf(';');
        String first = end < 0 ? code : code.substring(0, end);
        if (first.contains("general") || first.contains("0") || first.contains("#")) {
            // Seconds may have digits after the point.
            if (!first.contains("ss")) {
                return Shown.NUMBER;
            }
        }
        if (first.contains("[")) {
            return Shown.ELAPSED;
        }
        boolean time = first.contains("h") || first.contains("s");
        boolean date = first.contains("y") || first.contains("d") || (first.contains("m") && !time);
        return date ? time ? Shown.DATE_TIME : Shown.DATE : time ? Shown.TIME : Shown.NUMBER;
    }

    private @Nullable String time(BigDecimal stored, Shown shown) {
        double serial = stored.doubleValue();
        if (serial < 0 || serial > LAST_DAY + 1) {
            return null;
        }
        long millis = Math.round(serial * 86_400_000);
        if (shown == Shown.ELAPSED || (shown == Shown.TIME && serial < 1)) {
            return clock(millis);
        }
        long day = Math.floorDiv(millis, 86_400_000L);
        if (!since1904 && day == 60) {
            // 29 February 1900, a day that only spreadsheets know.
            return null;
        }
        LocalDate date = since1904
                ? LocalDate.of(1904, 1, 1).plusDays(day)
                : LocalDate.of(1899, 12, day < 60 ? 31 : 30).plusDays(day);
        long ofDay = Math.floorMod(millis, 86_400_000L);
        if (shown == Shown.DATE && ofDay == 0) {
            return date.toString();
        }
        LocalDateTime time = date.atStartOfDay().plus(ofDay, ChronoUnit.MILLIS);
        return time.toLocalDate() + " " + clock(ofDay);
    }

    private static String clock(long millis) {
        long seconds = millis / 1000;
        String text = "%02d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60);
        return millis % 1000 == 0 ? text : text + ".%03d".formatted(millis % 1000);
    }
}

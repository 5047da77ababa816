package io.atalaya.ingestion.text;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dhatim.fastexcel.reader.Cell;
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

    private final boolean since1904;
    private final Map<String, Shown> formats = new HashMap<>();

    CellText(boolean since1904) {
        this.since1904 = since1904;
    }

    /** What numbers of a format are. */
    private enum Shown {
        NUMBER,
        DATE,
        TIME,
        DATE_TIME,
        ELAPSED
    }

    /** Whether it is a formula without what came of it, as programs write them that do not compute. */
    static boolean isUnsaved(Cell cell) {
        return cell.getFormula() != null && cell.getValue() == null && cell.getRawValue() == null;
    }

    /** The text; null if the cell is empty. */
    public @Nullable String of(@Nullable Cell cell) {
        if (cell == null) {
            return null;
        }
        return switch (cell.getValue()) {
            case null -> cell.getRawValue();
            case BigDecimal number -> number(cell, number);
            case String text -> unescaped(text);
            case Boolean truth -> truth.toString();
            case Object other -> other.toString();
        };
    }

    /** Characters that XML cannot hold are written by number. */
    private static String unescaped(String text) {
        return text.contains("_x")
                ? ESCAPE.matcher(text)
                        .replaceAll(found -> Matcher.quoteReplacement(
                                Character.toString((char) Integer.parseInt(found.group(1), 16))))
                : text;
    }

    private String number(Cell cell, BigDecimal stored) {
        Shown shown = shown(cell);
        if (shown != Shown.NUMBER) {
            String time = time(stored, shown);
            if (time != null) {
                return time;
            }
        }
        // A spreadsheet computes with doubles and writes more digits of them than they have.
        BigDecimal number =
                stored.precision() > EXACT_DIGITS ? new BigDecimal(Double.toString(stored.doubleValue())) : stored;
        String plain = number.toPlainString();
        return plain.indexOf('.') < 0 ? plain : number.stripTrailingZeros().toPlainString();
    }

    private Shown shown(Cell cell) {
        Integer id = cell.getDataFormatId();
        if (id == null) {
            return Shown.NUMBER;
        }
        String format = cell.getDataFormatString();
        return format == null ? builtIn(id) : formats.computeIfAbsent(format, CellText::shown);
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

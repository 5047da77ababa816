package io.atalaya.query.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.IllegalFormatException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code format} and {@code format_number}. */
final class FormatFunction {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST = 1_000_000;
    private static final String[] UNITS = {"", "K", "M", "B", "T", "Q"};

    private FormatFunction() {}

    /**
     * As {@code java.util.Formatter} writes them.
     *
     * @param values a JSON array of texts, each after one letter that says its type
     */
    static String format(String format, String values) {
        try {
            String[] texts = JSON.readValue(values, String[].class);
            @Nullable Object[] arguments = new @Nullable Object[texts.length];
            for (int index = 0; index < texts.length; index++) {
                arguments[index] = value(texts[index]);
            }
            if (format.length() > LONGEST || format.matches("(?s).*%[^a-zA-Z%]*\\d{5,}.*")) {
                throw FunctionRefusal.argument("Invalid format string: a width is too large");
            }
            return String.format(Locale.ENGLISH, format, arguments);
        } catch (IllegalFormatException | JsonProcessingException bad) {
            throw FunctionRefusal.argument("Invalid format string");
        }
    }

    private static @Nullable Object value(@Nullable String tagged) {
        if (tagged == null) {
            return null;
        }
        String text = tagged.substring(1);
        return switch (tagged.charAt(0)) {
            case 'i' -> Long.valueOf(text);
            case 'f' -> number(text);
            case 'r' -> (float) number(text);
            case 'n' -> new BigDecimal(text);
            case 'b' -> Boolean.valueOf(text);
            case 'd' -> LocalDate.parse(text);
            case 't' -> LocalDateTime.parse(text.replace(' ', 'T'));
            default -> text;
        };
    }

    private static double number(String text) {
        return switch (text) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> Double.parseDouble(text);
        };
    }

    /** With three digits and a letter for the thousands: {@code 123K}. */
    static String number(double value) {
        // Beyond 64 bits it is the whole number nearest to it, as Java makes it.
        if ((long) value == Long.MAX_VALUE || (long) value == Long.MIN_VALUE) {
            return value > 0 ? "9223Q" : "-9223.37Q";
        }
        if (!(Math.abs(value) >= 1000)) {
            return Long.toString((long) value);
        }
        BigDecimal size = BigDecimal.valueOf(Math.abs(value));
        int unit = 0;
        while (unit < UNITS.length - 1 && size.compareTo(BigDecimal.valueOf(1000)) >= 0) {
            size = size.movePointLeft(3);
            unit++;
        }
        int whole = Math.max(size.precision() - size.scale(), 1);
        String text = size.setScale(Math.max(3 - whole, 0), RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
        return (value < 0 ? "-" : "") + text + UNITS[unit];
    }
}

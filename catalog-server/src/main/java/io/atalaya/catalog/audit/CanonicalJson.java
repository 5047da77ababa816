package io.atalaya.catalog.audit;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON in its one canonical form: keys sorted by UTF-16 units, no white space, numbers as ECMAScript prints them.
 *
 * <p>What JSON cannot hold exactly is written as text: integers beyond 2<sup>53</sup>, decimals, numbers that are not
 * finite, and any other object by its {@code toString}. A lone surrogate becomes U+FFFD.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8785">RFC 8785</a>
 */
public final class CanonicalJson {
    private static final long EXACT = 1L << 53;
    private final StringBuilder out = new StringBuilder(256);

    private CanonicalJson() {}

    /** The value in canonical form. */
    public static String of(@Nullable Object value) {
        CanonicalJson json = new CanonicalJson();
        json.write(value);
        return json.out.toString();
    }

    private void write(@Nullable Object value) {
        switch (value) {
            case null -> out.append("null");
            case Boolean flag -> out.append(flag.booleanValue());
            case Integer number -> out.append(number.intValue());
            case Short number -> out.append(number.shortValue());
            case Byte number -> out.append(number.byteValue());
            case Long number
            when Math.abs(number) <= EXACT && number != Long.MIN_VALUE -> out.append(number.longValue());
            case Double number when Double.isFinite(number) -> number(number);
            case Float number when Float.isFinite(number) -> number(Double.parseDouble(number.toString()));
            case Map<?, ?> map -> object(map);
            case Collection<?> list -> array(list);
            default -> text(value.toString());
        }
    }

    private void object(Map<?, ?> map) {
        TreeMap<String, @Nullable Object> sorted = new TreeMap<>();
        map.forEach((key, value) -> sorted.put(String.valueOf(key), value));
        char separator = '{';
        for (var entry : sorted.entrySet()) {
            out.append(separator);
            text(entry.getKey());
            out.append(':');
            write(entry.getValue());
            separator = ',';
        }
        out.append(sorted.isEmpty() ? "{}" : "}");
    }

    private void array(Collection<?> list) {
        char separator = '[';
        for (Object item : list) {
            out.append(separator);
            write(item);
            separator = ',';
        }
        out.append(list.isEmpty() ? "[]" : "]");
    }

    private void text(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> i = character(text, i, c);
            }
        }
        out.append('"');
    }

    private int character(String text, int index, char c) {
        if (c < ' ') {
            out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
        } else if (Character.isHighSurrogate(c)
                && index + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(index + 1))) {
            out.append(c).append(text.charAt(index + 1));
            return index + 1;
        } else {
            out.append(Character.isSurrogate(c) ? '\uFFFD' : c);
        }
        return index;
    }

    /** {@code Double.toString} finds the shortest digits, though never fewer than two; ECMAScript lays them out. */
    private void number(double value) {
        if (value == 0) {
            out.append('0');
            return;
        }
        if (value < 0) {
            out.append('-');
        }
        double size = Math.abs(value);
        BigDecimal shortest = new BigDecimal(Double.toString(size)).stripTrailingZeros();
        BigDecimal oneDigit = shortest.round(new MathContext(1));
        if (oneDigit.doubleValue() == size) {
            shortest = oneDigit.stripTrailingZeros();
        }
        layOut(shortest.unscaledValue().toString(), shortest.precision() - shortest.scale());
    }

    /** Writes 0.{@code digits} × 10^{@code exponent}. */
    private void layOut(String digits, int exponent) {
        int length = digits.length();
        if (length <= exponent && exponent <= 21) {
            out.append(digits).repeat("0", exponent - length);
        } else if (0 < exponent && exponent <= 21) {
            out.append(digits, 0, exponent).append('.').append(digits, exponent, length);
        } else if (-6 < exponent && exponent <= 0) {
            out.append("0.").repeat("0", -exponent).append(digits);
        } else {
            out.append(digits.charAt(0));
            if (length > 1) {
                out.append('.').append(digits, 1, length);
            }
            out.append('e').append(exponent > 0 ? "+" : "").append(exponent - 1);
        }
    }
}

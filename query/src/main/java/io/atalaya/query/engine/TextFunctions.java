package io.atalaya.query.engine;

import static io.atalaya.query.engine.JavaFunctions.NUMBER;
import static io.atalaya.query.engine.JavaFunctions.REAL;
import static io.atalaya.query.engine.JavaFunctions.TEXT;
import static io.atalaya.query.engine.JavaFunctions.TRUTH;
import static io.atalaya.query.engine.JavaFunctions.WHOLE;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Texts. */
final class TextFunctions {
    private static final Pattern PLAIN = Pattern.compile("(-?)(\\d+)\\.(\\d+)");
    private static final String SOUNDEX = "01230120022455012623010202";

    private TextFunctions() {}

    static void register(JavaFunctions functions) throws SQLException {
        functions.add("double_text", TEXT, row -> scientific(Double.toString(row.number(0))), NUMBER);
        functions.add("real_text", TEXT, row -> scientific(Float.toString(row.real(0))), REAL);
        functions.add("upper", TEXT, row -> mapped(row.text(0), true), TEXT);
        functions.add("lower", TEXT, row -> mapped(row.text(0), false), TEXT);
        functions.add("normalize", TEXT, row -> normalize(row.text(0), row.text(1)), TEXT, TEXT);
        functions.add("soundex", TEXT, row -> soundex(row.text(0)), TEXT);
        functions.add("luhn", TRUTH, row -> luhn(row.text(0)), TEXT);
        functions.add("format", TEXT, row -> FormatFunction.format(row.text(0), row.text(1)), TEXT, TEXT);
        functions.add("format_number", TEXT, row -> FormatFunction.number(row.number(0)), NUMBER);
        functions.add("from_utf8", TEXT, row -> decode(row.text(0), row.text(1)), TEXT, TEXT);
        functions.add("replace_between", TEXT, row -> between(row.text(0), row.text(1)), TEXT, TEXT);
        functions.add("strpos", WHOLE, row -> position(row.text(0), row.text(1), row.whole(2)), TEXT, TEXT, WHOLE);
        functions.add("levenshtein", WHOLE, row -> levenshtein(row.text(0), row.text(1)), TEXT, TEXT);
        functions.add("hamming", WHOLE, row -> hamming(row.text(0), row.text(1)), TEXT, TEXT);
    }

    /** A floating-point number as Trino's cast to varchar writes it: {@code 1.5E0}. */
    static String scientific(String java) {
        Matcher matcher = PLAIN.matcher(java);
        if (!matcher.matches()) {
            return java;
        }
        String digits = matcher.group(2) + matcher.group(3);
        int lead = 0;
        while (lead < digits.length() - 1 && digits.charAt(lead) == '0') {
            lead++;
        }
        if (digits.chars().allMatch(digit -> digit == '0')) {
            return matcher.group(1) + "0.0E0";
        }
        int exponent = matcher.group(2).length() - 1 - lead;
        String fraction = digits.substring(lead + 1).replaceAll("0+$", "");
        return matcher.group(1) + digits.charAt(lead) + "." + (fraction.isEmpty() ? "0" : fraction) + "E" + exponent;
    }

    /** Each code point by itself, so that no text gets longer. */
    private static String mapped(String text, boolean upper) {
        StringBuilder result = new StringBuilder(text.length());
        text.codePoints()
                .forEach(point ->
                        result.appendCodePoint(upper ? Character.toUpperCase(point) : Character.toLowerCase(point)));
        return result.toString();
    }

    private static String normalize(String text, String form) {
        return Normalizer.normalize(text, Normalizer.Form.valueOf(form.toUpperCase(Locale.ROOT)));
    }

    private static String soundex(String text) {
        StringBuilder code = new StringBuilder();
        char last = '0';
        for (char letter : text.toUpperCase(Locale.ENGLISH).toCharArray()) {
            if (letter < 'A' || letter > 'Z') {
                if (Character.isLetter(letter)) {
                    throw FunctionRefusal.argument("soundex takes letters of ASCII");
                }
                continue;
            }
            char digit = SOUNDEX.charAt(letter - 'A');
            if (code.isEmpty()) {
                code.append(letter);
            } else if (digit != '0' && digit != last) {
                code.append(digit);
            }
            if (letter != 'H' && letter != 'W') {
                last = digit;
            }
            if (code.length() == 4) {
                break;
            }
        }
        return code.isEmpty() ? "" : (code + "000").substring(0, 4);
    }

    private static boolean luhn(String digits) {
        if (digits.isEmpty()) {
            return false;
        }
        int sum = 0;
        for (int index = 0; index < digits.length(); index++) {
            int digit = digits.charAt(digits.length() - 1 - index) - '0';
            if (digit < 0 || digit > 9) {
                throw FunctionRefusal.argument("luhn_check takes digits");
            }
            int weighted = index % 2 == 0 ? digit : digit * 2;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }
        return sum % 10 == 0;
    }

    private static String decode(String hex, String replacement) {
        String text = new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
        return replacement.equals("\uFFFD") ? text : text.replace("\uFFFD", replacement);
    }

    /** The text with {@code piece} in front of, between and behind its characters. */
    private static String between(String text, String piece) {
        StringBuilder result = new StringBuilder(piece);
        text.codePoints().forEach(point -> result.appendCodePoint(point).append(piece));
        return result.toString();
    }

    private static @Nullable Long hamming(String one, String other) {
        int[] left = one.codePoints().toArray();
        int[] right = other.codePoints().toArray();
        if (left.length != right.length) {
            throw FunctionRefusal.argument("The input strings to hamming_distance function must have the same length");
        }
        long distance = 0;
        for (int index = 0; index < left.length; index++) {
            distance += left[index] == right[index] ? 0 : 1;
        }
        return distance;
    }

    /** Where {@code piece} is for the {@code instance}th time, counted from the end if negative; 0 if it is not. */
    private static Long position(String text, String piece, long instance) {
        if (instance == 0 || instance == Long.MIN_VALUE) {
            throw FunctionRefusal.argument("'instance' must be a positive or negative number.");
        }
        if (piece.isEmpty()) {
            return 1L;
        }
        int at = instance > 0 ? text.indexOf(piece) : text.lastIndexOf(piece);
        for (long found = 1; at >= 0 && found < Math.abs(instance); found++) {
            at = instance > 0 ? text.indexOf(piece, at + 1) : text.lastIndexOf(piece, at - 1);
        }
        return at < 0 ? 0L : (long) text.codePointCount(0, at) + 1;
    }

    private static Long levenshtein(String one, String other) {
        int[] left = one.codePoints().toArray();
        int[] right = other.codePoints().toArray();
        if ((long) left.length * right.length > 1_000_000) {
            throw FunctionRefusal.argument("The combined inputs for Levenshtein distance are too large");
        }
        int[] distances = new int[right.length + 1];
        for (int column = 0; column <= right.length; column++) {
            distances[column] = column;
        }
        for (int row = 1; row <= left.length; row++) {
            int diagonal = distances[0];
            distances[0] = row;
            for (int column = 1; column <= right.length; column++) {
                int changed = diagonal + (left[row - 1] == right[column - 1] ? 0 : 1);
                diagonal = distances[column];
                distances[column] = Math.min(changed, Math.min(diagonal, distances[column - 1]) + 1);
            }
        }
        return (long) distances[right.length];
    }
}

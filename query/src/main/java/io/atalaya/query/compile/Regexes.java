package io.atalaya.query.compile;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Regular expressions: Java's, of which DuckDB's RE2 knows all but what looks around or back. */
final class Regexes {
    private static final Pattern BEYOND = Pattern.compile(
            "\\(\\?(?:[=!>]|<[=!])|\\\\[1-9kGRXhHvVZ]|[*+?}]\\+|&&|\\\\p\\{(?:java|Is|In|Alpha|Lower|Upper|Punct|Digit|Alnum|Space|ASCII|XDigit|Cntrl|Graph|Print|Blank)");
    private static final Pattern NAMED = Pattern.compile("\\(\\?<([a-zA-Z]\\w*)>");

    private Regexes() {}

    static String pattern(String pattern, Place place) {
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException bad) {
            throw place.semantic(
                    "INVALID_FUNCTION_ARGUMENT", "The pattern is not a regular expression: {0}", bad.getDescription());
        }
        String plain = pattern.replaceAll("\\\\\\\\", "");
        if (BEYOND.matcher(plain).find()) {
            throw place.notSupported("a regular expression that looks around, looks back or is possessive");
        }
        return NAMED.matcher(pattern).replaceAll("(?P<$1>");
    }

    /** {@code $1} becomes {@code \1}; a literal backslash is doubled. */
    static String replacement(String text, Place place) {
        StringBuilder result = new StringBuilder();
        for (int index = 0; index < text.length(); index++) {
            char character = text.charAt(index);
            boolean last = index + 1 == text.length();
            if (character == '\\' && !last) {
                char next = text.charAt(++index);
                result.append(next == '\\' ? "\\\\" : String.valueOf(next));
            } else if (character == '$' && !last && Character.isDigit(text.charAt(index + 1))) {
                result.append('\\').append(text.charAt(++index));
                if (index + 1 < text.length() && Character.isDigit(text.charAt(index + 1))) {
                    throw place.notSupported("a group above 9 in a replacement");
                }
            } else if (character == '$' || character == '\\') {
                throw place.notSupported("a named group or a bare $ in a replacement");
            } else {
                result.append(character);
            }
        }
        return result.toString();
    }
}

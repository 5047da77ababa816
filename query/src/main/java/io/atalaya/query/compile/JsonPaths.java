package io.atalaya.query.compile;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Paths into JSON as {@code json_extract} takes them, with every key quoted. */
final class JsonPaths {
    private static final Pattern STEP = Pattern.compile(
            "\\.([\\w$-]+)|\\[(\\d{1,9})]|\\[\"((?:[^\"\\\\]|\\\\.)*)\"]|\\.\"((?:[^\"\\\\]|\\\\.)*)\"");

    private JsonPaths() {}

    static String path(String path, Place place) {
        String text = path.strip();
        if (!text.startsWith("$")) {
            throw place.notSupported("a JSON path that does not begin with $");
        }
        Matcher matcher = STEP.matcher(text).region(1, text.length());
        StringBuilder steps = new StringBuilder("$");
        int end = 1;
        while (end < text.length()) {
            if (!matcher.find(end) || matcher.start() != end) {
                throw place.notSupported("this JSON path; use keys and indices");
            }
            if (matcher.group(2) != null) {
                steps.append('[').append(matcher.group(2)).append(']');
            } else {
                String key = matcher.group(1) != null
                        ? matcher.group(1)
                        : matcher.group(3) != null ? matcher.group(3) : matcher.group(4);
                if (key.contains("\"") || key.contains("\\") || key.contains("*")) {
                    throw place.notSupported("this key in a JSON path");
                }
                steps.append(".\"").append(key).append('"');
            }
            end = matcher.end();
        }
        return steps.toString();
    }
}

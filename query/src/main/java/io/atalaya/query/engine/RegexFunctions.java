package io.atalaya.query.engine;

import static io.atalaya.query.engine.JavaFunctions.TEXT;
import static io.atalaya.query.engine.JavaFunctions.TRUTH;
import static io.atalaya.query.engine.JavaFunctions.WHOLE;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Regular expressions that the engine's own matcher lacks: ones that look around or back, and ones that come from a column. A
 * match that takes too many steps is refused, since the engine could not interrupt it.
 */
final class RegexFunctions {
    private static final Cache<String, Pattern> PATTERNS =
            Caffeine.newBuilder().maximumSize(1_000).build();
    private static final int STEPS = 20_000_000;

    private RegexFunctions() {}

    static void register(JavaFunctions functions) throws SQLException {
        functions.add("regex_like", TRUTH, row -> like(matcher(row.text(0), row.text(1))), TEXT, TEXT);
        functions.add(
                "regex_extract",
                TEXT,
                row -> extract(matcher(row.text(0), row.text(1)), row.whole(2)),
                TEXT,
                TEXT,
                WHOLE);
        functions.add(
                "regex_all",
                TEXT,
                row -> JsonText.array(all(matcher(row.text(0), row.text(1)), row.whole(2))),
                TEXT,
                TEXT,
                WHOLE);
        functions.add("regex_split", TEXT, row -> JsonText.array(split(row.text(0), row.text(1))), TEXT, TEXT);
        functions.add("regex_pieces", TEXT, row -> pieces(row.text(0), row.text(1)), TEXT, TEXT);
        functions.add(
                "regex_replace",
                TEXT,
                row -> replace(matcher(row.text(0), row.text(1)), row.text(2)),
                TEXT,
                TEXT,
                TEXT);
        functions.add(
                "regex_position",
                WHOLE,
                row -> position(row.text(0), row.text(1), row.whole(2), row.whole(3)),
                TEXT,
                TEXT,
                WHOLE,
                WHOLE);
    }

    private static Matcher matcher(String text, String pattern) {
        try {
            return PATTERNS.get(pattern, Pattern::compile).matcher(new Watched(text, new Looks()));
        } catch (PatternSyntaxException bad) {
            throw FunctionRefusal.argument("The pattern is not a regular expression");
        }
    }

    private static final class Looks {
        private int count;
    }

    /** Text that counts how often it is looked at. */
    private record Watched(CharSequence text, Looks looks) implements CharSequence {
        @Override
        public char charAt(int index) {
            if (++looks.count > STEPS) {
                throw FunctionRefusal.argument("A regular expression takes too many steps on a value");
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Watched(text.subSequence(start, end), looks);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    private static boolean next(Matcher matcher) {
        try {
            return matcher.find();
        } catch (StackOverflowError tooDeep) {
            throw FunctionRefusal.argument("A regular expression nests too deep on a value");
        }
    }

    private static Boolean like(Matcher matcher) {
        return next(matcher);
    }

    private static int group(Matcher matcher, long group) {
        if (group < 0) {
            throw FunctionRefusal.argument("Group cannot be negative");
        }
        if (group > matcher.groupCount()) {
            throw FunctionRefusal.argument("Pattern has fewer groups than the one wanted");
        }
        return (int) group;
    }

    private static @Nullable String extract(Matcher matcher, long group) {
        int index = group(matcher, group);
        return next(matcher) ? matcher.group(index) : null;
    }

    private static List<@Nullable String> all(Matcher matcher, long group) {
        int index = group(matcher, group);
        List<@Nullable String> found = new ArrayList<>();
        while (next(matcher)) {
            found.add(matcher.group(index));
        }
        return found;
    }

    private static List<@Nullable String> split(String text, String pattern) {
        Matcher matcher = matcher(text, pattern);
        List<@Nullable String> parts = new ArrayList<>();
        int start = 0;
        while (next(matcher)) {
            parts.add(text.substring(start, matcher.start()));
            start = matcher.end();
        }
        parts.add(text.substring(start));
        return parts;
    }

    /** For each match the text before it, then its groups; at the end the text behind the last. */
    private static String pieces(String text, String pattern) {
        Matcher matcher = matcher(text, pattern);
        List<String> pieces = new ArrayList<>();
        int start = 0;
        while (next(matcher)) {
            List<@Nullable String> groups = new ArrayList<>();
            for (int group = 1; group <= matcher.groupCount(); group++) {
                groups.add(matcher.group(group));
            }
            pieces.add("{\"b\":" + JsonText.quoted(text.substring(start, matcher.start())) + ",\"g\":"
                    + JsonText.array(groups) + "}");
            start = matcher.end();
        }
        pieces.add("{\"b\":" + JsonText.quoted(text.substring(start)) + ",\"g\":null}");
        return "[" + String.join(",", pieces) + "]";
    }

    private static String replace(Matcher matcher, String replacement) {
        StringBuilder result = new StringBuilder();
        try {
            while (next(matcher)) {
                matcher.appendReplacement(result, replacement);
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException bad) {
            throw FunctionRefusal.argument("Illegal replacement sequence or unknown group");
        }
        return matcher.appendTail(result).toString();
    }

    private static Long position(String text, String pattern, long start, long occurrence) {
        if (start < 1) {
            throw FunctionRefusal.argument("start position cannot be smaller than 1");
        }
        if (occurrence < 1) {
            throw FunctionRefusal.argument("occurrence cannot be smaller than 1");
        }
        if (start > text.codePointCount(0, text.length())) {
            return -1L;
        }
        Matcher matcher = matcher(text, pattern);
        int from = text.offsetByCodePoints(0, (int) start - 1);
        matcher.region(from, text.length());
        matcher.useTransparentBounds(true).useAnchoringBounds(false);
        for (long found = 0; next(matcher); ) {
            if (++found == occurrence) {
                return (long) text.codePointCount(0, matcher.start()) + 1;
            }
        }
        return -1L;
    }
}

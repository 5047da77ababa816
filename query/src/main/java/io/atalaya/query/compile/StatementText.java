package io.atalaya.query.compile;

import io.atalaya.query.QueryException;
import io.trino.sql.parser.ParsingException;
import io.trino.sql.parser.SqlParser;
import io.trino.sql.tree.DataType;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.Statement;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** The text of a statement before it is a tree: its length, its nesting, and what Athena writes otherwise than Trino. */
final class StatementText {
    /** Athena's limit. */
    static final int MAX_BYTES = 262_144;

    private static final int MAX_OPEN = 200;

    /** The parser's time grows with the square of it. */
    private static final int MAX_CASES = 100;

    private static final SqlParser PARSER = new SqlParser();

    private StatementText() {}

    /**
     * Refuses what is too long.
     *
     * @throws QueryException.TooLong if it is
     */
    static void checkLength(String sql) {
        long bytes = sql.length() > MAX_BYTES ? sql.length() : sql.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new QueryException.TooLong(bytes, MAX_BYTES);
        }
    }

    /**
     * Without a {@code ;} at the end, and with {@code `name`} as {@code "name"}; every other character keeps its place.
     *
     * @throws QueryException.LimitExceeded if brackets are nested too deep to be parsed
     */
    static String normal(String sql) {
        char[] text = sql.toCharArray();
        int open = 0;
        int cases = 0;
        int end = text.length;
        for (int index = 0; index < text.length; index++) {
            switch (text[index]) {
                case '\'', '"' -> index = closing(text, index, text[index]);
                case '`' -> {
                    int close = closing(text, index, '`');
                    if (close < text.length && new String(text, index + 1, close - index - 1).indexOf('"') < 0) {
                        text[index] = '"';
                        text[close] = '"';
                    }
                    index = close;
                }
                case '-' -> {
                    if (index + 1 < text.length && text[index + 1] == '-') {
                        while (index < text.length && text[index] != '\n') {
                            index++;
                        }
                    }
                }
                case '/' -> {
                    if (index + 1 < text.length && text[index + 1] == '*') {
                        int close = sql.indexOf("*/", index + 2);
                        index = close < 0 ? text.length : close + 1;
                    }
                }
                case '(', '[' -> {
                    if (++open > MAX_OPEN) {
                        throw new QueryException.LimitExceeded(
                                "TOO_DEEP", "Brackets are nested more than {0} levels deep", MAX_OPEN);
                    }
                }
                case ')', ']' -> open--;
                case ';' -> {
                    if (new String(text, index + 1, text.length - index - 1).isBlank()) {
                        end = index;
                        index = text.length;
                    }
                }
                case 'c', 'C', 'e', 'E' -> {
                    cases += caseStep(sql, index);
                    if (cases > MAX_CASES) {
                        throw new QueryException.LimitExceeded(
                                "TOO_DEEP", "CASE is nested more than {0} levels deep", MAX_CASES);
                    }
                }
                default -> {}
            }
        }
        return new String(text, 0, end);
    }

    /** 1 where {@code CASE} begins, -1 where {@code END} does. */
    private static int caseStep(String sql, int index) {
        boolean begins = index == 0 || !Character.isJavaIdentifierPart(sql.charAt(index - 1));
        if (!begins) {
            return 0;
        }
        return word(sql, index, "case") ? 1 : word(sql, index, "end") ? -1 : 0;
    }

    private static boolean word(String sql, int index, String word) {
        int end = index + word.length();
        return sql.regionMatches(true, index, word, 0, word.length())
                && (end == sql.length() || !Character.isJavaIdentifierPart(sql.charAt(end)));
    }

    private static int closing(char[] text, int from, char quote) {
        int index = from + 1;
        while (index < text.length && text[index] != quote) {
            index++;
        }
        return index;
    }

    static Statement parse(String sql) {
        return parsed(sql, () -> PARSER.createStatement(sql));
    }

    static Expression parseExpression(String sql) {
        return parsed(sql, () -> PARSER.createExpression(sql));
    }

    static DataType parseType(String type) {
        return parsed(type, () -> PARSER.createType(type));
    }

    private static <T> T parsed(String sql, Supplier<T> parse) {
        try {
            return parse.get();
        } catch (ParsingException bad) {
            String message = bad.getErrorMessage();
            if (message.contains("stack overflow")) {
                throw tooDeep();
            }
            Place place = new Place(bad.getLineNumber(), bad.getColumnNumber());
            throw ForeignSyntax.at(sql, place).orElseGet(() -> ParserMessages.at(place, brief(message)));
        } catch (StackOverflowError deep) {
            throw tooDeep();
        }
    }

    private static QueryException tooDeep() {
        return new QueryException.LimitExceeded("TOO_DEEP", "The statement is nested too deep");
    }

    /** The parser lists everything that could have come instead; the first few help, two hundred do not. */
    private static String brief(String message) {
        return message.length() <= 300 ? message : message.substring(0, 300) + " …";
    }
}

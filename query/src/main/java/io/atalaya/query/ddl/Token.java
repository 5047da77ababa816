package io.atalaya.query.ddl;

import io.atalaya.query.QueryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A word of a statement.
 *
 * @param text without quotes; lower case unless it is a text
 * @param start where it begins in the statement
 */
record Token(Kind kind, String text, int start) {
    enum Kind {
        WORD,
        QUOTED,
        TEXT,
        NUMBER,
        SIGN,
        END
    }

    static List<Token> of(String sql) {
        List<Token> tokens = new ArrayList<>();
        int at = 0;
        while (at < sql.length()) {
            char character = sql.charAt(at);
            int start = at;
            if (Character.isWhitespace(character)) {
                at++;
            } else if (sql.startsWith("--", at)) {
                int end = sql.indexOf('\n', at);
                at = end < 0 ? sql.length() : end;
            } else if (sql.startsWith("/*", at)) {
                int end = sql.indexOf("*/", at + 2);
                at = end < 0 ? sql.length() : end + 2;
            } else if (character == '\'' || character == '"' || character == '`') {
                StringBuilder text = new StringBuilder();
                at = quoted(sql, at, character, text);
                tokens.add(
                        character == '\''
                                ? new Token(Kind.TEXT, text.toString(), start)
                                : new Token(Kind.QUOTED, text.toString().toLowerCase(Locale.ROOT), start));
            } else if (Character.isDigit(character)) {
                while (at < sql.length() && Character.isDigit(sql.charAt(at))) {
                    at++;
                }
                tokens.add(new Token(Kind.NUMBER, sql.substring(start, at), start));
            } else if (Character.isLetter(character) || character == '_') {
                while (at < sql.length() && (Character.isLetterOrDigit(sql.charAt(at)) || sql.charAt(at) == '_')) {
                    at++;
                }
                tokens.add(new Token(Kind.WORD, sql.substring(start, at).toLowerCase(Locale.ROOT), start));
            } else {
                at++;
                tokens.add(new Token(Kind.SIGN, Character.toString(character), start));
            }
        }
        tokens.add(new Token(Kind.END, "<EOF>", sql.length()));
        return tokens;
    }

    private static int quoted(String sql, int from, char quote, StringBuilder text) {
        int at = from + 1;
        while (at < sql.length()) {
            char character = sql.charAt(at);
            if (character == quote) {
                if (at + 1 < sql.length() && sql.charAt(at + 1) == quote) {
                    at++;
                } else {
                    return at + 1;
                }
            }
            text.append(character);
            at++;
        }
        throw error(sql, from, "a quote is not closed");
    }

    static QueryException error(String sql, int at, String template, @Nullable Object... values) {
        return new QueryException.SyntaxError(line(sql, at), column(sql, at), template, values);
    }

    static QueryException notSupported(String sql, int at, String construct) {
        return new QueryException.NotSupported(construct, line(sql, at), column(sql, at));
    }

    private static int line(String sql, int at) {
        return 1
                + (int) sql.substring(0, at)
                        .chars()
                        .filter(each -> each == '\n')
                        .count();
    }

    private static int column(String sql, int at) {
        return at - sql.substring(0, at).lastIndexOf('\n');
    }
}

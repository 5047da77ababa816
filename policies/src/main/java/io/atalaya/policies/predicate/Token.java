package io.atalaya.policies.predicate;

import io.atalaya.policies.PolicyException;
import io.atalaya.policies.Sentence;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One word of a predicate's text.
 *
 * @param text the word; of a quoted name or text what stands between the quotes
 * @param position of its first character, from 1
 */
record Token(Kind kind, String text, int position) {
    enum Kind {
        NAME,
        QUOTED_NAME,
        FIELD_ID,
        TEXT,
        NUMBER,
        SYMBOL,
        END
    }

    /** Whether it is that keyword, in any case. */
    boolean is(String keyword) {
        return kind == Kind.NAME && text.toUpperCase(Locale.ROOT).equals(keyword);
    }

    /** Whether it is that sign. */
    boolean isSymbol(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    /** As it is shown in a message. */
    String shown() {
        return kind == Kind.END ? "the end" : "'" + text + "'";
    }

    static List<Token> all(String source) {
        List<Token> tokens = new ArrayList<>();
        int at = 0;
        while (true) {
            while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
                at++;
            }
            if (at == source.length()) {
                tokens.add(new Token(Kind.END, "", at + 1));
                return tokens;
            }
            int end = next(source, at, tokens);
            at = end;
        }
    }

    private static int next(String source, int start, List<Token> tokens) {
        char first = source.charAt(start);
        if (first == '\'' || first == '"') {
            return quoted(source, start, first, tokens);
        }
        int end = start + 1;
        Kind kind = Kind.SYMBOL;
        if (Character.isLetter(first) || first == '_') {
            kind = Kind.NAME;
            while (end < source.length()
                    && (Character.isLetterOrDigit(source.charAt(end)) || source.charAt(end) == '_')) {
                end++;
            }
        } else if (isDigit(first)
                || ((first == '-' || first == '.') && end < source.length() && isDigit(source.charAt(end)))) {
            kind = Kind.NUMBER;
            while (end < source.length() && (isDigit(source.charAt(end)) || source.charAt(end) == '.')) {
                end++;
            }
            if (end < source.length() && Character.isLetter(source.charAt(end))) {
                throw new PolicyException.InvalidPredicate(
                        Sentence.of("write numbers with digits and a point only"), start + 1);
            }
        } else if (first == '#' && end < source.length() && isDigit(source.charAt(end))) {
            kind = Kind.FIELD_ID;
            while (end < source.length() && isDigit(source.charAt(end))) {
                end++;
            }
        } else if (end < source.length()
                && List.of("<=", ">=", "<>", "!=", "||").contains(source.substring(start, end + 1))) {
            end++;
        }
        String text = source.substring(kind == Kind.FIELD_ID ? start + 1 : start, end);
        tokens.add(new Token(kind, text, start + 1));
        return end;
    }

    private static int quoted(String source, int start, char quote, List<Token> tokens) {
        StringBuilder text = new StringBuilder();
        for (int at = start + 1; at < source.length(); at++) {
            if (source.charAt(at) != quote) {
                text.append(source.charAt(at));
            } else if (at + 1 < source.length() && source.charAt(at + 1) == quote) {
                text.append(quote);
                at++;
            } else {
                tokens.add(new Token(quote == '"' ? Kind.QUOTED_NAME : Kind.TEXT, text.toString(), start + 1));
                return at + 1;
            }
        }
        throw new PolicyException.InvalidPredicate(Sentence.of("the quote {0} is not closed", quote), start + 1);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}

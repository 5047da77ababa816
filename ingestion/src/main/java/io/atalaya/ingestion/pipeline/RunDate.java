package io.atalaya.ingestion.pipeline;

import io.atalaya.ingestion.IngestionException;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;

/**
 * A SELECT that asks for the day of its run. Each {@code ${run.date}} becomes a parameter whose value is a DATE: it is never
 * made part of the text, and takes as many characters there, so that errors are where people look.
 *
 * @param text as the compiler is given it
 * @param uses how often it asks
 */
public record RunDate(String text, int uses) {
    /** How SQL asks for the day. */
    public static final String NAME = "${run.date}";

    private static final String PARAMETER = "?" + " ".repeat(NAME.length() - 1);

    /**
     * Finds where a text asks for the day: outside of literals, names in quotes and comments.
     *
     * @throws IngestionException.BadStage if it asks where no value can be, or in another way
     */
    public static RunDate in(String sql) {
        if (!sql.contains("${")) {
            return new RunDate(sql, 0);
        }
        StringBuilder text = new StringBuilder();
        int uses = 0;
        for (int i = 0; i < sql.length(); ) {
            int end = end(sql, i);
            String part = sql.substring(i, end);
            if (part.equals(NAME)) {
                uses++;
                text.append(PARAMETER);
            } else if (part.length() > 1 && !isComment(part) && part.contains("${")) {
                throw new IngestionException.BadStage("Write {0} without quotes: it is a DATE", NAME);
            } else if (part.equals("$") && sql.startsWith("${", i)) {
                throw new IngestionException.BadStage(
                        "There is no {0}; SQL may ask for {1}", named(sql.substring(i)), NAME);
            } else if (part.equals("?")) {
                throw new IngestionException.BadStage("SQL of a stage has no parameters '?' but {0}", NAME);
            } else {
                text.append(part);
            }
            i = end;
        }
        return new RunDate(text.toString(), uses);
    }

    private static String named(String from) {
        int end = from.indexOf('}');
        return end < 0 || end > 60 ? "${" : from.substring(0, end + 1);
    }

    private static boolean isComment(String part) {
        return part.startsWith("--") || part.startsWith("/*");
    }

    /** Where what begins at {@code from} ends: a literal, a name, a comment, what is asked for, or one character. */
    private static int end(String sql, int from) {
        char first = sql.charAt(from);
        if (sql.startsWith(NAME, from)) {
            return from + NAME.length();
        }
        if (first == '\'' || first == '"' || first == '`') {
            // A quote in a literal is written twice, which is two literals here: all the same.
            return after(sql, String.valueOf(first), from + 1);
        }
        if (sql.startsWith("--", from)) {
            return after(sql, "\n", from + 2);
        }
        return sql.startsWith("/*", from) ? after(sql, "*/", from + 2) : from + 1;
    }

    private static int after(String sql, String what, int from) {
        int found = sql.indexOf(what, from);
        return found < 0 ? sql.length() : found + what.length();
    }

    /** The values of the parameters, as literals of SQL. */
    public List<String> values(LocalDate date) {
        return Collections.nCopies(uses, "DATE '" + date + "'");
    }
}

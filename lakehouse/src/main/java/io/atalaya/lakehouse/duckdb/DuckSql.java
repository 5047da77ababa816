package io.atalaya.lakehouse.duckdb;

import java.util.Collection;
import java.util.stream.Collectors;

/** The spelling of names and literals in DuckDB's SQL. */
public final class DuckSql {
    /** The most digits of a decimal. */
    private static final int MOST_DIGITS = 38;

    private DuckSql() {}

    /** A name, quoted. */
    public static String name(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** A text literal. */
    public static String text(String text) {
        return '\'' + text.replace("'", "''") + '\'';
    }

    /** A decimal as text. Where all its digits stand behind the point, the engine would leave out the zero before it. */
    public static String decimalText(String value, int precision, int scale) {
        if (precision > scale) {
            return "CAST(" + value + " AS VARCHAR)";
        }
        return precision < MOST_DIGITS
                ? "CAST(CAST(%s AS DECIMAL(%d, %d)) AS VARCHAR)".formatted(value, precision + 1, scale)
                : "replace(CAST(" + value + " AS VARCHAR), '.', '0.')";
    }

    /** A list of text literals. */
    public static String texts(Collection<String> texts) {
        return texts.stream().map(DuckSql::text).collect(Collectors.joining(", ", "[", "]"));
    }
}

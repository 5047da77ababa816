package io.atalaya.lakehouse.duckdb;

import java.util.Collection;
import java.util.stream.Collectors;

/** The spelling of names and literals in DuckDB's SQL. */
public final class DuckSql {
    private DuckSql() {}

    /** A name, quoted. */
    public static String name(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** A text literal. */
    public static String text(String text) {
        return '\'' + text.replace("'", "''") + '\'';
    }

    /** A list of text literals. */
    public static String texts(Collection<String> texts) {
        return texts.stream().map(DuckSql::text).collect(Collectors.joining(", ", "[", "]"));
    }
}

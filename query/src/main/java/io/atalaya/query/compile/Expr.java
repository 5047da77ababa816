package io.atalaya.query.compile;

import io.atalaya.query.type.SqlType;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An expression as DuckDB will read it, with its type.
 *
 * @param column the column of a table that it is, if it is nothing but that
 * @param literal the value, if it is nothing but a literal: text, {@code Long}, {@code BigDecimal}, {@code Double},
 *     {@code Boolean}; dates and timestamps as ISO text
 * @param total whether it is known to fail for no values of what it is made of
 */
record Expr(
        String sql,
        SqlType type,
        @Nullable ScanColumn column,
        @Nullable Object literal,
        boolean total) {
    /** A text, or as its first group a call that gives another value each time. */
    static final Pattern VOLATILE = Pattern.compile("'(?:[^']|'')*+'|\\b(random|uuid)\\(\\)");

    private static final Pattern CONSTANT =
            Pattern.compile("[(-]*+[\\d.]+(?:[eE][+-]?\\d+)?[)]*+|'(?:[^']|'')*+'|(?i:true|false|null)");

    /** A column of a table scan. */
    record ScanColumn(TableScan scan, int fieldId) {}

    static Expr of(String sql, SqlType type) {
        return new Expr(sql, type, null, null, false);
    }

    /** What fails for no values, if so. */
    static Expr of(String sql, SqlType type, boolean total) {
        return new Expr(sql, type, null, null, total);
    }

    /** What is called so elsewhere. */
    static Expr named(String name, SqlType type) {
        return of(name, type, true);
    }

    /** A column of a table. */
    static Expr column(String name, SqlType type, TableScan scan, int fieldId) {
        return new Expr(name, type, new ScanColumn(scan, fieldId), null, true);
    }

    static Expr literal(String sql, SqlType type, Object value) {
        return new Expr(sql, type, null, value, true);
    }

    /** The same SQL as another type, for types that DuckDB holds alike. */
    Expr as(SqlType other) {
        return new Expr(sql, other, column, literal, total);
    }

    /** The same, known to fail for no values if so. */
    Expr provided(boolean isTotal) {
        return new Expr(sql, type, column, literal, isTotal);
    }

    /** Whether it gives another value each time it is evaluated. */
    boolean isVolatile() {
        return isVolatile(sql);
    }

    static boolean isVolatile(String sql) {
        return VOLATILE.matcher(sql).results().anyMatch(found -> found.group(1) != null);
    }

    /** The same, as DuckDB takes it where nothing may differ from time to time. */
    Expr steady() {
        return new Expr(Sql.steady(sql), type, column, literal, total);
    }

    /** What rows are grouped or ordered by; a constant would be a number of a column, or nothing that the engine takes. */
    String key() {
        return literal != null || CONSTANT.matcher(sql).matches() ? Sql.cast(sql, type.duck()) : sql;
    }
}

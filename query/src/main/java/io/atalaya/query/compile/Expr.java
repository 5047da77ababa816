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
 */
record Expr(
        String sql,
        SqlType type,
        @Nullable ScanColumn column,
        @Nullable Object literal) {
    private static final Pattern VOLATILE = Pattern.compile("\\b(random|uuid)\\(\\)");

    /** A column of a table scan. */
    record ScanColumn(TableScan scan, int fieldId) {}

    static Expr of(String sql, SqlType type) {
        return new Expr(sql, type, null, null);
    }

    static Expr literal(String sql, SqlType type, Object value) {
        return new Expr(sql, type, null, value);
    }

    /** The same SQL as another type, for types that DuckDB holds alike. */
    Expr as(SqlType other) {
        return new Expr(sql, other, column, literal);
    }

    /** Whether it gives another value each time it is evaluated. */
    boolean isVolatile() {
        return isVolatile(sql);
    }

    static boolean isVolatile(String sql) {
        return VOLATILE.matcher(sql).find();
    }
}

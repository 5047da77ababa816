package io.atalaya.query.compile;

import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.query.type.SqlType.Decimal;

/**
 * Exact arithmetic that DuckDB does in floating point: through whole numbers, rounded half up. They have 128 bits, or 64 where the types say
 * that it is enough: a tenth of the time.
 */
final class Decimals {
    /** No group has more rows than so many digits can count; a sum that leaves room for them is taken before the scale. */
    private static final int DIGITS_OF_A_COUNT = 13;

    /** Digits of a number whose double surely has 64 bits. */
    private static final int SHORT = 17;

    /** Digits of the longest decimal of 64 bits. */
    private static final int LONG = 18;

    private Decimals() {}

    /** As text. */
    static String text(String value, Decimal type) {
        return DuckSql.decimalText(value, type.precision(), type.scale());
    }

    /** {@code left / right}, with the scale and precision Trino gives it. */
    static Expr divide(Expr left, Expr right) {
        Decimal a = (Decimal) left.type();
        Decimal b = (Decimal) right.type();
        int scale = Math.max(a.scale(), b.scale());
        Decimal result = Decimal.of(a.precision() + b.scale() + Math.max(b.scale() - a.scale(), 0), scale);
        int shift = scale + b.scale() - a.scale();
        if (a.precision() + shift <= SHORT && b.precision() <= SHORT && result.precision() <= SHORT) {
            String dividend = "(" + whole(left.sql(), a, "BIGINT") + " * " + power(shift, "BIGINT") + ")";
            String quotient = rounded(dividend, whole(right.sql(), b, "BIGINT"));
            return Expr.of(scaled(quotient, result, result.precision()), result);
        }
        String dividend = "(" + unscaled(left, a) + " * " + power(shift, "HUGEINT") + ")";
        return Expr.of(scaled(rounded(dividend, unscaled(right, b)), result, Decimal.MAX), result);
    }

    /** The average of a group, in the type of its values. */
    static String average(Expr value, Template.Suffixes suffixes) {
        Decimal type = (Decimal) value.type();
        String sum = type.precision() + type.scale() + DIGITS_OF_A_COUNT <= Decimal.MAX
                ? whole("sum(" + suffixes.distinct() + value.sql() + ")" + suffixes.over(), type, "HUGEINT")
                : "sum(" + suffixes.distinct() + unscaled(value, type) + ")" + suffixes.over();
        String count =
                "CAST(nullif(count(" + suffixes.distinct() + value.sql() + ")" + suffixes.over() + ", 0) AS HUGEINT)";
        return scaled(rounded(sum, count), type, Decimal.MAX);
    }

    private static String rounded(String dividend, String divisor) {
        return "((2 * abs(" + dividend + ") + abs(" + divisor + ")) // (2 * abs(" + divisor + ")) * sign(" + dividend
                + ") * sign(" + divisor + "))";
    }

    private static String unscaled(Expr value, Decimal type) {
        if (type.scale() == 0 || type.precision() + type.scale() < Decimal.MAX) {
            return whole(value.sql(), type, "HUGEINT");
        }
        String text = Sql.cast("replace(" + Sql.cast(value.sql(), "VARCHAR") + ", '.', '')", "HUGEINT");
        if (type.scale() >= LONG) {
            return text;
        }
        Decimal narrow = Decimal.of(LONG, type.scale());
        return "coalesce(" + whole("TRY_CAST(" + value.sql() + " AS " + narrow.duck() + ")", narrow, "HUGEINT") + ", "
                + text + ")";
    }

    /** The product of two decimals of 64 bits has no more: a factor of more makes it one of 128 where it needs them. */
    private static String whole(String sql, Decimal type, String integer) {
        if (type.scale() == 0) {
            return Sql.cast(sql, integer);
        }
        int digits = type.scale() + 1;
        int width = type.precision() <= LONG && type.precision() + digits > LONG ? LONG + 1 : digits;
        String factor = Sql.cast("'1" + "0".repeat(type.scale()) + "'", "DECIMAL(" + width + ",0)");
        return Sql.cast(sql + " * " + factor, integer);
    }

    private static String scaled(String whole, Decimal type, int digits) {
        if (type.scale() == 0) {
            return Sql.cast(whole, type.duck());
        }
        String unit = Sql.cast(
                "'0." + "0".repeat(type.scale() - 1) + "1'", "DECIMAL(" + type.scale() + "," + type.scale() + ")");
        return Sql.cast(Sql.cast(whole, "DECIMAL(" + digits + ",0)") + " * " + unit, type.duck());
    }

    private static String power(int exponent, String integer) {
        return Sql.cast("'1" + "0".repeat(exponent) + "'", integer);
    }
}

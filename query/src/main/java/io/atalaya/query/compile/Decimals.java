package io.atalaya.query.compile;

import io.atalaya.query.type.SqlType.Decimal;

/** Exact arithmetic that DuckDB does in floating point: through whole numbers of 128 bits, rounded half up. */
final class Decimals {
    /** No group has more rows than so many digits can count; a sum that leaves room for them is taken before the scale. */
    private static final int DIGITS_OF_A_COUNT = 13;

    private Decimals() {}

    /** {@code left / right}, with the scale and precision Trino gives it. */
    static Expr divide(Expr left, Expr right) {
        Decimal a = (Decimal) left.type();
        Decimal b = (Decimal) right.type();
        int scale = Math.max(a.scale(), b.scale());
        Decimal result = Decimal.of(a.precision() + b.scale() + Math.max(b.scale() - a.scale(), 0), scale);
        int shift = scale + b.scale() - a.scale();
        String dividend = "(" + unscaled(left, a) + " * " + power(shift) + ")";
        String divisor = unscaled(right, b);
        return Expr.of(scaled(rounded(dividend, divisor), result), result);
    }

    /** The average of a group, in the type of its values. */
    static String average(Expr value, Template.Suffixes suffixes) {
        Decimal type = (Decimal) value.type();
        String sum = type.precision() + type.scale() + DIGITS_OF_A_COUNT <= Decimal.MAX
                ? unscaled("sum(" + suffixes.distinct() + value.sql() + ")" + suffixes.over(), type)
                : "sum(" + suffixes.distinct() + unscaled(value, type) + ")" + suffixes.over();
        String count =
                "CAST(nullif(count(" + suffixes.distinct() + value.sql() + ")" + suffixes.over() + ", 0) AS HUGEINT)";
        return scaled(rounded(sum, count), type);
    }

    private static String rounded(String dividend, String divisor) {
        return "((2 * abs(" + dividend + ") + abs(" + divisor + ")) // (2 * abs(" + divisor + ")) * sign(" + dividend
                + ") * sign(" + divisor + "))";
    }

    private static String unscaled(Expr value, Decimal type) {
        if (type.scale() == 0 || type.precision() + type.scale() < Decimal.MAX) {
            return unscaled(value.sql(), type);
        }
        return Sql.cast("replace(" + Sql.cast(value.sql(), "VARCHAR") + ", '.', '')", "HUGEINT");
    }

    private static String unscaled(String sql, Decimal type) {
        if (type.scale() == 0) {
            return Sql.cast(sql, "HUGEINT");
        }
        String factor = Sql.cast("'1" + "0".repeat(type.scale()) + "'", "DECIMAL(" + (type.scale() + 1) + ",0)");
        return Sql.cast(sql + " * " + factor, "HUGEINT");
    }

    private static String scaled(String whole, Decimal type) {
        if (type.scale() == 0) {
            return Sql.cast(whole, type.duck());
        }
        String unit = Sql.cast(
                "'0." + "0".repeat(type.scale() - 1) + "1'", "DECIMAL(" + type.scale() + "," + type.scale() + ")");
        return Sql.cast(Sql.cast(whole, "DECIMAL(38,0)") + " * " + unit, type.duck());
    }

    private static String power(int exponent) {
        return Sql.cast("'1" + "0".repeat(exponent) + "'", "HUGEINT");
    }
}

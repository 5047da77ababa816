package io.atalaya.query.compile;

import io.atalaya.query.type.Coercion;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Decimal;
import io.atalaya.query.type.SqlType.Simple;
import io.trino.sql.tree.ArithmeticBinaryExpression;
import io.trino.sql.tree.ArithmeticUnaryExpression;
import java.math.BigDecimal;
import java.util.Optional;

/** Arithmetic, on numbers and on moments. */
final class Operators {
    private Operators() {}

    static Expr unary(ArithmeticUnaryExpression.Sign sign, Expr value, Place place) {
        if (!value.type().isNumber() && !Intervals.is(value.type())) {
            throw place.mismatch("Cannot negate {0}", value.type().trino());
        }
        if (sign == ArithmeticUnaryExpression.Sign.PLUS) {
            if (!value.type().isNumber()) {
                throw place.mismatch("Unary + takes no {0}", value.type().trino());
            }
            return value;
        }
        return switch (value.literal()) {
            case Long number
            when number != Long.MIN_VALUE
                    && value.type().equals(Literals.whole(number).type()) -> {
                Expr negative = Literals.whole(-number);
                yield number == 2147483648L
                        ? negative.as(Simple.BIGINT)
                        : number == Integer.MIN_VALUE ? negated(value) : negative;
            }
            case BigDecimal number -> Literals.decimal(number.negate());
            case null, default -> negated(value);
        };
    }

    /** DuckDB's minus does not notice that the least integer has no counterpart. */
    private static Expr negated(Expr value) {
        String type = value.type().duck();
        return Expr.of(
                value.type().isInteger()
                        ? "(" + Sql.cast("0", type) + " - " + Sql.cast(value.sql(), type) + ")"
                        : "(-" + value.sql() + ")",
                value.type());
    }

    static Expr binary(
            ArithmeticBinaryExpression.Operator operator, Expr left, Expr right, Products products, Place place) {
        if ((left.type().isNumber() || left.type() == Simple.UNKNOWN)
                && (right.type().isNumber() || right.type() == Simple.UNKNOWN)) {
            return numbers(operator, left, right, products);
        }
        Optional<Expr> moments = switch (operator) {
            case ADD -> Intervals.moved(left, right, " + ").or(() -> Intervals.moved(right, left, " + "));
            case SUBTRACT -> Intervals.moved(left, right, " - ").or(() -> Intervals.between(left, right));
            case MULTIPLY -> Intervals.scaled(left, right, false).or(() -> Intervals.scaled(right, left, false));
            case DIVIDE -> Intervals.scaled(left, right, true);
            case MODULO -> Optional.empty();
        };
        return moments.orElseThrow(() -> mismatch(operator, left, right, place)).provided(isConstant(left, right));
    }

    /** Whether a moment of four digits of a year is moved by an interval of years and months that is not too long. */
    private static boolean isConstant(Expr moment, Expr by) {
        return moment.literal() instanceof String text
                && text.matches("\\d{4}-.*")
                && by.type() == Simple.INTERVAL_YEAR
                && by.total();
    }

    private static Expr numbers(
            ArithmeticBinaryExpression.Operator operator, Expr left, Expr right, Products products) {
        SqlType common = Coercion.common(left.type(), right.type()).orElseThrow();
        if (common == Simple.UNKNOWN) {
            return Expr.of("CAST(NULL AS INTEGER)", Simple.INTEGER);
        }
        if (common instanceof Decimal) {
            return decimals(
                    operator,
                    Casts.coerce(left, decimalOf(left, common)),
                    Casts.coerce(right, decimalOf(right, common)),
                    products);
        }
        String a = Casts.coerce(left, common).sql();
        String b = Casts.coerce(right, common).sql();
        return Expr.of(
                switch (operator) {
                    case ADD -> "(" + a + " + " + b + ")";
                    case SUBTRACT -> "(" + a + " - " + b + ")";
                    case MULTIPLY -> "(" + a + " * " + b + ")";
                    case MODULO -> "(" + a + " % " + b + ")";
                    case DIVIDE -> common.isInteger() ? "(" + a + " // " + b + ")" : quotient(a, b, common);
                },
                common);
    }

    private static String quotient(String a, String b, SqlType type) {
        String quotient = "(" + a + " / " + b + ")";
        return type == Simple.REAL ? Sql.cast(quotient, "FLOAT") : quotient;
    }

    private static SqlType decimalOf(Expr value, SqlType common) {
        return value.type() == Simple.UNKNOWN ? common : Coercion.decimal(value.type());
    }

    private static Expr decimals(
            ArithmeticBinaryExpression.Operator operator, Expr left, Expr right, Products products) {
        Decimal a = (Decimal) left.type();
        Decimal b = (Decimal) right.type();
        int whole = Math.max(a.precision() - a.scale(), b.precision() - b.scale());
        int scale = Math.max(a.scale(), b.scale());
        return switch (operator) {
            case ADD, SUBTRACT -> {
                Decimal sum = Decimal.of(whole + scale + 1, scale);
                String sign = operator == ArithmeticBinaryExpression.Operator.ADD ? " + " : " - ";
                yield Expr.of(Sql.cast("(" + left.sql() + sign + right.sql() + ")", sum.duck()), sum);
            }
            case MULTIPLY -> products.of(left, right);
            case DIVIDE -> Decimals.divide(left, right);
            case MODULO -> {
                Decimal rest =
                        Decimal.of(Math.min(a.precision() - a.scale(), b.precision() - b.scale()) + scale, scale);
                yield Expr.of(Sql.cast(left.sql() + " % " + right.sql(), rest.duck()), rest);
            }
        };
    }

    private static RuntimeException mismatch(
            ArithmeticBinaryExpression.Operator operator, Expr left, Expr right, Place place) {
        return place.mismatch(
                "Cannot apply operator: {0} {1} {2}",
                left.type().trino(), operator.getValue(), right.type().trino());
    }

    static Expr subscript(Expr base, Expr index, Place place) {
        String sql = base.sql();
        return switch (base.type()) {
            case SqlType.Array(var element) -> {
                String at = Casts.coerce(index, Simple.BIGINT, place, "An array subscript")
                        .sql();
                yield Expr.of(
                        "CASE WHEN " + at + " < 1 THEN "
                                + Sql.error("INVALID_FUNCTION_ARGUMENT", "Array subscript is not positive")
                                + " WHEN " + at + " > len(" + sql + ") THEN "
                                + Sql.error(
                                        "INVALID_FUNCTION_ARGUMENT",
                                        "Array subscript is greater than the array's length")
                                + " ELSE list_extract(" + sql + ", " + at + ") END",
                        element);
            }
            case SqlType.Map(var key, var value) -> {
                String at = Casts.coerce(index, key, place, "A map subscript").sql();
                yield Expr.of(
                        "CASE WHEN NOT map_contains(" + sql + ", " + at + ") THEN "
                                + Sql.error("INVALID_FUNCTION_ARGUMENT", "Key not present in map")
                                + " ELSE map_extract_value(" + sql + ", " + at + ") END",
                        value);
            }
            case SqlType.Row row -> {
                if (!(index.literal() instanceof Long number)) {
                    throw place.semantic(
                            "EXPRESSION_NOT_CONSTANT", "Subscript expression on ROW requires a constant index");
                }
                if (number < 1 || number > row.fields().size()) {
                    throw place.semantic("INVALID_FUNCTION_ARGUMENT", "A row has no field at this subscript");
                }
                yield Expr.of(
                        "struct_extract_at(" + sql + ", " + number + ")",
                        row.fields().get((int) (number - 1)).type());
            }
            default -> throw place.mismatch("{0} has no elements", base.type().trino());
        };
    }

    static Expr atTimeZone(Expr value, Expr zone, Place place) {
        if (!(zone.literal() instanceof String name)) {
            throw place.notSupported("a time zone that is not a literal");
        }
        String known =
                Moments.zone(name).orElseThrow(() -> place.semantic("INVALID_LITERAL", "Unknown time zone {0}", name));
        return switch (value.type()) {
            case SqlType.Instant(int precision, var _) -> value.as(new SqlType.Instant(precision, known));
            case SqlType.Time _, SqlType.ZonedTime _ -> ZonedTimes.at(value, known, place);
            case SqlType.Timestamp(int precision) ->
                Casts.coerce(value, new SqlType.Instant(precision, "UTC")).as(new SqlType.Instant(precision, known));
            default -> throw place.mismatch("{0} has no time zone", value.type().trino());
        };
    }
}

package io.atalaya.policies.predicate;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * The Iceberg expression that finds the files a predicate may match. It is true of every row the predicate is true of,
 * and perhaps of more: it chooses files, never rows. Negation is pushed to the leaves, where each has its own weaker
 * form, because negating a weaker expression would make it stronger.
 */
public final class PruningExpression {
    private final Schema schema;

    private PruningExpression(Schema schema) {
        this.schema = schema;
    }

    /** Of a predicate without user attributes, over the names of a schema. */
    public static Expression of(Predicate predicate, Schema schema) {
        return new PruningExpression(schema).convert(predicate, false);
    }

    private Expression convert(Predicate predicate, boolean negated) {
        return switch (predicate) {
            case Predicate.Always _ -> negated ? Expressions.alwaysFalse() : Expressions.alwaysTrue();
            case Predicate.Never _ -> negated ? Expressions.alwaysTrue() : Expressions.alwaysFalse();
            case Predicate.Comparison(var field, var operator, var operand) ->
                comparison(field, negated ? opposite(operator) : operator, operand);
            case Predicate.In(var field, var operands) -> in(field, operands, negated);
            case Predicate.Between(var field, var low, var high) -> between(field, low, high, negated);
            case Predicate.Like(var field, var pattern) -> like(field, pattern, negated);
            case Predicate.IsNull(var field) -> isNull(field, negated);
            case Predicate.And(var operands) -> negated ? any(operands, true) : all(operands, false);
            case Predicate.Or(var operands) -> negated ? all(operands, true) : any(operands, false);
            case Predicate.Not(var operand) -> convert(operand, !negated);
        };
    }

    private Expression all(List<Predicate> operands, boolean negated) {
        return operands.stream()
                .map(operand -> convert(operand, negated))
                .reduce(Expressions.alwaysTrue(), Expressions::and);
    }

    private Expression any(List<Predicate> operands, boolean negated) {
        return operands.stream()
                .map(operand -> convert(operand, negated))
                .reduce(Expressions.alwaysFalse(), Expressions::or);
    }

    private Expression in(int field, List<Operand> operands, boolean negated) {
        Predicate.Operator operator = negated ? Predicate.Operator.NOT_EQUAL : Predicate.Operator.EQUAL;
        return operands.stream()
                .map(operand -> comparison(field, operator, operand))
                .reduce(
                        negated ? Expressions.alwaysTrue() : Expressions.alwaysFalse(),
                        negated ? Expressions::and : Expressions::or);
    }

    private Expression between(int field, Operand low, Operand high, boolean negated) {
        return negated
                ? Expressions.or(
                        comparison(field, Predicate.Operator.LESS, low),
                        comparison(field, Predicate.Operator.GREATER, high))
                : Expressions.and(
                        comparison(field, Predicate.Operator.GREATER_OR_EQUAL, low),
                        comparison(field, Predicate.Operator.LESS_OR_EQUAL, high));
    }

    private Expression like(int field, String pattern, boolean negated) {
        String name = schema.findColumnName(field);
        if (name == null) {
            return Expressions.alwaysTrue();
        }
        int wildcard = firstWildcard(pattern);
        if (wildcard < 0) {
            return comparison(
                    field,
                    negated ? Predicate.Operator.NOT_EQUAL : Predicate.Operator.EQUAL,
                    new Operand.Text(pattern));
        }
        return negated || wildcard == 0
                ? Expressions.notNull(name)
                : Expressions.startsWith(name, pattern.substring(0, wildcard));
    }

    private static int firstWildcard(String pattern) {
        for (int at = 0; at < pattern.length(); at++) {
            if (pattern.charAt(at) == '%' || pattern.charAt(at) == '_') {
                return at;
            }
        }
        return -1;
    }

    private Expression isNull(int field, boolean negated) {
        String name = schema.findColumnName(field);
        if (name == null) {
            return Expressions.alwaysTrue();
        }
        return negated ? Expressions.notNull(name) : Expressions.isNull(name);
    }

    private Expression comparison(int field, Predicate.Operator operator, Operand operand) {
        String name = schema.findColumnName(field);
        Type type = schema.findType(field);
        if (name == null || type == null) {
            return Expressions.alwaysTrue();
        }
        return switch (operand) {
            case Operand.Text(var text) -> compare(operator, name, text, text);
            case Operand.Truth(var truth) ->
                operator == Predicate.Operator.EQUAL || operator == Predicate.Operator.NOT_EQUAL
                        ? compare(operator, name, truth, truth)
                        : Expressions.notNull(name);
            case Operand.Numeric(var number) -> number(operator, name, type, number);
            case Operand.UserAttribute _ -> Expressions.alwaysTrue();
        };
    }

    private static Expression number(Predicate.Operator operator, String name, Type type, BigDecimal number) {
        return switch (type.typeId()) {
            case INTEGER, LONG -> integer(operator, name, type, number);
            // Iceberg orders -0.0 below 0.0, SQL holds them equal: a comparison with zero takes both in.
            case FLOAT -> compare(operator, name, low(number.floatValue()), number.floatValue() + 0f);
            case DOUBLE -> compare(operator, name, low(number.doubleValue()), number.doubleValue() + 0d);
            case DECIMAL -> {
                int scale = ((Types.DecimalType) type).scale();
                yield exact(
                        operator,
                        name,
                        number.setScale(scale, RoundingMode.FLOOR),
                        number.setScale(scale, RoundingMode.CEILING));
            }
            default -> Expressions.notNull(name);
        };
    }

    private static float low(float number) {
        return number == 0f ? -0f : number;
    }

    private static double low(double number) {
        return number == 0d ? -0d : number;
    }

    private static Expression integer(Predicate.Operator operator, String name, Type type, BigDecimal number) {
        BigDecimal least =
                BigDecimal.valueOf(type.typeId() == Type.TypeID.INTEGER ? Integer.MIN_VALUE : Long.MIN_VALUE);
        BigDecimal most = BigDecimal.valueOf(type.typeId() == Type.TypeID.INTEGER ? Integer.MAX_VALUE : Long.MAX_VALUE);
        if (number.compareTo(least) < 0 || number.compareTo(most) > 0) {
            return Expressions.notNull(name);
        }
        long floor = number.setScale(0, RoundingMode.FLOOR).longValueExact();
        long ceiling = number.setScale(0, RoundingMode.CEILING).longValueExact();
        return exact(operator, name, floor, ceiling);
    }

    /** Of an operand that may lie between two values the column can have. */
    private static <T> Expression exact(Predicate.Operator operator, String name, T floor, T ceiling) {
        if (floor.equals(ceiling)) {
            return compare(operator, name, floor, ceiling);
        }
        return switch (operator) {
            case EQUAL -> Expressions.alwaysFalse();
            case NOT_EQUAL -> Expressions.notNull(name);
            case LESS, LESS_OR_EQUAL -> Expressions.lessThanOrEqual(name, floor);
            case GREATER, GREATER_OR_EQUAL -> Expressions.greaterThanOrEqual(name, ceiling);
        };
    }

    /** Of an operand that stands for all values from {@code low} to {@code high}, which are equal in SQL. */
    private static <T> Expression compare(Predicate.Operator operator, String name, T low, T high) {
        BiFunction<String, T, Expression> atLeast = Expressions::greaterThanOrEqual;
        return switch (operator) {
            case EQUAL ->
                low.equals(high)
                        ? Expressions.equal(name, low)
                        : Expressions.and(atLeast.apply(name, low), Expressions.lessThanOrEqual(name, high));
            // Iceberg's not-eq keeps nulls, SQL's <> does not.
            case NOT_EQUAL ->
                low.equals(high)
                        ? Expressions.and(Expressions.notNull(name), Expressions.notEqual(name, low))
                        : Expressions.notNull(name);
            case LESS -> Expressions.lessThan(name, high);
            case LESS_OR_EQUAL -> Expressions.lessThanOrEqual(name, high);
            case GREATER -> Expressions.greaterThan(name, low);
            case GREATER_OR_EQUAL -> atLeast.apply(name, low);
        };
    }

    private static Predicate.Operator opposite(Predicate.Operator operator) {
        return switch (operator) {
            case EQUAL -> Predicate.Operator.NOT_EQUAL;
            case NOT_EQUAL -> Predicate.Operator.EQUAL;
            case LESS -> Predicate.Operator.GREATER_OR_EQUAL;
            case LESS_OR_EQUAL -> Predicate.Operator.GREATER;
            case GREATER -> Predicate.Operator.LESS_OR_EQUAL;
            case GREATER_OR_EQUAL -> Predicate.Operator.LESS;
        };
    }
}

package io.atalaya.policies.predicate;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a predicate says of one row: the meaning that every engine has to reproduce. A {@code FLOAT} or {@code DOUBLE} is
 * compared with the operand rounded to its own type, other numbers exactly.
 */
public final class PredicateEvaluation {
    private PredicateEvaluation() {}

    /**
     * Whether the row is let through; unknown is no.
     *
     * @param row value by field id, nested fields as themselves; texts, numbers and booleans; absent for null
     * @throws IllegalArgumentException if the predicate holds a user attribute
     */
    public static boolean matches(Predicate predicate, Map<Integer, ? extends @Nullable Object> row) {
        return Objects.requireNonNullElse(evaluate(predicate, row), false);
    }

    /** True, false, or null for unknown. */
    static @Nullable Boolean evaluate(Predicate predicate, Map<Integer, ? extends @Nullable Object> row) {
        return switch (predicate) {
            case Predicate.Always _ -> true;
            case Predicate.Never _ -> false;
            case Predicate.Comparison(var field, var operator, var operand) ->
                compare(row.get(field), operator, operand);
            case Predicate.In(var field, var operands) ->
                any(
                        operands.stream()
                                .map(operand ->
                                        (Predicate) new Predicate.Comparison(field, Predicate.Operator.EQUAL, operand))
                                .toList(),
                        row);
            case Predicate.Between(var field, var low, var high) ->
                all(
                        List.of(
                                new Predicate.Comparison(field, Predicate.Operator.GREATER_OR_EQUAL, low),
                                new Predicate.Comparison(field, Predicate.Operator.LESS_OR_EQUAL, high)),
                        row);
            case Predicate.Like(var field, var pattern) -> {
                Object value = row.get(field);
                yield value == null
                        ? null
                        : like(
                                value.toString().codePoints().toArray(),
                                pattern.codePoints().toArray());
            }
            case Predicate.IsNull(var field) -> row.get(field) == null;
            case Predicate.And(var operands) -> all(operands, row);
            case Predicate.Or(var operands) -> any(operands, row);
            case Predicate.Not(var operand) -> {
                Boolean inner = evaluate(operand, row);
                yield inner == null ? null : !inner;
            }
        };
    }

    private static @Nullable Boolean all(
            List<? extends Predicate> operands, Map<Integer, ? extends @Nullable Object> row) {
        boolean unknown = false;
        for (Predicate operand : operands) {
            Boolean one = evaluate(operand, row);
            if (one == null) {
                unknown = true;
            } else if (!one) {
                return false;
            }
        }
        return unknown ? null : true;
    }

    private static @Nullable Boolean any(
            List<? extends Predicate> operands, Map<Integer, ? extends @Nullable Object> row) {
        boolean unknown = false;
        for (Predicate operand : operands) {
            Boolean one = evaluate(operand, row);
            if (one == null) {
                unknown = true;
            } else if (one) {
                return true;
            }
        }
        return unknown ? null : false;
    }

    private static @Nullable Boolean compare(@Nullable Object value, Predicate.Operator operator, Operand operand) {
        if (value == null || value.equals(Double.NaN) || value.equals(Float.NaN)) {
            return null;
        }
        int order = switch (operand) {
            case Operand.Text(var text) -> compareText(value.toString(), text);
            case Operand.Numeric(var number) -> compareNumber((Number) value, number);
            case Operand.Truth(var truth) -> Boolean.compare((Boolean) value, truth);
            case Operand.UserAttribute(var name) ->
                throw new IllegalArgumentException("user attribute '" + name + "' is not known");
        };
        return switch (operator) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
        };
    }

    private static int compareNumber(Number value, BigDecimal operand) {
        return switch (value) {
            // Adding zero makes -0.0 to 0.0: they are equal in SQL.
            case Float number -> Float.compare(number + 0f, operand.floatValue() + 0f);
            case Double number -> Double.compare(number + 0d, operand.doubleValue() + 0d);
            default -> new BigDecimal(value.toString()).compareTo(operand);
        };
    }

    private static int compareText(String left, String right) {
        return java.util.Arrays.compare(
                left.codePoints().toArray(), right.codePoints().toArray());
    }

    /** Greedy matching with one point to return to: linear in practice, never exponential. */
    private static boolean like(int[] text, int[] pattern) {
        int at = 0;
        int wanted = 0;
        int star = -1;
        int retry = 0;
        while (at < text.length) {
            if (wanted < pattern.length && pattern[wanted] == '%') {
                star = wanted++;
                retry = at;
            } else if (wanted < pattern.length && (pattern[wanted] == '_' || pattern[wanted] == text[at])) {
                wanted++;
                at++;
            } else if (star >= 0) {
                wanted = star + 1;
                at = ++retry;
            } else {
                return false;
            }
        }
        while (wanted < pattern.length && pattern[wanted] == '%') {
            wanted++;
        }
        return wanted == pattern.length;
    }
}

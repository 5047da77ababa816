package io.atalaya.policies.snapshot;

import io.atalaya.policies.Principal;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.predicate.Operand;
import io.atalaya.policies.predicate.Predicate;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Predicates by SQL's three values, user attributes where they stand; null is unknown. */
record ReferencePredicate(Principal user, Map<Integer, @Nullable Object> row, int guarded) {
    @Nullable Boolean of(Predicate predicate) {
        return switch (predicate) {
            case Predicate.Always _ -> true;
            case Predicate.Never _ -> false;
            case Predicate.Comparison(var field, var operator, var operand) ->
                compared(value(field), operator, operand);
            case Predicate.In(var field, var operands) ->
                any(operands.stream()
                        .map(one -> text(compared(value(field), Predicate.Operator.EQUAL, one)))
                        .toList());
            case Predicate.Between(var field, var low, var high) ->
                all(List.of(
                        text(compared(value(field), Predicate.Operator.GREATER_OR_EQUAL, low)),
                        text(compared(value(field), Predicate.Operator.LESS_OR_EQUAL, high))));
            case Predicate.Like(var field, var pattern) ->
                value(field) == null ? null : like(String.valueOf(value(field)), pattern);
            case Predicate.IsNull(var field) -> value(field) == null;
            case Predicate.And(var operands) ->
                all(operands.stream().map(one -> text(of(one))).toList());
            case Predicate.Or(var operands) ->
                any(operands.stream().map(one -> text(of(one))).toList());
            case Predicate.Not(var operand) -> {
                Boolean inner = of(operand);
                yield inner == null ? null : !inner;
            }
        };
    }

    private @Nullable Object value(int field) {
        return row.get(field == Guard.VALUE ? guarded : field);
    }

    /** True, false and null as words, as lists hold no null. */
    private static String text(@Nullable Boolean value) {
        return String.valueOf(value);
    }

    private static @Nullable Boolean all(List<String> values) {
        return values.contains("false") ? Boolean.FALSE : values.contains("null") ? null : Boolean.TRUE;
    }

    private static @Nullable Boolean any(List<String> values) {
        return values.contains("true") ? Boolean.TRUE : values.contains("null") ? null : Boolean.FALSE;
    }

    private static boolean like(String text, String pattern) {
        String regex = pattern.codePoints()
                .mapToObj(point -> point == '%' ? ".*" : point == '_' ? "." : Pattern.quote(Character.toString(point)))
                .collect(Collectors.joining());
        return Pattern.compile(regex, Pattern.DOTALL).matcher(text).matches();
    }

    private @Nullable Boolean compared(@Nullable Object value, Predicate.Operator operator, Operand operand) {
        if (value == null || value.equals(Double.NaN)) {
            return null;
        }
        Object other = other(value, operand);
        if (other == null) {
            return null;
        }
        int order = switch (value) {
            case Integer number -> new BigDecimal(number).compareTo((BigDecimal) other);
            case Double number -> Double.compare(number + 0.0, ((BigDecimal) other).doubleValue() + 0.0);
            case Boolean truth -> Boolean.compare(truth, (Boolean) other);
            default -> compare(value.toString(), other.toString());
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

    private static int compare(String one, String other) {
        int[] left = one.codePoints().toArray();
        int[] right = other.codePoints().toArray();
        return java.util.Arrays.compare(left, right);
    }

    private @Nullable Object other(Object value, Operand operand) {
        return switch (operand) {
            case Operand.Text(var text) -> text;
            case Operand.Numeric(var number) -> number;
            case Operand.Truth(var truth) -> truth;
            case Operand.UserAttribute(var name) -> {
                String text = user.attributes().get(name);
                if (text == null || value instanceof String) {
                    yield text;
                }
                yield value instanceof Boolean || !text.matches("-?[0-9]+") ? null : new BigDecimal(text);
            }
        };
    }
}

package io.atalaya.query.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import io.trino.sql.jsonpath.tree.ArithmeticBinary;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Arithmetic of SQL/JSON paths: integers overflow, decimals are exact, a double makes the result a double. */
final class JsonNumbers {
    private JsonNumbers() {}

    /** Whether SQL has such a number; integers above 64 bits are none. */
    static boolean is(JsonNode item) {
        return item.isNumber() && !item.isBigInteger();
    }

    static JsonNode abs(JsonNode number) {
        return number.decimalValue().signum() < 0 || Double.compare(number.doubleValue(), 0.0) < 0
                ? negate(number)
                : number;
    }

    static JsonNode negate(JsonNode number) {
        return apply(
                ArithmeticBinary.Operator.MULTIPLY,
                number,
                number.isLong() ? LongNode.valueOf(-1) : IntNode.valueOf(-1));
    }

    static JsonNode ceiling(JsonNode number) {
        return number.isDouble()
                ? DoubleNode.valueOf(Math.ceil(number.doubleValue()))
                : number.isBigDecimal()
                        ? DecimalNode.valueOf(number.decimalValue().setScale(0, RoundingMode.CEILING))
                        : number;
    }

    static JsonNode floor(JsonNode number) {
        return number.isDouble()
                ? DoubleNode.valueOf(Math.floor(number.doubleValue()))
                : number.isBigDecimal()
                        ? DecimalNode.valueOf(number.decimalValue().setScale(0, RoundingMode.FLOOR))
                        : number;
    }

    static JsonNode toDouble(JsonNode item) {
        try {
            if (is(item)) {
                return DoubleNode.valueOf(item.doubleValue());
            }
            if (item.isTextual()) {
                return DoubleNode.valueOf(Double.parseDouble(item.textValue()));
            }
        } catch (NumberFormatException notNumber) {
            // as for other items
        }
        throw new JsonPath.Failed();
    }

    static JsonNode apply(ArithmeticBinary.Operator operator, JsonNode left, JsonNode right) {
        try {
            if (left.isDouble() || right.isDouble()) {
                return DoubleNode.valueOf(doubles(operator, left.doubleValue(), right.doubleValue()));
            }
            if (left.isBigDecimal() || right.isBigDecimal()) {
                return DecimalNode.valueOf(decimals(operator, left.decimalValue(), right.decimalValue()));
            }
            long whole = wholes(operator, left.longValue(), right.longValue());
            return left.isLong() || right.isLong() ? LongNode.valueOf(whole) : IntNode.valueOf(Math.toIntExact(whole));
        } catch (ArithmeticException outOfRange) {
            throw new JsonPath.Failed();
        }
    }

    private static double doubles(ArithmeticBinary.Operator operator, double left, double right) {
        return switch (operator) {
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            case MULTIPLY -> left * right;
            case DIVIDE -> left / right;
            case MODULO -> left % right;
        };
    }

    private static BigDecimal decimals(ArithmeticBinary.Operator operator, BigDecimal left, BigDecimal right) {
        return switch (operator) {
            case ADD -> left.add(right);
            case SUBTRACT -> left.subtract(right);
            case MULTIPLY -> left.multiply(right);
            case DIVIDE -> left.divide(right, Math.max(left.scale(), right.scale()), RoundingMode.HALF_UP);
            case MODULO -> left.remainder(right);
        };
    }

    private static long wholes(ArithmeticBinary.Operator operator, long left, long right) {
        return switch (operator) {
            case ADD -> Math.addExact(left, right);
            case SUBTRACT -> Math.subtractExact(left, right);
            case MULTIPLY -> Math.multiplyExact(left, right);
            case DIVIDE -> Math.divideExact(left, right);
            case MODULO -> left % right;
        };
    }
}

package io.atalaya.query.compile;

import io.atalaya.policies.predicate.Operand;
import io.atalaya.policies.predicate.Predicate;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Policy predicates for the planning of files: wider than the policy where Iceberg cannot say it, never narrower. */
final class IcebergFilters {
    private IcebergFilters() {}

    /** A condition that every row let through meets; empty if none can be said. */
    static Optional<Expression> of(Predicate predicate, Schema schema) {
        return switch (predicate) {
            case Predicate.Always _ -> Optional.of(Expressions.alwaysTrue());
            case Predicate.Never _ -> Optional.of(Expressions.alwaysFalse());
            case Predicate.Comparison(int id, var operator, var operand) ->
                literal(id, operand, schema).map(literal -> compare(name(id, schema), operator, literal));
            case Predicate.In(int id, var operands) -> {
                List<Object> values = new ArrayList<>();
                operands.forEach(operand -> literal(id, operand, schema).ifPresent(values::add));
                yield values.size() == operands.size()
                        ? Optional.of(Expressions.in(name(id, schema), values))
                        : Optional.empty();
            }
            case Predicate.Between(int id, var low, var high) ->
                literal(id, low, schema)
                        .flatMap(from -> literal(id, high, schema)
                                .map(to -> Expressions.and(
                                        Expressions.greaterThanOrEqual(name(id, schema), from),
                                        Expressions.lessThanOrEqual(name(id, schema), to))));
            case Predicate.And(var operands) -> {
                Expression all = Expressions.alwaysTrue();
                for (Predicate operand : operands) {
                    all = Expressions.and(all, of(operand, schema).orElse(Expressions.alwaysTrue()));
                }
                yield Optional.of(all);
            }
            case Predicate.Or(var operands) -> {
                Expression any = Expressions.alwaysFalse();
                for (Predicate operand : operands) {
                    any = Expressions.or(any, of(operand, schema).orElse(Expressions.alwaysTrue()));
                }
                yield Optional.of(any);
            }
            case Predicate.Like _, Predicate.IsNull _, Predicate.Not _ -> Optional.empty();
        };
    }

    private static String name(int fieldId, Schema schema) {
        return schema.findColumnName(fieldId);
    }

    private static Expression compare(String name, Predicate.Operator operator, Object value) {
        return switch (operator) {
            case EQUAL -> Expressions.equal(name, value);
            case NOT_EQUAL -> Expressions.notEqual(name, value);
            case LESS -> Expressions.lessThan(name, value);
            case LESS_OR_EQUAL -> Expressions.lessThanOrEqual(name, value);
            case GREATER -> Expressions.greaterThan(name, value);
            case GREATER_OR_EQUAL -> Expressions.greaterThanOrEqual(name, value);
        };
    }

    /** The operand, if it is a value of the column's type without any rounding. */
    private static Optional<Object> literal(int fieldId, Operand operand, Schema schema) {
        Types.NestedField field = schema.asStruct().field(fieldId);
        if (field == null) {
            return Optional.empty();
        }
        Type.TypeID type = field.type().typeId();
        return switch (operand) {
            case Operand.Text(var text) when type == Type.TypeID.STRING -> Optional.of(text);
            case Operand.Text(var text)
            when type == Type.TypeID.DATE -> Moments.date(text).map(date -> (Object) String.valueOf(date.literal()));
            case Operand.Truth(boolean truth) when type == Type.TypeID.BOOLEAN -> Optional.of(truth);
            case Operand.Numeric(var number) -> number(field.type(), number);
            case Operand.Text _, Operand.Truth _, Operand.UserAttribute _ -> Optional.empty();
        };
    }

    private static Optional<Object> number(Type type, BigDecimal number) {
        try {
            return switch (type.typeId()) {
                case INTEGER -> Optional.of(number.intValueExact());
                case LONG -> Optional.of(number.longValueExact());
                case DOUBLE -> Optional.of(number.doubleValue());
                case DECIMAL ->
                    Optional.of(number.setScale(((Types.DecimalType) type).scale(), RoundingMode.UNNECESSARY));
                default -> Optional.empty();
            };
        } catch (ArithmeticException notExact) {
            return Optional.empty();
        }
    }
}

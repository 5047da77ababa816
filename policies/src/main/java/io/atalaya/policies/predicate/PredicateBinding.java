package io.atalaya.policies.predicate;

import io.atalaya.policies.Principal;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/**
 * Puts a principal's attributes in the place of {@link Operand.UserAttribute}.
 *
 * <p>To a principal without the attribute the comparison is unknown. As the tree knows no unknown, it becomes
 * {@code FALSE} where it stands plainly and {@code TRUE} under an odd number of NOTs: no row more is let through than
 * with unknown, and none less.
 */
public final class PredicateBinding {
    private final Schema schema;
    private final Principal principal;

    private PredicateBinding(Schema schema, Principal principal) {
        this.schema = schema;
        this.principal = principal;
    }

    /**
     * The predicate free of user attributes.
     *
     * @return empty if the schema lacks one of its fields or has it in a type that does not compare with the operands
     */
    public static Optional<Predicate> bind(Predicate predicate, Schema schema, Principal principal) {
        PredicateBinding binding = new PredicateBinding(schema, principal);
        return binding.fits(predicate) ? Optional.of(binding.bind(predicate, false)) : Optional.empty();
    }

    /** The same predicate about another field, wherever it is about {@code from}. */
    public static Predicate move(Predicate predicate, int from, int to) {
        return switch (predicate) {
            case Predicate.Always _, Predicate.Never _ -> predicate;
            case Predicate.Comparison(var field, var operator, var operand) ->
                new Predicate.Comparison(field == from ? to : field, operator, operand);
            case Predicate.In(var field, var operands) -> new Predicate.In(field == from ? to : field, operands);
            case Predicate.Between(var field, var low, var high) ->
                new Predicate.Between(field == from ? to : field, low, high);
            case Predicate.Like(var field, var pattern) -> new Predicate.Like(field == from ? to : field, pattern);
            case Predicate.IsNull(var field) -> new Predicate.IsNull(field == from ? to : field);
            case Predicate.And(var operands) ->
                new Predicate.And(
                        operands.stream().map(one -> move(one, from, to)).toList());
            case Predicate.Or(var operands) ->
                new Predicate.Or(
                        operands.stream().map(one -> move(one, from, to)).toList());
            case Predicate.Not(var operand) -> new Predicate.Not(move(operand, from, to));
        };
    }

    private boolean fits(Predicate predicate) {
        return switch (predicate) {
            case Predicate.Always _, Predicate.Never _ -> true;
            case Predicate.Comparison(var field, var _, var operand) -> takes(field, List.of(operand));
            case Predicate.In(var field, var operands) -> takes(field, operands);
            case Predicate.Between(var field, var low, var high) -> takes(field, List.of(low, high));
            case Predicate.Like(var field, var _) ->
                kind(field).map(kind -> kind == ValueKind.TEXT).orElse(false);
            case Predicate.IsNull(var field) -> schema.findField(field) != null;
            case Predicate.And(var operands) -> operands.stream().allMatch(this::fits);
            case Predicate.Or(var operands) -> operands.stream().allMatch(this::fits);
            case Predicate.Not(var operand) -> fits(operand);
        };
    }

    private boolean takes(int field, List<Operand> operands) {
        return kind(field).map(kind -> operands.stream().allMatch(kind::takes)).orElse(false);
    }

    private Optional<ValueKind> kind(int field) {
        Type type = schema.findType(field);
        return type == null ? Optional.empty() : ValueKind.of(type);
    }

    private Predicate bind(Predicate predicate, boolean negated) {
        Predicate unknown = negated ? new Predicate.Always() : new Predicate.Never();
        return switch (predicate) {
            case Predicate.Always _, Predicate.Never _, Predicate.Like _, Predicate.IsNull _ -> predicate;
            case Predicate.Comparison(var field, var operator, var operand) -> {
                Operand value = value(field, operand);
                yield value == null ? unknown : new Predicate.Comparison(field, operator, value);
            }
            case Predicate.In(var field, var operands) -> in(field, operands, negated);
            case Predicate.Between(var field, var low, var high) -> between(field, low, high, negated);
            case Predicate.And(var operands) ->
                Predicate.and(operands.stream().map(one -> bind(one, negated)).toList());
            case Predicate.Or(var operands) ->
                Predicate.or(operands.stream().map(one -> bind(one, negated)).toList());
            case Predicate.Not(var operand) ->
                switch (bind(operand, !negated)) {
                    case Predicate.Always _ -> new Predicate.Never();
                    case Predicate.Never _ -> new Predicate.Always();
                    case Predicate inner -> new Predicate.Not(inner);
                };
        };
    }

    private Predicate in(int field, List<Operand> operands, boolean negated) {
        List<Operand> known = new ArrayList<>();
        for (Operand operand : operands) {
            Operand value = value(field, operand);
            if (value != null) {
                known.add(value);
            } else if (negated) {
                return new Predicate.Always();
            }
        }
        return known.isEmpty() ? new Predicate.Never() : new Predicate.In(field, known);
    }

    private Predicate between(int field, Operand low, Operand high, boolean negated) {
        Operand from = value(field, low);
        Operand to = value(field, high);
        if (from != null && to != null) {
            return new Predicate.Between(field, from, to);
        }
        if (!negated || (from == null && to == null)) {
            return negated ? new Predicate.Always() : new Predicate.Never();
        }
        // NOT (x >= low AND unknown) is true where x < low.
        return from != null
                ? new Predicate.Comparison(field, Predicate.Operator.GREATER_OR_EQUAL, from)
                : new Predicate.Comparison(
                        field, Predicate.Operator.LESS_OR_EQUAL, java.util.Objects.requireNonNull(to));
    }

    private @Nullable Operand value(int field, Operand operand) {
        if (!(operand instanceof Operand.UserAttribute(var name))) {
            return operand;
        }
        String text = name.equalsIgnoreCase("name")
                ? principal.name()
                : principal.attributes().get(name);
        return text == null
                ? null
                : switch (kind(field).orElseThrow()) {
                    case TEXT -> new Operand.Text(text);
                    case NUMBER -> number(text);
                    case TRUTH ->
                        switch (text.toLowerCase(Locale.ROOT)) {
                            case "true" -> new Operand.Truth(true);
                            case "false" -> new Operand.Truth(false);
                            default -> null;
                        };
                };
    }

    private static @Nullable Operand number(String text) {
        if (text.length() > 100 || text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
            return null;
        }
        try {
            return new Operand.Numeric(new BigDecimal(text));
        } catch (NumberFormatException _) {
            return null;
        }
    }
}

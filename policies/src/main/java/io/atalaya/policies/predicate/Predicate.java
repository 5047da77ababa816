package io.atalaya.policies.predicate;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which rows a policy lets through: a closed tree over field ids, never SQL text. Rows for which it is unknown (SQL
 * {@code NULL}) are not let through.
 *
 * <p>Every node is total: no value of a row can make it fail, so an engine may evaluate it anywhere. Text is compared
 * code point by code point; a floating-point NaN is compared like null.
 */
public sealed interface Predicate {
    /** True where all are: flat, without {@link Always}, and {@link Never} if one is. */
    static Predicate and(List<? extends Predicate> operands) {
        LinkedHashSet<Predicate> flat = new LinkedHashSet<>();
        for (Predicate operand : operands) {
            switch (operand) {
                case Always _ -> {}
                case Never never -> {
                    return never;
                }
                case And(var inner) -> flat.addAll(inner);
                case Predicate other -> flat.add(other);
            }
        }
        return flat.isEmpty() ? new Always() : flat.size() == 1 ? flat.getFirst() : new And(new ArrayList<>(flat));
    }

    /** True where some is: flat, without {@link Never}, and {@link Always} if one is. */
    static Predicate or(List<? extends Predicate> operands) {
        LinkedHashSet<Predicate> flat = new LinkedHashSet<>();
        for (Predicate operand : operands) {
            switch (operand) {
                case Never _ -> {}
                case Always always -> {
                    return always;
                }
                case Or(var inner) -> flat.addAll(inner);
                case Predicate other -> flat.add(other);
            }
        }
        return flat.isEmpty() ? new Never() : flat.size() == 1 ? flat.getFirst() : new Or(new ArrayList<>(flat));
    }

    /** The field ids it looks at, nested ones as themselves. */
    default Set<Integer> fields() {
        Set<Integer> fields = new LinkedHashSet<>();
        PredicateFields.collect(this, fields);
        return fields;
    }

    /** Lets every row through. */
    record Always() implements Predicate {}

    /** Lets no row through. */
    record Never() implements Predicate {}

    /** {@code field op operand}; unknown where the field is null. */
    record Comparison(int fieldId, Operator operator, Operand operand) implements Predicate {}

    /** {@code field IN (operands)}; {@code operands} is never empty. */
    record In(int fieldId, List<Operand> operands) implements Predicate {
        public In {
            operands = List.copyOf(operands);
        }
    }

    /** {@code field BETWEEN low AND high}, both ends included. */
    record Between(int fieldId, Operand low, Operand high) implements Predicate {}

    /** {@code field LIKE pattern}, with {@code %} and {@code _}, case-sensitive, without an escape character. */
    record Like(int fieldId, String pattern) implements Predicate {}

    /** {@code field IS NULL}. */
    record IsNull(int fieldId) implements Predicate {}

    /** True where every operand is; never empty. */
    record And(List<Predicate> operands) implements Predicate {
        public And {
            operands = List.copyOf(operands);
        }
    }

    /** True where some operand is; never empty. */
    record Or(List<Predicate> operands) implements Predicate {
        public Or {
            operands = List.copyOf(operands);
        }
    }

    /** SQL's negation: unknown stays unknown. */
    record Not(Predicate operand) implements Predicate {}

    /** How two values are compared. */
    enum Operator {
        EQUAL("="),
        NOT_EQUAL("<>"),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        GREATER(">"),
        GREATER_OR_EQUAL(">=");

        private final String sql;

        Operator(String sql) {
            this.sql = sql;
        }

        /** The operator as SQL writes it. */
        public String sql() {
            return sql;
        }
    }
}

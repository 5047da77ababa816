package io.atalaya.policies.predicate;

import java.util.List;

/**
 * Which rows a policy lets through: a closed tree over field ids, never SQL text. Rows for which it is unknown (SQL
 * {@code NULL}) are not let through.
 *
 * <p>Every node is total: no value of a row can make it fail, so an engine may evaluate it anywhere.
 */
public sealed interface Predicate {
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

package io.atalaya.policies.predicate;

import java.math.BigDecimal;

/**
 * What a field is compared with. A {@link UserAttribute} stands for a value that is known only when a principal asks;
 * a decision holds none any more.
 */
public sealed interface Operand {
    record Text(String value) implements Operand {}

    /** A number; equal numbers are equal, however they were written. */
    record Numeric(BigDecimal value) implements Operand {
        public Numeric {
            value = value.stripTrailingZeros();
            if (value.scale() < 0) {
                value = value.setScale(0);
            }
        }
    }

    record Truth(boolean value) implements Operand {}

    /**
     * The principal's attribute of that name, {@code name} being the principal's own name. To a principal without it a
     * comparison is unknown, so it matches no row, nor does its negation.
     */
    record UserAttribute(String name) implements Operand {}
}

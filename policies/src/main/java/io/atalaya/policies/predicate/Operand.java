package io.atalaya.policies.predicate;

import java.math.BigDecimal;

/**
 * What a field is compared with. A {@link UserAttribute} stands for a value that is known only when a principal asks;
 * a decision holds none any more.
 */
public sealed interface Operand {
    record Text(String value) implements Operand {}

    record Numeric(BigDecimal value) implements Operand {}

    record Truth(boolean value) implements Operand {}

    /** The principal's attribute of that name; a principal without it matches no row. */
    record UserAttribute(String name) implements Operand {}
}

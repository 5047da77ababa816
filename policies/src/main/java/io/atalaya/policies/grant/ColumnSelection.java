package io.atalaya.policies.grant;

import io.atalaya.policies.PolicyException;
import java.util.Set;

/** Some top-level columns of a table, by field id. */
public sealed interface ColumnSelection {
    /** These and no others; a column added later is not among them. */
    record Include(Set<Integer> fieldIds) implements ColumnSelection {
        public Include {
            fieldIds = Set.copyOf(fieldIds);
            if (fieldIds.isEmpty()) {
                throw new PolicyException.Invalid("name at least one column");
            }
        }
    }

    /** All but these, looked at when a query asks, so that a column added later is among them; empty for all columns. */
    record Exclude(Set<Integer> fieldIds) implements ColumnSelection {
        public Exclude {
            fieldIds = Set.copyOf(fieldIds);
        }
    }

    /** All columns, those of the future too. */
    static ColumnSelection all() {
        return new Exclude(Set.of());
    }

    /** Whether the top-level column of that field id is among them. */
    default boolean contains(int fieldId) {
        return switch (this) {
            case Include(var ids) -> ids.contains(fieldId);
            case Exclude(var ids) -> !ids.contains(fieldId);
        };
    }

    /** Whether it is {@link #all}. */
    default boolean isAll() {
        return this instanceof Exclude(var ids) && ids.isEmpty();
    }
}

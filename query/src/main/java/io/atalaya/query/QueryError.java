package io.atalaya.query;

import java.util.OptionalInt;

/**
 * Why an execution failed, safe to show to whoever started it.
 *
 * @param code stable, upper case, such as {@code SYNTAX_ERROR} or {@code DIVISION_BY_ZERO}
 * @param message names of things and what to do; never a value of the data
 * @param line of the statement, from 1; absent if the error has no place
 * @param column from 1
 */
public record QueryError(String code, Category category, String message, OptionalInt line, OptionalInt column) {
    /** Whose fault it is, as Athena counts. */
    public enum Category {
        SYSTEM(1),
        USER(2),
        OTHER(3);

        private final int number;

        Category(int number) {
            this.number = number;
        }

        /** Athena's {@code ErrorCategory}. */
        public int number() {
            return number;
        }
    }
}

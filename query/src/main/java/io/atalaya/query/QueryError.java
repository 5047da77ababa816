package io.atalaya.query;

import io.atalaya.policies.Sentence;
import java.util.OptionalInt;

/**
 * Why an execution failed, safe to show to whoever started it.
 *
 * @param code stable, upper case, such as {@code SYNTAX_ERROR} or {@code DIVISION_BY_ZERO}
 * @param sentence names of things and what to do; never a value of the data
 * @param line of the statement, from 1; absent if the error has no place
 * @param column from 1
 */
public record QueryError(String code, Category category, Sentence sentence, OptionalInt line, OptionalInt column) {
    /** The reason in English. */
    public String message() {
        return sentence.toString();
    }

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

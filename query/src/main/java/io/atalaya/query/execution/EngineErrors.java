package io.atalaya.query.execution;

import io.atalaya.query.QueryException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * DuckDB's errors in our words. Its texts quote values of the data, so none of them is passed on: a closed set of
 * sentences is.
 */
final class EngineErrors {
    /** What statements of ours raise by {@code error('ATALAYA:…')}; any other text after the mark says nothing. */
    private enum Raised {
        INVALID_FUNCTION_ARGUMENT("A function was given a value it cannot take"),
        INVALID_CAST_ARGUMENT("A value cannot be converted to the type asked for; try_cast gives null instead"),
        NUMERIC_VALUE_OUT_OF_RANGE("A number is too large for its type"),
        DIVISION_BY_ZERO("A number is divided by zero"),
        ARRAY_SUBSCRIPT_OUT_OF_BOUNDS("An array subscript is out of bounds; element_at gives null instead"),
        KEY_NOT_PRESENT("A map does not have the key asked for; element_at gives null instead"),
        SUBQUERY_MULTIPLE_ROWS("A scalar subquery gives more than one row");

        private final String sentence;

        Raised(String sentence) {
            this.sentence = sentence;
        }

        QueryException exception() {
            return QueryException.EngineFailed.atValue(name(), sentence);
        }
    }

    private EngineErrors() {}

    static QueryException of(SQLException error) {
        String text = Objects.requireNonNullElse(error.getMessage(), "");
        Optional<Raised> raised = Arrays.stream(Raised.values())
                .filter(one -> text.contains("ATALAYA:" + one.name()))
                .findFirst();
        if (raised.isPresent()) {
            return raised.get().exception();
        }
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("out of memory error")) {
            return new QueryException.LimitExceeded(
                    "EXCEEDED_MEMORY_LIMIT",
                    "The statement needs more memory than it may have; read fewer rows or columns");
        }
        if (lower.contains("division by zero") || lower.contains("divide by zero")) {
            return Raised.DIVISION_BY_ZERO.exception();
        }
        if (lower.contains("more than one row returned by a subquery")) {
            return Raised.SUBQUERY_MULTIPLE_ROWS.exception();
        }
        if (lower.startsWith("conversion error") || lower.contains("could not convert")) {
            return Raised.INVALID_CAST_ARGUMENT.exception();
        }
        if (lower.startsWith("out of range error") || lower.contains("overflow")) {
            return Raised.NUMERIC_VALUE_OUT_OF_RANGE.exception();
        }
        if (lower.startsWith("invalid input error")) {
            return Raised.INVALID_FUNCTION_ARGUMENT.exception();
        }
        return QueryException.EngineFailed.internal("The engine failed; the log names the execution");
    }
}

package io.atalaya.ingestion.pipeline;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Something that must hold for the rows of a table.
 *
 * @param name unique in its stage
 * @param threshold how many rows may break it
 * @param trend how far it may be from what it was before
 */
public record Rule(String name, OnFailure onFailure, Limit threshold, Condition condition, Optional<Trend> trend) {
    /**
     * How far what is measured may be from the mean of the last runs in which the rule was kept.
     *
     * @param percent of the mean
     * @param runs of which the mean is, at most
     * @param atLeast with fewer runs to look back at, anything passes
     */
    public record Trend(BigDecimal percent, int runs, int atLeast) {
        public Trend {
            if (runs < 1 || runs > 1000 || atLeast < 1 || atLeast > runs) {
                throw new IllegalArgumentException(
                        "'runs' is a number from 1 to 1000, and 'atLeast' one from 1 to that");
            }
        }
    }

    /** What becomes of rows that break a rule. */
    public enum OnFailure {
        /** They stay; if they are more than the threshold, the stage fails. */
        FAIL,
        /** They stay; if they are more than the threshold, the run's log says so. */
        WARN,
        /** They are moved to quarantine; if they are more than the threshold, the stage fails and none is moved. */
        QUARANTINE
    }

    /** What is asked of the rows. */
    public sealed interface Condition {
        /** No value of these columns is missing. */
        record NotNull(List<String> columns) implements Condition {
            public NotNull {
                columns = List.copyOf(columns);
            }
        }

        /** No two rows have the same values in these columns; rows where one is missing are not compared. */
        record Unique(List<String> columns) implements Condition {
            public Unique {
                columns = List.copyOf(columns);
            }
        }

        /** Every value of the column that is there is one of these. */
        record Accepted(String column, List<String> values) implements Condition {
            public Accepted {
                values = List.copyOf(values);
            }
        }

        /** Every value that is there lies between the two, themselves included; each a literal of SQL. */
        record Range(String column, String from, String to) implements Condition {}

        /** The SQL predicate holds, or is unknown, in every row. */
        record Holds(String predicate) implements Condition {}

        /** The SELECT gives one number, the count of offending rows. */
        record Count(String sql) implements Condition {}

        /** The table has so many rows, both included. */
        record RowCount(OptionalLong from, OptionalLong to) implements Condition {}

        /** The newest value of the column, a date or a timestamp in UTC, is no older. */
        record Freshness(String column, Duration within) implements Condition {}
    }
}

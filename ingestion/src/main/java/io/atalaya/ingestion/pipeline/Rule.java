package io.atalaya.ingestion.pipeline;

import java.util.List;

/**
 * Something that must hold for the rows of a table.
 *
 * @param name unique in its stage
 * @param threshold how many rows may break it
 */
public record Rule(String name, OnFailure onFailure, Limit threshold, Condition condition) {
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
    }
}

package io.atalaya.ingestion.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A table of a relational database.
 *
 * @param connection name of the database among the server's settings
 * @param table as the database spells it, with its schema where that is not the standard one: {@code sales.orders}
 * @param columns as the database spells them; empty: all
 * @param renamed names in the target by names in the database; others are the same in lower case
 * @param reading which rows
 * @param split how to read with several connections at once; empty: with one
 * @param maxRejects how many rows may have values that the target cannot hold
 * @param partitioning for a target that does not exist yet
 */
public record DatabaseTable(
        String connection,
        String table,
        List<String> columns,
        Map<String, String> renamed,
        Reading reading,
        Optional<Split> split,
        TableIdentifier target,
        TableIdentifier quarantine,
        Limit maxRejects,
        List<String> partitioning)
        implements Source {
    public DatabaseTable {
        columns = List.copyOf(columns);
        renamed = Map.copyOf(renamed);
        partitioning = List.copyOf(partitioning);
    }

    /** Which rows are read, and what they do to those of the target. */
    public sealed interface Reading {
        /** All; they replace those of the target. */
        record Whole() implements Reading {}

        /**
         * Those with a greater value in a column than any row read before; they are added.
         *
         * @param by a column whose values only grow, and never change
         */
        record Added(String by) implements Reading {}

        /**
         * Those with a value in a column that is not less than any read before; each replaces the row with its key.
         *
         * @param by a column that every change of a row sets anew, such as the time of the change
         * @param overlap how far behind the greatest value read before to begin, because changes may be committed in
         *     another order than that of their values; zero for columns that hold no time
         * @param key columns of the database; never empty
         */
        record Changed(String by, Duration overlap, List<String> key) implements Reading {
            public Changed {
                key = List.copyOf(key);
            }
        }
    }

    /**
     * Ranges of a column that are read at once.
     *
     * @param by a column of whole numbers
     * @param parts at least 2
     */
    public record Split(String by, int parts) {}
}

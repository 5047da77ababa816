package io.atalaya.lakehouse.write;

import java.util.List;

/**
 * Rows as a DuckDB query. Its columns are matched to the table's by name, whatever their case, and cast to their types;
 * a column the query lacks is null, one the table lacks is an error.
 *
 * @param setup statements to run first on the same connection, once in a batch
 * @param select a SELECT
 */
public record RowSource(List<String> setup, String select) {
    public RowSource {
        setup = List.copyOf(setup);
    }

    /** The rows of a query that needs no preparation. */
    public static RowSource of(String select) {
        return new RowSource(List.of(), select);
    }
}

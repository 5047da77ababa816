package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.feed.RowFeed;
import java.util.List;
import java.util.Map;

/**
 * Rows as a DuckDB query. Its columns are matched to the table's by name, whatever their case, and cast to their types;
 * a column the query lacks is null, one the table lacks is an error.
 *
 * @param setup statements to run first on the same connection, once in a batch
 * @param select a SELECT
 * @param feeds tables of the SELECT that are made while it is read, by name; it reads each of them once
 */
public record RowSource(List<String> setup, String select, Map<String, RowFeed> feeds) {
    public RowSource {
        setup = List.copyOf(setup);
        feeds = Map.copyOf(feeds);
    }

    /** The rows of a query that needs these statements first. */
    public RowSource(List<String> setup, String select) {
        this(setup, select, Map.of());
    }

    /** Rows out of a feed, which the query knows by that name. */
    public static RowSource of(String select, String name, RowFeed feed) {
        return new RowSource(List.of(), select, Map.of(name, feed));
    }

    /** The rows of a query that needs no preparation. */
    public static RowSource of(String select) {
        return new RowSource(List.of(), select);
    }
}

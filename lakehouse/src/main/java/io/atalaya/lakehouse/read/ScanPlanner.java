package io.atalaya.lakehouse.read;

import io.atalaya.lakehouse.duckdb.WriterInstance;
import org.apache.iceberg.Table;

/** From a table and what is wanted of it to the query that reads it. */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class ScanPlanner {
    public ScanPlanner(DeletedRows deletedRows, WriterInstance engine) {}

    /** The query for a part of {@code table}. */
    public ScanRelation plan(Table table, ScanRequest request) {
        throw new UnsupportedOperationException();
    }
}

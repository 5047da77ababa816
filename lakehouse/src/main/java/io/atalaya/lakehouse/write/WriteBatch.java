package io.atalaya.lakehouse.write;

import java.util.List;
import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expression;
import org.duckdb.DuckDBConnection;

/** Writes to several tables, committed all at once or not at all. One thread uses it, once. */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class WriteBatch implements AutoCloseable {
    /** The connection the rows are read with, for temporary tables that several of them share. */
    public DuckDBConnection connection() {
        throw new UnsupportedOperationException();
    }

    /** Adds rows when the batch commits; their files are written now. */
    public void append(TableIdentifier table, RowSource rows, CommitProperties properties) {
        throw new UnsupportedOperationException();
    }

    /** Replaces the rows that match {@code where} when the batch commits. */
    public void overwrite(TableIdentifier table, Expression where, RowSource rows, CommitProperties properties) {
        throw new UnsupportedOperationException();
    }

    /** Merges rows by key when the batch commits. */
    public void merge(
            TableIdentifier table,
            List<String> keyColumns,
            Optional<String> orderColumn,
            RowSource rows,
            CommitProperties properties) {
        throw new UnsupportedOperationException();
    }

    /** Commits, and returns a result for each write in the order they were added. */
    public List<WriteResult> commit() {
        throw new UnsupportedOperationException();
    }

    /** Gives the connection back, and removes the files if nothing was committed. */
    @Override
    public void close() {}
}

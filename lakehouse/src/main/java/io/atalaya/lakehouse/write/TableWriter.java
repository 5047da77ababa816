package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.duckdb.WriterInstance;
import io.atalaya.lakehouse.read.ScanPlanner;
import io.atalaya.lakehouse.storage.Warehouse;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expression;

/** Rows into tables, each write one snapshot. */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class TableWriter {
    public TableWriter(LakeCatalog catalog, Warehouse warehouse, WriterInstance engine, ScanPlanner scans) {}

    /** Adds rows. */
    public WriteResult append(TableIdentifier table, RowSource rows, CommitProperties properties) {
        throw new UnsupportedOperationException();
    }

    /** Replaces all rows. */
    public WriteResult overwrite(TableIdentifier table, RowSource rows, CommitProperties properties) {
        throw new UnsupportedOperationException();
    }

    /** Replaces the rows that match {@code where}. */
    public WriteResult overwrite(TableIdentifier table, Expression where, RowSource rows, CommitProperties properties) {
        throw new UnsupportedOperationException();
    }

    /** Adds rows, each replacing the row of the same key unless that is newer. */
    public WriteResult merge(
            TableIdentifier table,
            List<String> keyColumns,
            Optional<String> orderColumn,
            RowSource rows,
            CommitProperties properties) {
        throw new UnsupportedOperationException();
    }

    /** A write to several tables that is committed at once. */
    public WriteBatch begin() {
        throw new UnsupportedOperationException();
    }
}

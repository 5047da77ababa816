package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.duckdb.WriterInstance;
import io.atalaya.lakehouse.read.ScanPlanner;
import io.atalaya.lakehouse.storage.Warehouse;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expression;

/**
 * Rows into tables, each write one snapshot. A write either commits whole or leaves the table as it was. Writers of one
 * process queue for a table; against other processes a write is checked when it commits, and computed again if what it
 * was computed from has changed.
 */
public final class TableWriter {
    private final LakeCatalog catalog;
    private final WriterInstance engine;
    private final ScanPlanner scans;
    private final FileCopy copy;
    private final TableQueues queues = new TableQueues();

    /** Writes with {@code engine} below {@code warehouse}. */
    public TableWriter(LakeCatalog catalog, Warehouse warehouse, WriterInstance engine, ScanPlanner scans) {
        this.catalog = catalog;
        this.engine = engine;
        this.scans = scans;
        this.copy = new FileCopy(warehouse);
        engine.register(BucketHash::register);
    }

    /** Adds rows. */
    public WriteResult append(TableIdentifier table, RowSource rows, CommitProperties properties) {
        return alone(batch -> batch.append(table, rows, properties));
    }

    /** Replaces all rows. */
    public WriteResult overwrite(TableIdentifier table, RowSource rows, CommitProperties properties) {
        return alone(batch -> batch.overwrite(table, rows, properties));
    }

    /** Replaces the rows that match {@code where}; the new rows need not match it. */
    public WriteResult overwrite(TableIdentifier table, Expression where, RowSource rows, CommitProperties properties) {
        return alone(batch -> batch.overwrite(table, where, rows, properties));
    }

    /**
     * Adds rows, each replacing the row of the same key. Of several rows with one key, the one with the greatest order
     * wins, null being the least; at equal order, and without an order, the later one.
     *
     * @param keyColumns no row may have null in one
     */
    public WriteResult merge(
            TableIdentifier table,
            List<String> keyColumns,
            Optional<String> orderColumn,
            RowSource rows,
            CommitProperties properties) {
        return alone(batch -> batch.merge(table, keyColumns, orderColumn, rows, properties));
    }

    /**
     * The small files of a table, and those with deletes or of an older partitioning, in portions to {@linkplain
     * WriteBatch#compact compact} one after the other. Each is a commit that can be made whatever became of the others.
     *
     * @param where of which files; a condition on partition columns
     * @param atLeast how many small files of a partition are worth being written anew
     * @param bytes how much one portion has
     */
    public List<Portion> portions(TableIdentifier table, Expression where, int atLeast, long bytes) {
        Table loaded = catalog.loadTable(table);
        return new Portions(loaded, atLeast, bytes).of(scans.files(loaded, where));
    }

    /** A write to several tables that is committed at once. */
    public WriteBatch begin() {
        return new WriteBatch(catalog, engine.connect(), scans, copy, queues);
    }

    /** The same, of rows that a function computes with all processors: the engine itself takes one thread. */
    public WriteBatch beginSingle() {
        return new WriteBatch(catalog, engine.connectSingle(), scans, copy, queues);
    }

    /**
     * Begins to make a table.
     *
     * @throws org.apache.iceberg.exceptions.AlreadyExistsException if there is one of that name
     */
    public TableCreation create(NewTable table) {
        return new TableCreation(catalog, engine.connect(), copy, table);
    }

    /** Rows into files that are no table's. */
    public Export export() {
        return new Export(engine.connect());
    }

    private WriteResult alone(Consumer<WriteBatch> write) {
        try (WriteBatch batch = begin()) {
            write.accept(batch);
            return batch.commit().getFirst();
        }
    }
}

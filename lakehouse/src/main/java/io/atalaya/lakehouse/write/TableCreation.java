package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.duckdb.DuckDBConnection;

/**
 * A table that is being made with its first rows: nobody sees it before both are there. One thread uses it, once; what is
 * not committed when it closes is removed.
 */
public final class TableCreation implements AutoCloseable {
    private final Session session;
    private final FileCopy copy;
    private final Transaction transaction;
    private final List<DataFile> files = new ArrayList<>();
    private boolean filesAreOurs = true;

    TableCreation(LakeCatalog catalog, DuckDBConnection connection, FileCopy copy, NewTable table) {
        this.session = new Session(connection);
        this.copy = copy;
        var builder = catalog.buildTable(table.name(), table.schema())
                .withPartitionSpec(table.partitioning())
                .withProperties(table.properties());
        table.location().ifPresent(builder::withLocation);
        this.transaction = table.replaces() ? builder.replaceTransaction() : builder.createTransaction();
    }

    /** The table as it will be; its identity and field ids are final. */
    public Table table() {
        return transaction.table();
    }

    /** Writes rows for it. */
    public void write(RowSource rows) {
        files.addAll(copy.copy(session, table(), RowShape.fit(session, table(), rows, Map.of())));
    }

    /**
     * Makes the table, with a snapshot if there are rows.
     *
     * @throws AlreadyExistsException if the name was taken meanwhile
     */
    public WriteResult commit(CommitProperties properties) {
        if (!files.isEmpty()) {
            AppendFiles append = transaction.newAppend();
            files.forEach(append::appendFile);
            properties.entries().forEach(append::set);
            CommitThreads.choose(append, table());
            append.commit();
        }
        Snapshot snapshot = table().currentSnapshot();
        filesAreOurs = false;
        try {
            transaction.commitTransaction();
        } catch (AlreadyExistsException | CommitFailedException e) {
            filesAreOurs = true;
            throw e;
        } catch (UncheckedIOException e) {
            throw new LakehouseException.Failed(
                    e, "the metadata of a table cannot be written: %s", String.valueOf(e.getMessage()));
        }
        return new WriteResult(
                snapshot == null ? 0 : snapshot.snapshotId(),
                files.stream().mapToLong(DataFile::recordCount).sum(),
                files.size(),
                files.stream().mapToLong(DataFile::fileSizeInBytes).sum());
    }

    /** Stops what the engine is doing for it, from another thread. */
    public void cancel() {
        session.cancel();
    }

    @Override
    public void close() {
        if (filesAreOurs) {
            copy.delete(files);
        }
        session.close();
    }
}

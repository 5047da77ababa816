package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.RecordedCommit;
import io.atalaya.lakehouse.feed.ArrowFeed;
import io.atalaya.lakehouse.read.ScanPlanner;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.iceberg.BaseTransaction;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.TableCommit;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Writes to several tables, one for each, committed all at once or not at all. One thread uses it, once; what is not
 * committed when it closes is removed.
 */
public final class WriteBatch implements AutoCloseable {
    private static final int ATTEMPTS = 40;
    private static final WriteResult NOTHING = new WriteResult(0, 0, 0, 0);

    private final LakeCatalog catalog;
    private final Session session;
    private final ScanPlanner scans;
    private final FileCopy copy;
    private final TableQueues queues;
    private final Set<String> prepared = new HashSet<>();
    private final List<Write> writes = new ArrayList<>();
    private final List<ArrowFeed> feeds = new ArrayList<>();
    private final List<StagedRows> staged = new ArrayList<>();
    private Consumer<List<Table>> condition = _ -> {};
    private boolean filesAreOurs = true;

    WriteBatch(LakeCatalog catalog, DuckDBConnection connection, ScanPlanner scans, FileCopy copy, TableQueues queues) {
        this.catalog = catalog;
        this.session = new Session(connection);
        this.scans = scans;
        this.copy = copy;
        this.queues = queues;
    }

    private record Write(TableIdentifier table, PendingWrite pending) {}

    /** The connection the rows are read with, for temporary tables that several of them share. */
    public DuckDBConnection connection() {
        return session.connection();
    }

    /** Runs a statement on that connection now, such as one that makes a temporary table out of rows for {@code table}. */
    public void prepare(TableIdentifier table, String sql) {
        try (var statement = session.statement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw RowShape.failure(catalog.loadTable(table), e);
        }
    }

    /** Adds rows when the batch commits; their files are written now. */
    public void append(TableIdentifier table, RowSource rows, CommitProperties properties) {
        append(table, rows, properties, Map::of);
    }

    /**
     * The same.
     *
     * @param found more entries for the snapshot's summary, asked for once all rows have been read
     */
    public void append(
            TableIdentifier table, RowSource rows, CommitProperties properties, Supplier<Map<String, String>> found) {
        Table loaded = load(table);
        if (isDone(loaded, properties)) {
            add(table, new Append(loaded, properties, List.of()));
        } else {
            List<DataFile> files = copied(loaded, rows);
            add(table, new Append(loaded, properties.with(found.get()), files));
        }
    }

    /**
     * Writes the files of rows for a table that is yet to be made, so that it need not be made for rows that turn out to be bad.
     *
     * @param table as its {@link TableCreation} will make it
     */
    public StagedRows stage(Table table, RowSource rows) {
        StagedRows written = new StagedRows(table.uuid(), fed(rows, () -> {
            Map<String, String> constant = rows.constantsOf(table);
            return copy.stage(session, table, shaped(table, rows, constant), constant);
        }));
        staged.add(written);
        return written;
    }

    /** Adds those rows, to the table that was made meanwhile, when the batch commits. */
    public void append(TableIdentifier table, StagedRows rows, CommitProperties properties) {
        Table loaded = load(table);
        if (!loaded.uuid().equals(rows.table())) {
            throw new LakehouseException.RowsDoNotFit("table %s is not the one the rows were written for", table);
        }
        add(table, new Append(loaded, properties, copy.publish(loaded, rows.files())));
    }

    /** Replaces all rows when the batch commits. */
    public void overwrite(TableIdentifier table, RowSource rows, CommitProperties properties) {
        overwrite(table, Expressions.alwaysTrue(), rows, properties);
    }

    /** Replaces the rows that match {@code where} when the batch commits. */
    public void overwrite(TableIdentifier table, Expression where, RowSource rows, CommitProperties properties) {
        overwrite(table, where, rows, properties, Map::of);
    }

    /** The same of all rows, with entries for the summary that are asked for once all rows have been read. */
    public void overwrite(
            TableIdentifier table, RowSource rows, CommitProperties properties, Supplier<Map<String, String>> found) {
        overwrite(table, Expressions.alwaysTrue(), rows, properties, found);
    }

    private void overwrite(
            TableIdentifier table,
            Expression where,
            RowSource rows,
            CommitProperties properties,
            Supplier<Map<String, String>> found) {
        Table loaded = load(table);
        boolean done = isDone(loaded, properties);
        List<DataFile> files = done ? List.of() : copied(loaded, rows);
        CommitProperties all = done ? properties : properties.with(found.get());
        add(table, new Overwrite(loaded, all, where, files, session, scans, copy));
    }

    /** Merges rows by key when the batch commits; see {@link TableWriter#merge}. */
    public void merge(
            TableIdentifier table,
            List<String> keyColumns,
            Optional<String> orderColumn,
            RowSource rows,
            CommitProperties properties) {
        merge(table, keyColumns, orderColumn, Optional.empty(), Optional.empty(), rows, properties);
    }

    /**
     * Does to a table, when the batch commits, what was done to another: of the rows with one key the last takes the place
     * of the table's.
     *
     * @param goneColumn a column of the rows and none of the table, in lower case: true for a key that has no row any more
     */
    public void follow(
            TableIdentifier table,
            List<String> keyColumns,
            String goneColumn,
            RowSource rows,
            CommitProperties properties) {
        merge(table, keyColumns, Optional.empty(), Optional.of(goneColumn), Optional.empty(), rows, properties);
    }

    /**
     * The same of rows that leave some columns as they are in the table.
     *
     * @throws LakehouseException.RowsDoNotFit from {@link #commit}, if the table has no row that such a column is left in
     */
    public void follow(
            TableIdentifier table,
            List<String> keyColumns,
            String goneColumn,
            KeptColumns kept,
            RowSource rows,
            CommitProperties properties) {
        merge(table, keyColumns, Optional.empty(), Optional.of(goneColumn), Optional.of(kept), rows, properties);
    }

    private void merge(
            TableIdentifier table,
            List<String> keyColumns,
            Optional<String> orderColumn,
            Optional<String> gone,
            Optional<KeptColumns> kept,
            RowSource rows,
            CommitProperties properties) {
        Table loaded = load(table);
        if (isDone(loaded, properties)) {
            add(table, new Append(loaded, properties, List.of()));
            return;
        }
        List<Types.NestedField> keys =
                keyColumns.stream().map(key -> column(loaded, key)).toList();
        if (keys.isEmpty()) {
            throw new LakehouseException.RowsDoNotFit("a merge into table %s needs a key column", table);
        }
        Optional<Types.NestedField> order = orderColumn.map(name -> column(loaded, name));
        List<String> apart = new ArrayList<>(gone.stream().toList());
        kept.ifPresent(columns -> apart.addAll(columns.all()));
        PendingWrite merge = fed(
                rows,
                () -> new Merge(
                        loaded,
                        properties,
                        keys,
                        order,
                        gone,
                        kept,
                        shaped(loaded, rows, Map.of(), apart),
                        session,
                        scans,
                        copy));
        add(table, merge);
    }

    /** Changes rows when the batch commits; the changes are computed then, from the table as it is. */
    public void edit(TableIdentifier table, RowChanges changes, CommitProperties properties) {
        add(table, new Edit(load(table), properties, changes, session, scans, copy));
    }

    /**
     * Writes the files of a portion, as far as they are still there, anew as fewer ones; the rows stay the same. The new
     * ones are written now, and replace the old ones when the batch commits.
     */
    public Rewritten compact(TableIdentifier table, Portion portion, CommitProperties properties) {
        Compaction compaction = new Compaction(load(table), portion, properties, session, scans, copy);
        Rewritten rewritten = compaction.prepare();
        add(table, compaction);
        return rewritten;
    }

    /** Writes small manifests anew as few large ones when the batch commits, and says how many there are now. */
    public long rewriteManifests(TableIdentifier table, CommitProperties properties) {
        ManifestRewrite rewrite = new ManifestRewrite(load(table), properties);
        add(table, rewrite);
        return rewrite.small().size();
    }

    /**
     * Removes exactly these rows when the batch commits, each known by all its values; that fails if the table has not as
     * many of them any more.
     */
    public void remove(TableIdentifier table, RowSource rows, CommitProperties properties) {
        Table loaded = load(table);
        add(
                table,
                isDone(loaded, properties)
                        ? new Append(loaded, properties, List.of())
                        : new Removal(loaded, properties, shaped(loaded, rows, Map.of()), session, scans, copy));
    }

    /**
     * Looks at the tables it writes to, in the order in which the writes were added, as they are when it commits: if that throws,
     * nothing is committed. Of tables that change behind that look the commit is refused and tried again, with another look.
     */
    public void commitOnlyIf(Consumer<List<Table>> look) {
        condition = look;
    }

    /**
     * Commits, and returns a result for each write in the order they were added. Writes with the same identity are one:
     * if it was committed before, by whomever, none of them is written again; a table it did not write to then gets a
     * result without a snapshot.
     *
     * @throws LakehouseException.Contended if other processes were always faster
     */
    public List<WriteResult> commit() {
        List<java.util.UUID> tables =
                writes.stream().map(write -> write.pending().table().uuid()).toList();
        return queues.inTurn(tables, this::commitInTurn);
    }

    /**
     * Stops what the engine is doing for this batch, from another thread: the call that waits for it fails, and so does
     * every later one but {@link #close}. A commit that has begun goes on.
     */
    public void cancel() {
        session.cancel();
    }

    private List<WriteResult> commitInTurn() {
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt();
            } catch (ValidationException e) {
                writes.forEach(write -> copy.delete(write.pending().forget()));
                pause(attempt, e);
            } catch (CommitFailedException e) {
                pause(attempt, e);
            } catch (UncheckedIOException e) {
                throw new LakehouseException.Failed(
                        e, "the metadata of a table cannot be written: %s", String.valueOf(e.getMessage()));
            }
        }
    }

    private List<WriteResult> attempt() {
        List<WriteResult> results = new ArrayList<>();
        List<TableCommit> commits = new ArrayList<>();
        // First refreshed, then asked: what is committed by others after that makes the commit fail.
        writes.forEach(write -> write.pending().table().refresh());
        List<Optional<WriteResult>> earlier = writes.stream()
                .map(write -> before(write.pending().table(), write.pending().properties()))
                .toList();
        if (writes.stream().noneMatch(write -> isPartOf(earlier, write.pending().properties()))) {
            condition.accept(
                    writes.stream().map(write -> write.pending().table()).toList());
        }
        for (int i = 0; i < writes.size(); i++) {
            Write write = writes.get(i);
            PendingWrite pending = write.pending();
            if (isPartOf(earlier, pending.properties())) {
                results.add(earlier.get(i).orElse(NOTHING));
                continue;
            }
            Transaction transaction = pending.table().newTransaction();
            pending.stage(transaction);
            if (transaction instanceof BaseTransaction staged) {
                commits.add(TableCommit.create(write.table(), staged.startMetadata(), staged.currentMetadata()));
            }
            results.add(result(pending, transaction.table().currentSnapshot()));
        }
        if (!commits.isEmpty()) {
            commit(commits);
        }
        return results;
    }

    /** Whether the writes with this identity were committed before: then all of them were, this one or none to its table. */
    private boolean isPartOf(List<Optional<WriteResult>> earlier, CommitProperties properties) {
        for (int i = 0; i < writes.size(); i++) {
            CommitProperties other = writes.get(i).pending().properties();
            if (earlier.get(i).isPresent() && other.commitId().equals(properties.commitId())) {
                return true;
            }
        }
        return false;
    }

    /** After an error that is no refusal nobody knows whether the commit was made: then the files must stay. */
    private void commit(List<TableCommit> commits) {
        filesAreOurs = false;
        try {
            catalog.commitTransaction(commits);
        } catch (CommitFailedException | ValidationException e) {
            filesAreOurs = true;
            throw e;
        }
    }

    private static WriteResult result(PendingWrite pending, @Nullable Snapshot snapshot) {
        List<DataFile> files = pending.files();
        return new WriteResult(
                snapshot == null ? 0 : snapshot.snapshotId(),
                pending.rows(),
                files.size(),
                files.stream().mapToLong(DataFile::fileSizeInBytes).sum());
    }

    private static void pause(int attempt, RuntimeException because) {
        if (attempt == ATTEMPTS) {
            throw new LakehouseException.Contended(
                    because, "gave up after %s attempts: %s", ATTEMPTS, String.valueOf(because.getMessage()));
        }
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(10, 20 + 20L * Math.min(attempt, 20)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LakehouseException.Failed(e, "the write was interrupted; nothing was committed");
        }
    }

    private void add(TableIdentifier table, PendingWrite pending) {
        writes.add(new Write(table, pending));
    }

    private Table load(TableIdentifier table) {
        if (writes.stream().anyMatch(write -> write.table().equals(table))) {
            throw new IllegalArgumentException("a batch writes to table " + table + " once");
        }
        return catalog.loadTable(table);
    }

    private boolean isDone(Table table, CommitProperties properties) {
        return before(table, properties).isPresent();
    }

    /** The result of the same write, if it was committed before. */
    private Optional<WriteResult> before(Table table, CommitProperties properties) {
        return properties
                .commitId()
                .flatMap(id -> catalog.commit(table.uuid(), id))
                .map(WriteBatch::result);
    }

    private static WriteResult result(RecordedCommit commit) {
        return new WriteResult(commit.snapshotId(), commit.rowCount(), commit.fileCount(), commit.sizeBytes());
    }

    private List<DataFile> copied(Table table, RowSource rows) {
        return fed(rows, () -> {
            Map<String, String> constant = rows.constantsOf(table);
            return copy.copy(session, table, shaped(table, rows, constant), constant);
        });
    }

    /** Reads the rows, of which some may come out of feeds; what a feed threw is thrown on. */
    private <T> T fed(RowSource rows, Supplier<T> reading) {
        List<ArrowFeed> opened = new ArrayList<>();
        rows.feeds().forEach((name, feed) -> opened.add(ArrowFeed.open(session.connection(), name, feed)));
        feeds.addAll(opened);
        try {
            return reading.get();
        } catch (LakehouseException e) {
            opened.forEach(ArrowFeed::rethrow);
            throw e;
        }
    }

    private String shaped(Table table, RowSource rows, Map<String, String> constant) {
        return shaped(table, rows, constant, List.of());
    }

    private String shaped(Table table, RowSource rows, Map<String, String> constant, List<String> apart) {
        for (String sql : rows.setup()) {
            if (prepared.add(sql)) {
                try (var statement = session.statement()) {
                    statement.execute(sql);
                } catch (SQLException e) {
                    throw RowShape.failure(table, e);
                }
            }
        }
        return RowShape.fit(session, table, rows, constant, apart);
    }

    private static Types.NestedField column(Table table, String name) {
        Types.NestedField field = table.schema().caseInsensitiveFindField(name);
        if (field == null || table.schema().asStruct().field(field.fieldId()) == null) {
            throw new LakehouseException.RowsDoNotFit("table %s has no column %s", table.name(), name);
        }
        return field;
    }

    /** Gives the connection back, and removes the files if nothing was committed. */
    @Override
    public void close() {
        if (filesAreOurs) {
            writes.forEach(write -> copy.delete(write.pending().files()));
        }
        staged.forEach(rows -> copy.discard(rows.files()));
        session.close();
        feeds.forEach(ArrowFeed::close);
    }
}

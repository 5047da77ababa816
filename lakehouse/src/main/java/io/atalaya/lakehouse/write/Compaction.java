package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.catalog.RowHistory;
import io.atalaya.lakehouse.read.PlannedFile;
import io.atalaya.lakehouse.read.ScanPlanner;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;

/** The rows of some files in fewer, deletes applied. */
final class Compaction implements PendingWrite {
    private final Table table;
    private final Portion portion;
    private final CommitProperties properties;
    private final Session session;
    private final ScanPlanner scans;
    private final FileCopy copy;
    private @Nullable Snapshot base;
    private List<PlannedFile> old = List.of();
    private @Nullable List<DataFile> compacted;

    Compaction(
            Table table,
            Portion portion,
            CommitProperties properties,
            Session session,
            ScanPlanner scans,
            FileCopy copy) {
        this.table = table;
        this.portion = portion;
        this.properties = properties;
        this.session = session;
        this.scans = scans;
        this.copy = copy;
    }

    @Override
    public Table table() {
        return table;
    }

    @Override
    public CommitProperties properties() {
        return properties;
    }

    /** Writes the files, so that only the commit has to wait for other writers; what they are to replace. */
    Rewritten prepare() {
        compacted = compute();
        return new Rewritten(
                old.size(),
                old.stream().mapToLong(file -> file.file().fileSizeInBytes()).sum(),
                compacted.size(),
                compacted.stream().mapToLong(DataFile::fileSizeInBytes).sum());
    }

    @Override
    public long rows() {
        return 0;
    }

    @Override
    public void stage(Transaction transaction) {
        if (compacted == null) {
            compacted = compute();
        }
        if (base == null || old.isEmpty()) {
            return;
        }
        RewriteFiles rewrite = transaction.newRewrite().validateFromSnapshot(base.snapshotId());
        for (PlannedFile file : old) {
            rewrite.deleteFile(file.file());
            file.deletes().stream()
                    .filter(delete -> delete.format() == FileFormat.PUFFIN)
                    .forEach(rewrite::deleteFile);
        }
        compacted.forEach(rewrite::addFile);
        properties.entries().forEach(rewrite::set);
        RowHistory.keepsRows(rewrite, table);
        rewrite.commit();
    }

    /** Of its files those that are still there, as they are now. */
    private List<DataFile> compute() {
        base = table.currentSnapshot();
        old = scans.files(table, Expressions.alwaysTrue()).stream()
                .filter(file -> portion.locations().contains(file.file().location()))
                .toList();
        if (!Portions.isWorthIt(table, old)) {
            old = List.of();
        }
        return old.isEmpty()
                ? List.of()
                : copy.copy(session, table, scans.of(table, old).sql());
    }

    @Override
    public List<DataFile> forget() {
        List<DataFile> files = files();
        compacted = null;
        return files;
    }

    @Override
    public List<DataFile> files() {
        return compacted == null ? List.of() : compacted;
    }
}

package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.read.PlannedFile;
import io.atalaya.lakehouse.read.ScanPlanner;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.expressions.Expression;
import org.jspecify.annotations.Nullable;

/** The same rows in fewer files, deletes applied. */
final class Compaction implements PendingWrite {
    /** A file that is at least this part of the target size stays. */
    private static final double LARGE_ENOUGH = 0.75;

    private final Table table;
    private final Expression where;
    private final Session session;
    private final ScanPlanner scans;
    private final FileCopy copy;
    private @Nullable Snapshot base;
    private List<PlannedFile> old = List.of();
    private @Nullable List<DataFile> compacted;

    Compaction(Table table, Expression where, Session session, ScanPlanner scans, FileCopy copy) {
        this.table = table;
        this.where = where;
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
        return CommitProperties.none();
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
        rewrite.commit();
    }

    private List<DataFile> compute() {
        base = table.currentSnapshot();
        long target = Long.parseLong(table.properties()
                .getOrDefault(
                        TableProperties.WRITE_TARGET_FILE_SIZE_BYTES,
                        Long.toString(TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT)));
        List<PlannedFile> small = scans.files(table, where).stream()
                .filter(file -> !file.deletes().isEmpty()
                        || file.file().fileSizeInBytes() < target * LARGE_ENOUGH
                        || file.file().specId() != table.spec().specId())
                .toList();
        boolean worthIt = small.size() > 1
                || small.stream()
                        .anyMatch(file -> !file.deletes().isEmpty()
                                || file.file().specId() != table.spec().specId());
        old = worthIt ? small : List.of();
        return worthIt ? copy.copy(session, table, scans.of(table, small).sql()) : List.of();
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

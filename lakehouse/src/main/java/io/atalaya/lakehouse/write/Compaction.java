package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.catalog.RowHistory;
import io.atalaya.lakehouse.read.PlannedFile;
import io.atalaya.lakehouse.read.ScanPlanner;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.util.StructLikeWrapper;
import org.jspecify.annotations.Nullable;

/** The same rows in fewer files, deletes applied. */
final class Compaction implements PendingWrite {
    /** A file that is at least this part of the target size stays. */
    private static final double LARGE_ENOUGH = 0.75;

    private final Table table;
    private final Expression where;
    private final int atLeast;
    private final CommitProperties properties;
    private final Session session;
    private final ScanPlanner scans;
    private final FileCopy copy;
    private @Nullable Snapshot base;
    private List<PlannedFile> old = List.of();
    private @Nullable List<DataFile> compacted;

    /** @param atLeast how many small files of a partition are worth being written anew */
    Compaction(
            Table table,
            Expression where,
            int atLeast,
            CommitProperties properties,
            Session session,
            ScanPlanner scans,
            FileCopy copy) {
        this.table = table;
        this.where = where;
        this.atLeast = atLeast;
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

    /** Writes the files, so that only the commit has to wait for other writers; how many they are to replace. */
    long prepare() {
        compacted = compute();
        return old.size();
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

    private List<DataFile> compute() {
        base = table.currentSnapshot();
        long target = Long.parseLong(table.properties()
                .getOrDefault(
                        TableProperties.WRITE_TARGET_FILE_SIZE_BYTES,
                        Long.toString(TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT)));
        old = scans.files(table, where).stream()
                .filter(file -> isChanged(file) || file.file().fileSizeInBytes() < target * LARGE_ENOUGH)
                .collect(Collectors.groupingBy(this::partition))
                .values()
                .stream()
                .filter(files -> files.size() >= atLeast || files.stream().anyMatch(this::isChanged))
                .flatMap(List::stream)
                .toList();
        return old.isEmpty()
                ? List.of()
                : copy.copy(session, table, scans.of(table, old).sql());
    }

    /** Whether it is not as the table would write it now. */
    private boolean isChanged(PlannedFile file) {
        return !file.deletes().isEmpty() || file.file().specId() != table.spec().specId();
    }

    /** Files of one partition can become one. */
    private Object partition(PlannedFile file) {
        PartitionSpec spec =
                Objects.requireNonNull(table.specs().get(file.file().specId()));
        return List.of(
                spec.specId(),
                StructLikeWrapper.forType(spec.partitionType()).set(file.file().partition()));
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

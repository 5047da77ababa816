package io.atalaya.lakehouse.write;

import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.jspecify.annotations.Nullable;

/** A write that puts files in the place of those in which rows change; computed again when others commit first. */
abstract class Rewriting implements PendingWrite {
    final Table table;
    private final CommitProperties properties;
    private @Nullable Replacement computed;

    Rewriting(Table table, CommitProperties properties) {
        this.table = table;
        this.properties = properties;
    }

    /** The files as of the table's current snapshot. */
    abstract Replacement compute();

    /** Whether it leaves the table as it is, so that there is nothing to commit; asked once it is computed. */
    boolean isVoid() {
        return false;
    }

    @Override
    public Table table() {
        return table;
    }

    @Override
    public CommitProperties properties() {
        return properties;
    }

    @Override
    public void stage(Transaction transaction) {
        if (computed == null) {
            computed = compute();
        }
        if (isVoid()) {
            return;
        }
        OverwriteFiles overwrite = transaction.newOverwrite();
        computed.stage(overwrite);
        Summary.write(overwrite, this);
        CommitThreads.choose(overwrite, table);
        overwrite.commit();
    }

    @Override
    public List<DataFile> forget() {
        List<DataFile> files = files();
        computed = null;
        return files;
    }

    @Override
    public List<DataFile> files() {
        return computed == null ? List.of() : computed.added();
    }
}

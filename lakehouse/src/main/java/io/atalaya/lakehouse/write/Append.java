package io.atalaya.lakehouse.write;

import java.util.List;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;

/** More rows; what others write meanwhile does not matter to it. */
record Append(Table table, CommitProperties properties, List<DataFile> files) implements PendingWrite {
    @Override
    public long rows() {
        return files.stream().mapToLong(DataFile::recordCount).sum();
    }

    @Override
    public void stage(Transaction transaction) {
        AppendFiles append = transaction.newAppend();
        files.forEach(append::appendFile);
        Summary.write(append, this);
        CommitThreads.choose(append, table);
        append.commit();
    }

    @Override
    public List<DataFile> forget() {
        return List.of();
    }
}

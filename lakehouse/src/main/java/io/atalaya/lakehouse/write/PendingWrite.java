package io.atalaya.lakehouse.write;

import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;

/** A write to one table that is not committed yet. */
interface PendingWrite {
    /** The table as it is now; refreshed before every attempt. */
    Table table();

    /** What goes into the snapshot's summary. */
    CommitProperties properties();

    /** Rows that come from the source, once staged. */
    long rows();

    /**
     * Adds the write to a transaction on {@link #table()}, computing first what depends on the table's rows unless that
     * was done before.
     *
     * @throws org.apache.iceberg.exceptions.ValidationException if the table has changed so that it must be computed
     *     again
     */
    void stage(Transaction transaction);

    /** Forgets what was computed from the table's rows, and returns the files that were written for it. */
    List<DataFile> forget();

    /** Every file written so far. */
    List<DataFile> files();
}

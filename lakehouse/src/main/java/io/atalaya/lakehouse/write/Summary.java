package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.catalog.RecordedCommit;
import org.apache.iceberg.SnapshotUpdate;

/** Writes a snapshot's summary. */
final class Summary {
    private Summary() {}

    static void write(SnapshotUpdate<?> update, PendingWrite write) {
        write.properties().entries().forEach(update::set);
        update.set(RecordedCommit.ROWS, Long.toString(write.rows()));
    }
}

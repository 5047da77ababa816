package io.atalaya.lakehouse.catalog;

import java.util.OptionalLong;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;

/**
 * Which snapshots of a table changed rows. One that only wrote the same rows anew says whose rows they are, so that this
 * is known when those before it have expired.
 */
public final class RowHistory {
    private static final String SAME_ROWS_AS = "atalaya.same-rows-as";

    private RowHistory() {}

    /** The newest snapshot that is more than the same rows in other files; it may have expired. Empty without any. */
    public static OptionalLong lastChange(Table table) {
        Snapshot snapshot = table.currentSnapshot();
        while (snapshot != null && DataOperations.REPLACE.equals(snapshot.operation())) {
            String same = snapshot.summary().get(SAME_ROWS_AS);
            if (same != null) {
                return OptionalLong.of(Long.parseLong(same));
            }
            Long parent = snapshot.parentId();
            if (parent == null || table.snapshot(parent) == null) {
                break;
            }
            snapshot = table.snapshot(parent);
        }
        return snapshot == null ? OptionalLong.empty() : OptionalLong.of(snapshot.snapshotId());
    }

    /** Has the update say that it leaves the rows of {@code table} as they are. */
    public static void keepsRows(SnapshotUpdate<?> update, Table table) {
        lastChange(table).ifPresent(snapshot -> update.set(SAME_ROWS_AS, Long.toString(snapshot)));
    }
}

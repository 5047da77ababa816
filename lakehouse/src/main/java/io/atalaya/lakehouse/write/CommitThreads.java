package io.atalaya.lakehouse.write;

import java.util.List;
import java.util.Map;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;

/**
 * Who looks at the manifests of a table for a commit. Iceberg gives each to a thread of its own and then looks every ten
 * milliseconds whether all have come to their end, once for every step of a commit; of a table with few files that takes
 * longer than the work.
 */
final class CommitThreads {
    private static final long FEW = 2_000;

    private CommitThreads() {}

    /** The thread that commits does it itself if the table has few files. */
    static void choose(SnapshotUpdate<?> update, Table table) {
        Snapshot snapshot = table.currentSnapshot();
        if (snapshot == null || isOfFewFiles(snapshot.summary())) {
            update.scanManifestsWith(new SameThread());
        }
    }

    static boolean isOfFewFiles(Map<String, String> summary) {
        return number(summary, SnapshotSummary.TOTAL_DATA_FILES_PROP)
                        + number(summary, SnapshotSummary.TOTAL_DELETE_FILES_PROP)
                <= FEW;
    }

    private static long number(Map<String, String> summary, String key) {
        String number = summary.getOrDefault(key, "0");
        return number.matches("[0-9]{1,18}") ? Long.parseLong(number) : Long.MAX_VALUE / 2;
    }

    /** Does what it is given at once. */
    private static final class SameThread extends AbstractExecutorService {
        @Override
        public void execute(Runnable work) {
            work.run();
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return false;
        }
    }
}

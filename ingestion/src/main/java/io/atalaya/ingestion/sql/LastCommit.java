package io.atalaya.ingestion.sql;

import io.atalaya.ingestion.run.StageWork;
import io.atalaya.lakehouse.catalog.RecordedCommit;
import io.atalaya.lakehouse.write.CommitProperties;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * What a stage wrote into a table last. An input may come back to what it was, by a rollback, and with it the identity of a
 * commit that was made then; whether that is what the table has now is told by the last commit of the stage that is part of it.
 */
final class LastCommit {
    private static final String AFTER = "/after/";
    private static final String OF = "atalaya.of";

    private LastCommit() {}

    /**
     * The identity of the next commit: that of the last one, if it made the same of the same.
     *
     * @param identity made of all that decides what is written
     * @param of what part of the table it is about, such as a day; empty: the whole
     */
    static String identity(Table table, StageWork work, String of, String identity) {
        for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
            var summary = snapshot.summary();
            String id = summary.get(RecordedCommit.COMMIT_ID);
            if (id != null
                    && work.pipeline().name().equals(summary.get("atalaya.pipeline"))
                    && work.stage().equals(summary.get("atalaya.stage"))
                    && of.equals(Optional.ofNullable(summary.get(OF)).orElse(""))) {
                return id.equals(identity) || id.startsWith(identity + AFTER)
                        ? id
                        : identity + AFTER + snapshot.snapshotId();
            }
        }
        return identity;
    }

    /** Has a commit say what part of the table it is about. */
    static CommitProperties in(CommitProperties properties, String of) {
        return of.isEmpty() ? properties : properties.with(OF, of);
    }
}

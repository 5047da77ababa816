package io.atalaya.lakehouse.catalog;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.TableMetadata;

/**
 * What a write with an identity of its own committed to one table.
 *
 * @param commitId the identity, from the snapshot summary's {@link #COMMIT_ID}
 * @param rowCount rows added
 * @param fileCount data files added
 * @param position how far the write has read its source, from the summary's {@link #POSITION}; empty if it does not say
 */
public record RecordedCommit(
        UUID tableUuid,
        String commitId,
        long snapshotId,
        long rowCount,
        long fileCount,
        long sizeBytes,
        Optional<String> position) {
    /** The snapshot summary's key for the identity of the write that made it. */
    public static final String COMMIT_ID = "atalaya.commit-id";

    /** The snapshot summary's key for how many rows the write was given, which rewritten rows are no part of. */
    public static final String ROWS = "atalaya.rows";

    /** The snapshot summary's key for how far the write has read its source. */
    public static final String POSITION = "atalaya.position";

    /** The commit that {@code metadata} brings to the table, if it has an identity. */
    static Optional<RecordedCommit> in(TableMetadata metadata) {
        Snapshot snapshot = metadata.currentSnapshot();
        if (snapshot == null || metadata.changes().stream().noneMatch(change -> adds(change, snapshot))) {
            return Optional.empty();
        }
        Map<String, String> summary = snapshot.summary();
        return Optional.ofNullable(summary.get(COMMIT_ID))
                .map(id -> new RecordedCommit(
                        UUID.fromString(metadata.uuid()),
                        id,
                        snapshot.snapshotId(),
                        number(summary, summary.containsKey(ROWS) ? ROWS : SnapshotSummary.ADDED_RECORDS_PROP),
                        number(summary, SnapshotSummary.ADDED_FILES_PROP),
                        number(summary, SnapshotSummary.ADDED_FILE_SIZE_PROP),
                        Optional.ofNullable(summary.get(POSITION))));
    }

    private static boolean adds(org.apache.iceberg.MetadataUpdate change, Snapshot snapshot) {
        return change instanceof org.apache.iceberg.MetadataUpdate.AddSnapshot added
                && added.snapshot().snapshotId() == snapshot.snapshotId();
    }

    private static long number(Map<String, String> summary, String key) {
        return Long.parseLong(summary.getOrDefault(key, "0"));
    }
}

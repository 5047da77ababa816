package io.atalaya.catalog.audit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where an audit log is and how it is kept.
 *
 * @param folder holds records, checkpoints and the public key; a copy of it can be verified anywhere
 * @param signingKey file with the private key; made when the log is
 * @param segmentBytes a segment that has grown beyond this is followed by a new one
 * @param checkpointRecords a checkpoint is signed after at most so many records
 * @param checkpointEvery a record has its checkpoint after at most this time
 * @param batching whether records that wait together share a flush
 * @param people file with the keys of the people that records are about; without one their names are in the lines
 */
public record AuditLogConfig(
        Path folder,
        Path signingKey,
        long segmentBytes,
        int checkpointRecords,
        Duration checkpointEvery,
        boolean batching,
        Optional<Path> people) {
    private static final long SEGMENT_BYTES = 64L << 20;

    /** One with the names of people in its lines. */
    public AuditLogConfig(
            Path folder,
            Path signingKey,
            long segmentBytes,
            int checkpointRecords,
            Duration checkpointEvery,
            boolean batching) {
        this(folder, signingKey, segmentBytes, checkpointRecords, checkpointEvery, batching, Optional.empty());
    }

    /** The log of a data directory. */
    public static AuditLogConfig in(Path data) {
        return new AuditLogConfig(
                data.resolve("audit"),
                data.resolve("keys").resolve("audit.key"),
                SEGMENT_BYTES,
                1000,
                Duration.ofMillis(200),
                true,
                Optional.of(data.resolve("keys").resolve("audit-people")));
    }

    Path checkpoints() {
        return folder.resolve("checkpoints");
    }

    Path publicKey() {
        return folder.resolve(PUBLIC_KEY);
    }

    Path tree() {
        return folder.resolve(TREE);
    }

    Path offsets() {
        return folder.resolve("offsets");
    }

    static final String PUBLIC_KEY = "public-key";
    static final String CHECKPOINTS = "checkpoints";
    static final String TREE = "tree";
}

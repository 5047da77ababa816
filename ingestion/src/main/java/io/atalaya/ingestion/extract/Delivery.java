package io.atalaya.ingestion.extract;

import io.atalaya.policies.Sentence;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A file as it was delivered to an extract stage.
 *
 * @param version of the pipeline's text it was last looked at with
 * @param name of the file when it was first seen
 * @param sha256 of its bytes as delivered
 * @param content SHA-256 of its bytes unpacked; empty until it was unpacked
 * @param rowsIn rows found in it; always {@code rowsLanded + rowsQuarantined} once it has landed
 * @param snapshotId of the target, once it has landed
 * @param archive SHA-256 of the archive it came in; empty if it came by itself
 * @param dismissedBy who lets runs leave it alone as long as it is refused
 * @param message why it was refused, or which other delivery it repeats
 */
public record Delivery(
        String pipeline,
        String stage,
        String sha256,
        Optional<String> content,
        String version,
        String name,
        long bytes,
        State state,
        Optional<String> dialect,
        long rowsIn,
        long rowsLanded,
        long rowsQuarantined,
        OptionalLong snapshotId,
        Optional<Sentence> message,
        UUID run,
        Instant receivedAt,
        Optional<Instant> landedAt,
        Optional<String> archive,
        Optional<String> dismissedBy) {
    /** What became of it. */
    public enum State {
        /** Kept as delivered, not yet in the table. */
        RECEIVED,
        LANDED,
        /** Its content had landed already. */
        DUPLICATE,
        /** Nothing of it was taken. */
        REFUSED
    }
}

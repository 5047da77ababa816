package io.atalaya.ingestion.run;

import io.atalaya.policies.Sentence;
import java.time.Instant;
import java.util.Optional;

/**
 * A stage of a run.
 *
 * @param attempt how often it was begun
 * @param rowsIn rows delivered or looked at
 * @param rowsOut rows written
 * @param rowsRejected rows in quarantine, or that broke a rule
 * @param progress from 0 to 1; 1 only when it succeeded
 * @param said what it did, or why it failed
 * @param commitId of the write it has begun, so that it is done once even if the process dies
 */
public record StageRun(
        String name,
        String kind,
        State state,
        int attempt,
        long rowsIn,
        long rowsOut,
        long rowsRejected,
        double progress,
        Optional<Instant> startedAt,
        Optional<Instant> endedAt,
        Optional<Sentence> said,
        Optional<String> commitId) {
    /** The same in English. */
    public Optional<String> message() {
        return said.map(Sentence::toString);
    }

    /** Where a stage is. */
    public enum State {
        PENDING,
        RUNNING,
        SUCCEEDED,
        FAILED,
        /** A stage it needs failed. */
        SKIPPED,
        CANCELLED
    }
}

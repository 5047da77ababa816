package io.atalaya.ingestion.run;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A pipeline at work, once.
 *
 * @param version of the pipeline's text that it works by
 * @param trigger what started it: {@code api}, {@code cron} or {@code arrival}
 * @param requestedBy the user who started it; for cron and arrival the pipeline's principal
 * @param message why it ended as it did; empty while all is well
 * @param stages in the order of the pipeline
 */
public record Run(
        UUID id,
        String pipeline,
        String version,
        State state,
        String trigger,
        String requestedBy,
        boolean cancelRequested,
        Instant requestedAt,
        Optional<Instant> startedAt,
        Optional<Instant> endedAt,
        Optional<String> message,
        List<StageRun> stages) {
    public Run {
        stages = List.copyOf(stages);
    }

    /** Where a run is. At most one run of a pipeline is in a state that is not {@linkplain #ended() ended}. */
    public enum State {
        QUEUED,
        RUNNING,
        SUCCEEDED,
        FAILED,
        CANCELLED;

        /** Whether nothing more will happen unless the run is resumed. */
        public boolean ended() {
            return this == SUCCEEDED || this == FAILED || this == CANCELLED;
        }
    }

    /** The stage of that name, which exists. */
    public StageRun stage(String name) {
        return stages.stream()
                .filter(stage -> stage.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}

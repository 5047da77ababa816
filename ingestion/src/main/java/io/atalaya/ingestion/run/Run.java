package io.atalaya.ingestion.run;

import io.atalaya.policies.Sentence;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A pipeline at work, once.
 *
 * @param version of the pipeline's text that it works by
 * @param trigger what started it: {@code api}, {@code cron}, {@code arrival}, {@code snapshot} or {@code backfill}
 * @param requestedBy the user who started it; for cron and arrival the pipeline's principal
 * @param said why it ended as it did; empty while all is well
 * @param date the day it is of, which its SQL may ask for; that on which it was asked for, unless whoever asked said another
 * @param backfill the group of runs it is one of
 * @param stages in the order of the pipeline; a backfill has not all of them
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
        Optional<Sentence> said,
        LocalDate date,
        Optional<UUID> backfill,
        List<StageRun> stages) {
    public Run {
        stages = List.copyOf(stages);
    }

    /** The same in English. */
    public Optional<String> message() {
        return said.map(Sentence::toString);
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

    /** Whether the stage of that name is in that state; one that the run has not is as if it had succeeded. */
    boolean has(String name, StageRun.State state) {
        return stages.stream()
                .filter(stage -> stage.name().equals(name))
                .findFirst()
                .map(stage -> stage.state() == state)
                .orElse(state == StageRun.State.SUCCEEDED);
    }
}

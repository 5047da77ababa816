package io.atalaya.ingestion.run;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.UUID;

/**
 * Runs of a pipeline for each day of a range, queued together.
 *
 * @param requestedBy the user who asked for it
 * @param runs how many of them are in each state; states without one are left out
 */
public record Backfill(
        UUID id,
        String pipeline,
        LocalDate from,
        LocalDate to,
        String requestedBy,
        Instant requestedAt,
        Map<Run.State, Long> runs) {
    public Backfill {
        runs = Map.copyOf(runs);
    }
}

package io.atalaya.ingestion.run;

import java.time.Instant;
import java.util.Optional;

/**
 * One line of a run's log.
 *
 * @param sequence within the run, from 1 without gaps
 * @param stage empty for the run as a whole
 */
public record LogLine(long sequence, Instant at, Level level, Optional<String> stage, String message) {
    /** How much a line matters. */
    public enum Level {
        INFO,
        WARN,
        ERROR
    }
}

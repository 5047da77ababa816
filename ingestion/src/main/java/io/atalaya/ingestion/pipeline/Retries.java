package io.atalaya.ingestion.pipeline;

import java.time.Duration;
import java.util.Optional;

/**
 * How often a stage is tried again after a failure that may pass.
 *
 * @param attempts all tries together, at least 1
 * @param delay before the second try
 * @param factor each further delay is that many times the one before
 * @param max no delay is longer
 * @param timeout how long one try may take; empty: as long as it does
 */
public record Retries(int attempts, Duration delay, double factor, Duration max, Optional<Duration> timeout) {
    /** Three tries, one and two seconds apart. */
    public static final Retries DEFAULT =
            new Retries(3, Duration.ofSeconds(1), 2, Duration.ofMinutes(1), Optional.empty());

    public Retries {
        if (attempts < 1 || attempts > 100) {
            throw new IllegalArgumentException("attempts is a number from 1 to 100");
        }
        if (delay.isNegative() || max.isNegative()) {
            throw new IllegalArgumentException("a delay is not negative");
        }
        if (timeout.filter(limit -> !limit.isPositive()).isPresent()) {
            throw new IllegalArgumentException("a timeout is longer than nothing");
        }
        if (factor < 1) {
            throw new IllegalArgumentException("factor is at least 1");
        }
    }

    /** How long to wait after that many tries have failed. */
    public Duration delayAfter(int tries) {
        double millis = delay.toMillis() * Math.pow(factor, Math.max(0, tries - 1));
        return millis >= max.toMillis() ? max : Duration.ofMillis((long) millis);
    }
}

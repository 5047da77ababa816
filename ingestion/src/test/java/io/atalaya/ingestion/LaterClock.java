package io.atalaya.ingestion;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The time it is, and as much later as a test says. */
public final class LaterClock extends Clock {
    private volatile Duration later = Duration.ZERO;

    /** From now on it is that much later than it is. */
    public void later(Duration by) {
        later = by;
    }

    @Override
    public Instant instant() {
        return Instant.now().plus(later);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }
}

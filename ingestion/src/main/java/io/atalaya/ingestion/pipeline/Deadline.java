package io.atalaya.ingestion.pipeline;

import java.net.URI;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * The time of each day by which the run that was due must be over.
 *
 * @param webhook where it is posted that it was not; without, it is only logged and shown
 * @param secret name of the secret that signs it
 */
public record Deadline(LocalTime at, ZoneId zone, Optional<URI> webhook, Optional<String> secret) {
    /** The last one that has passed at that moment, or is then. */
    public Instant last(Instant now) {
        ZonedDateTime today = now.atZone(zone).with(at);
        return (today.toInstant().isAfter(now) ? today.minusDays(1).with(at) : today).toInstant();
    }

    /** The first one after that moment. */
    public Instant next(Instant now) {
        ZonedDateTime today = now.atZone(zone).with(at);
        return (today.toInstant().isAfter(now) ? today : today.plusDays(1).with(at)).toInstant();
    }
}

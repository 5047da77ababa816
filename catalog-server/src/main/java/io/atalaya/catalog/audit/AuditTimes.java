package io.atalaya.catalog.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * When records were made: how many in each of spans that follow each other.
 *
 * @param from where the first span begins; in UTC spans begin at round times
 * @param span how long each is
 * @param counts of each span, in order; the first and the last are more than 0, and there are none if nothing matches
 * @param whole whether all that match were counted, and not the newest {@value #MOST} only
 */
public record AuditTimes(Instant from, Duration span, List<Long> counts, boolean whole) {
    /** No more records are counted. */
    public static final int MOST = 250_000;

    /** No more spans are made. */
    static final int SPANS = 60;

    private static final List<Duration> LENGTHS = List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofHours(1),
            Duration.ofHours(3),
            Duration.ofHours(12),
            Duration.ofDays(1),
            Duration.ofDays(7),
            Duration.ofDays(30),
            Duration.ofDays(90));

    public AuditTimes {
        counts = List.copyOf(counts);
    }

    /** The shortest spans of which there are not too many between two times, in microseconds. */
    static long span(long first, long last) {
        return LENGTHS.stream()
                .mapToLong(length -> length.toNanos() / 1_000)
                .filter(micros -> Math.floorDiv(last, micros) - Math.floorDiv(first, micros) < SPANS)
                .findFirst()
                .orElse((last - first) / (SPANS - 1) + 1);
    }
}

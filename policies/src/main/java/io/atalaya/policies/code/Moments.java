package io.atalaya.policies.code;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Moments as files write them. */
final class Moments {
    private Moments() {}

    /** A date, meaning its start in UTC, or an instant; empty without a text. */
    static Optional<Instant> parse(Place place, @Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    text.indexOf('T') < 0
                            ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                            : Instant.parse(text));
        } catch (DateTimeException _) {
            throw place.problem(
                    "write a date like 2026-12-31 or an instant like 2026-12-31T18:00:00Z, not '" + text + "'");
        }
    }

    /** The moment as {@link #parse} reads it: a date if it is the start of one. */
    static String print(Instant instant) {
        LocalDate date = instant.atOffset(ZoneOffset.UTC).toLocalDate();
        return date.atStartOfDay(ZoneOffset.UTC).toInstant().equals(instant) ? date.toString() : instant.toString();
    }
}

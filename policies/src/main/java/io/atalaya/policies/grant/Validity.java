package io.atalaya.policies.grant;

import io.atalaya.policies.PolicyException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * When a grant holds, to the microsecond; looked at when a decision is taken, not swept.
 *
 * @param from the first instant, or empty for always
 * @param until the first instant it holds no more, or empty for ever
 */
public record Validity(Optional<Instant> from, Optional<Instant> until) {
    /** Always and for ever. */
    public static final Validity ALWAYS = new Validity(Optional.empty(), Optional.empty());

    public Validity {
        from = from.map(start -> start.truncatedTo(ChronoUnit.MICROS));
        until = until.map(end -> end.truncatedTo(ChronoUnit.MICROS));
        if (from.isPresent() && until.isPresent() && !from.get().isBefore(until.get())) {
            throw new PolicyException.Invalid("valid from {0} must be before until {1}", from.get(), until.get());
        }
    }

    /** Whether it holds at that instant. */
    public boolean includes(Instant instant) {
        return from.map(start -> !instant.isBefore(start)).orElse(true)
                && until.map(instant::isBefore).orElse(true);
    }

    /** The instants at which it begins and ends, as far as it does. */
    public List<Instant> edges() {
        return from.isEmpty() && until.isEmpty()
                ? List.of()
                : Stream.of(from, until).flatMap(Optional::stream).toList();
    }

    /** Whether it holds whenever {@code other} does. */
    public boolean covers(Validity other) {
        boolean starts = from.isEmpty()
                || other.from.map(start -> !start.isBefore(from.get())).orElse(false);
        boolean ends = until.isEmpty()
                || other.until.map(end -> !end.isAfter(until.get())).orElse(false);
        return starts && ends;
    }
}

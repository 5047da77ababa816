package io.atalaya.policies;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * That somebody in need gave themselves SELECT on a table for a few hours, to be looked at afterwards.
 *
 * @param reason why, in the user's words
 * @param review what was made of it; empty until somebody has looked
 */
public record BrokenGlass(
        String id,
        String user,
        UUID database,
        UUID table,
        String reason,
        Instant from,
        Instant until,
        Optional<Review> review) {
    /** How long it lasts at the most. */
    public static final Duration LONGEST = Duration.ofHours(4);

    /** How long a reason is at the least and at the most, in characters. */
    public static final int SHORTEST_REASON = 10;

    public static final int LONGEST_REASON = 2_000;

    /**
     * What somebody else made of it.
     *
     * @param verdict in the reviewer's words
     */
    public record Review(String by, Instant at, String verdict) {}

    static void check(String reason, Duration time) {
        if (reason.length() < SHORTEST_REASON || reason.length() > LONGEST_REASON) {
            throw new PolicyException.Invalid(
                    "the reason must be {0} to {1} characters long", SHORTEST_REASON, LONGEST_REASON);
        }
        if (!time.isPositive() || time.compareTo(LONGEST) > 0) {
            throw new PolicyException.Invalid(
                    "the glass is broken for at most {0} hours, not {1}", LONGEST.toHours(), time);
        }
    }
}

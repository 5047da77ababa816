package io.atalaya.policies;

import io.atalaya.policies.tag.TagExpression;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/**
 * Of which tables a principal may know, in a form that finds them without asking for each.
 *
 * @param everything whether it is all there are; then nothing else is told
 * @param tables these
 * @param databases all tables of these
 * @param tagged all tables that match one of these, themselves or by a column
 * @param from the first instant of the time in which this holds
 * @param until its end, as a grant begins or ends then
 */
public record Horizon(
        boolean everything,
        Set<UUID> tables,
        Set<UUID> databases,
        Set<TagExpression> tagged,
        Instant from,
        Instant until) {
    /** Of whoever may know of all tables; what they may do with them is the same between two instants. */
    public static Horizon ofEverything(Instant from, Instant until) {
        return new Horizon(true, Set.of(), Set.of(), Set.of(), from, until);
    }

    public Horizon {
        tables = Set.copyOf(tables);
        databases = Set.copyOf(databases);
        tagged = Set.copyOf(tagged);
    }

    /** Whether it is the same at that instant, under the same policies. */
    public boolean holdsAt(Instant instant) {
        return !instant.isBefore(from) && instant.isBefore(until);
    }
}

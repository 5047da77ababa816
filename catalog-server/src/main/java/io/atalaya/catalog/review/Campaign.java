package io.atalaya.catalog.review;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A review of all grants in a scope.
 *
 * @param version moves with every transition
 * @param reviewers who decides, as {@code user:name} or {@code profile:name}, in turn; the owners of the data if empty
 * @param due the first instant at which silence decides
 * @param reminded whether those who have not decided were told that the end is near
 * @param items how many grants it is about
 */
public record Campaign(
        UUID id,
        String name,
        State state,
        long version,
        ReviewScope scope,
        List<String> reviewers,
        Silence onSilence,
        String startedBy,
        Instant startedAt,
        Instant due,
        Optional<Instant> closedAt,
        boolean reminded,
        long items) {
    public Campaign {
        reviewers = List.copyOf(reviewers);
    }

    /** Where it stands. */
    public enum State {
        /** Decisions are taken. */
        OPEN,
        /** Everything is decided and reported. */
        CLOSED,
        /** Given up; what was not decided stays as it was. */
        CANCELLED
    }

    /** What becomes of a grant that nobody has decided on when time is up. */
    public enum Silence {
        /** It is taken away. */
        REVOKE,
        /** What was used of it stays. */
        NARROW,
        /** It stays. */
        KEEP
    }

    /** Whether decisions are taken at that moment. */
    public boolean takesDecisions(Instant now) {
        return state == State.OPEN && now.isBefore(due);
    }

    /** The same after a transition. */
    Campaign to(State next, Optional<Instant> closed, boolean nowReminded) {
        return new Campaign(
                id,
                name,
                next,
                version + 1,
                scope,
                reviewers,
                onSilence,
                startedBy,
                startedAt,
                due,
                closed,
                nowReminded,
                items);
    }
}

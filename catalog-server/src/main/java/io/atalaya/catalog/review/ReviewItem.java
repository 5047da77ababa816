package io.atalaya.catalog.review;

import io.atalaya.catalog.request.Evidence;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * One grant of a campaign.
 *
 * @param number from 1, in the order of grantees
 * @param version moves with every transition
 * @param subject what the grant is on, in words, with the names of when the campaign began
 * @param shared whether it serves others than the user whom the campaign is about
 * @param reviewer who decides, as {@code user:name} or {@code profile:name}
 * @param ruling what was decided
 */
public record ReviewItem(
        UUID campaign,
        long number,
        long version,
        HeldGrant held,
        String subject,
        boolean shared,
        String reviewer,
        State state,
        Optional<Ruling> ruling) {
    /** Where it stands. */
    public enum State {
        /** Nobody has decided. */
        OPEN,
        /** It is decided and not yet so in the policies. */
        APPLYING,
        /** It is decided, and so. */
        DECIDED,
        /** It was to be so by default, and the policies cannot have it. */
        FAILED
    }

    /** What becomes of the grant. */
    public enum Verdict {
        /** It stays: somebody answers for it. */
        CERTIFY,
        /** Less of it stays. */
        NARROW,
        /** It goes. */
        REVOKE,
        /** It stays, though nobody answers for it. */
        KEEP,
        /** It was gone, or another, before anybody decided. */
        GONE
    }

    /**
     * What was decided, and what came of it.
     *
     * @param by who; the service if nobody did
     * @param narrow what stays, of {@link Verdict#NARROW}
     * @param use what it was used for when it was decided
     * @param outcome what the policies say since
     * @param failure why it is not so
     */
    public record Ruling(
            Verdict verdict,
            String by,
            Instant at,
            String reason,
            Optional<Narrow> narrow,
            Optional<Use> use,
            Optional<Outcome> outcome,
            Optional<String> failure) {
        Ruling with(Outcome seen) {
            return new Ruling(verdict, by, at, reason, narrow, use, Optional.of(seen), failure);
        }

        Ruling failed(String why) {
            return new Ruling(verdict, by, at, reason, narrow, use, outcome, Optional.of(why));
        }
    }

    /**
     * Less of a grant.
     *
     * @param columns field ids by table; all that it gives if empty
     * @param until an earlier end
     */
    public record Narrow(Map<UUID, Set<Integer>> columns, Optional<Instant> until) {
        public Narrow {
            columns = Map.copyOf(columns);
        }
    }

    /**
     * What a grant was used for, in numbers.
     *
     * @param traced whether its use leaves a trace at all
     * @param granted columns it gives
     * @param used those of them that were read lately
     * @param people who read by it, ever
     * @param reads statements that did, ever
     */
    public record Use(boolean traced, Optional<Instant> last, long reads, long people, long granted, long used) {}

    /**
     * What the policies answered for the grantee afterwards.
     *
     * @param byGrant whether any of it is still by this grant
     */
    public record Outcome(Instant at, long epoch, boolean byGrant, List<Evidence.OfDataset> datasets) {
        public Outcome {
            datasets = List.copyOf(datasets);
        }
    }

    /** Whether there is something to decide on it. */
    public boolean isOpen() {
        return state == State.OPEN || state == State.FAILED;
    }

    /** The same after a transition. */
    ReviewItem to(State next, Optional<Ruling> newRuling) {
        return new ReviewItem(campaign, number, version + 1, held, subject, shared, reviewer, next, newRuling);
    }

    /** The same for somebody else to decide. */
    ReviewItem to(String newReviewer) {
        return new ReviewItem(campaign, number, version + 1, held, subject, shared, newReviewer, state, ruling);
    }
}

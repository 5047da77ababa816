package io.atalaya.catalog.request;

import java.time.Instant;
import java.util.Optional;

/**
 * One approval that a request needs.
 *
 * @param approver who may give it: {@code user:name} or {@code profile:name}
 * @param decidedBy who gave it
 * @param scopeHash the scope it was given for
 * @param due when administrators may give it too
 * @param escalated whether they may already
 */
public record RequestStep(
        Role role,
        String approver,
        State state,
        Optional<String> decidedBy,
        Optional<String> scopeHash,
        Instant due,
        boolean escalated) {
    /** Why it is needed. */
    public enum Role {
        /** Answers for the dataset. */
        OWNER,
        /** Answers for what is sensitive in it. */
        STEWARD,
        /** Answers for data nobody has cleaned yet, and for names that nobody answers for. */
        SECURITY
    }

    /** Where it stands. */
    public enum State {
        /** Its turn has not come. */
        WAITING,
        /** Its turn. */
        OPEN,
        /** Given. */
        APPROVED,
        /** Needed no more: the request was decided otherwise. */
        CLOSED
    }

    static RequestStep needed(Role role, String approver, Instant due, boolean escalated) {
        return new RequestStep(role, approver, State.WAITING, Optional.empty(), Optional.empty(), due, escalated);
    }

    RequestStep in(State newState) {
        return new RequestStep(role, approver, newState, decidedBy, scopeHash, due, escalated);
    }

    RequestStep open(Instant newDue) {
        return new RequestStep(role, approver, State.OPEN, Optional.empty(), Optional.empty(), newDue, escalated);
    }

    RequestStep again() {
        return new RequestStep(role, approver, State.WAITING, Optional.empty(), Optional.empty(), due, escalated);
    }

    RequestStep approved(String by, String hash) {
        return new RequestStep(role, approver, State.APPROVED, Optional.of(by), Optional.of(hash), due, escalated);
    }

    RequestStep escalate() {
        return new RequestStep(role, approver, state, decidedBy, scopeHash, due, true);
    }
}

package io.atalaya.catalog.request;

import io.atalaya.policies.Sentence;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Where a request rests. */
public enum RequestState {
    /** Waits for an approver. */
    IN_REVIEW,
    /** Waits for its requester, whom an approver asked to change it. */
    CHANGES_REQUESTED,
    /** Approved to the last step; its grants are being made. */
    PROVISIONING,
    /** Its grants are made. They hold from their start to their end, whatever the state says. */
    ACTIVE,
    /** Its end has come. */
    EXPIRED,
    /** Somebody ended it; its grants are being taken back. */
    REVOKING,
    /** Its grants are gone. */
    REVOKED,
    /** An approver refused it. */
    REJECTED,
    /** Its requester took it back before it was decided. */
    WITHDRAWN,
    /** Approved, and the policies cannot have it. */
    FAILED;

    /** The states that may come next. */
    public Set<RequestState> next() {
        return switch (this) {
            case IN_REVIEW -> EnumSet.of(IN_REVIEW, CHANGES_REQUESTED, PROVISIONING, REJECTED, WITHDRAWN, EXPIRED);
            case CHANGES_REQUESTED -> EnumSet.of(IN_REVIEW, WITHDRAWN, EXPIRED);
            case PROVISIONING -> EnumSet.of(ACTIVE, FAILED);
            case ACTIVE -> EnumSet.of(EXPIRED, REVOKING);
            case REVOKING -> EnumSet.of(REVOKED);
            case EXPIRED, REVOKED, REJECTED, WITHDRAWN, FAILED -> EnumSet.noneOf(RequestState.class);
        };
    }

    /**
     * The next state, checked.
     *
     * @throws RequestRefusal.IllegalTransition if it may not come next
     */
    public RequestState to(RequestState state) {
        if (!next().contains(state)) {
            throw new RequestRefusal.IllegalTransition(
                    "The request is {0} and cannot become {1}", Sentence.of(word()), Sentence.of(state.word()));
        }
        return state;
    }

    /** For people. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}

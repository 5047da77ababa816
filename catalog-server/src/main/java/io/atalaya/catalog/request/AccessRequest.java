package io.atalaya.catalog.request;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A request for access as it stands.
 *
 * @param version moves by one with every transition
 * @param scope what is to be granted, as narrowed so far
 * @param asked what the requester asked for
 * @param epoch of the policies when it was sent
 * @param extended the request whose access it goes on with
 * @param autoColumns how many columns it took of the budget that needs no approver; 0 if approvers decide
 * @param steps in the order in which their turn comes
 */
public record AccessRequest(
        UUID id,
        String requester,
        RequestState state,
        long version,
        Scope scope,
        Scope asked,
        Reasons reasons,
        long epoch,
        Optional<UUID> extended,
        int autoColumns,
        Instant created,
        List<RequestStep> steps) {
    public AccessRequest {
        steps = List.copyOf(steps);
    }

    /** Why, in the requester's words; the last two may be empty. */
    public record Reasons(String justification, String legalBasis, String ticket) {}

    /** Something that happened to it. */
    public record Event(long number, Instant at, String actor, String kind, java.util.Map<String, Object> details) {}

    /** The step whose turn it is. */
    public Optional<RequestStep> open() {
        return steps.stream()
                .filter(step -> step.state() == RequestStep.State.OPEN)
                .findFirst();
    }

    /** What it is at that moment, whether or not anybody has written it down yet. */
    public RequestState stateAt(Instant now) {
        return state == RequestState.ACTIVE && !now.isBefore(scope.until()) ? RequestState.EXPIRED : state;
    }

    /** The same in another state, which may come next. */
    AccessRequest to(RequestState next, List<RequestStep> newSteps) {
        return new AccessRequest(
                id,
                requester,
                state.to(next),
                version + 1,
                scope,
                asked,
                reasons,
                epoch,
                extended,
                autoColumns,
                created,
                newSteps);
    }

    /** The same in another state. */
    AccessRequest to(RequestState next) {
        return to(next, steps);
    }

    /** The same with a narrower scope. */
    AccessRequest narrowed(Scope narrower) {
        return new AccessRequest(
                id, requester, state, version, narrower, asked, reasons, epoch, extended, autoColumns, created, steps);
    }
}

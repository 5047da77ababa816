package io.atalaya.catalog.request;

import io.atalaya.policies.grant.Grantee;
import java.util.List;

/** Who may do what with a request: nobody decides for themselves, and nobody decides twice. */
final class Duties {
    private Duties() {}

    static boolean isRequester(AccessRequest request, Actor actor) {
        return request.requester().equals(actor.name());
    }

    /** Whether the access is for the actor, itself or as one of many. */
    static boolean isBeneficiary(AccessRequest request, Actor actor) {
        return actor.keys().contains(request.scope().grantee());
    }

    /** Whether the actor may know of the request. */
    static boolean maySee(AccessRequest request, Actor actor) {
        return isRequester(request, actor)
                || isBeneficiary(request, actor)
                || oversees(request, actor)
                || actor.principal().profiles().contains("auditor");
    }

    /** Whether the actor approves, or has approved, some of it, or administers. */
    static boolean oversees(AccessRequest request, Actor actor) {
        return actor.administrator()
                || request.steps().stream()
                        .anyMatch(step -> actor.keys().contains(step.approver())
                                || step.decidedBy().filter(actor.name()::equals).isPresent());
    }

    /** Whether the step is the actor's, or may be by now. */
    static boolean isTheirs(RequestStep step, Actor actor) {
        return actor.keys().contains(step.approver())
                || (actor.administrator()
                        && (step.escalated() || step.approver().equals(Approvers.ADMINISTRATORS)));
    }

    /** Refuses unless the actor may decide this step. */
    static void checkDecision(AccessRequest request, RequestStep step, Actor actor) {
        if (!actor.person()) {
            throw new RequestRefusal.NotPermitted(
                    "nobody", "The operator of the machine is nobody in particular and decides nothing; sign in");
        }
        if (isRequester(request, actor) || isBeneficiary(request, actor)) {
            throw new RequestRefusal.NotPermitted(
                    "own-request", "Nobody decides a request of their own, or for themselves");
        }
        if (request.steps().stream()
                .anyMatch(other -> other.state() == RequestStep.State.APPROVED
                        && other.decidedBy().filter(actor.name()::equals).isPresent())) {
            throw new RequestRefusal.NotPermitted("second-step", "You have approved another step of this request");
        }
        if (!isTheirs(step, actor)) {
            throw new RequestRefusal.NotPermitted("not-approver", "The step that is open is not yours to decide");
        }
    }

    /** Whether the actor may end the access: who asked, who has it, who answers for it, an administrator. */
    static boolean mayRevoke(AccessRequest request, List<RequestStep> now, Actor actor) {
        return isRequester(request, actor)
                || (request.scope().who() instanceof Grantee.User && isBeneficiary(request, actor))
                || actor.administrator()
                || request.steps().stream().anyMatch(step -> actor.keys().contains(step.approver()))
                || now.stream().anyMatch(step -> actor.keys().contains(step.approver()));
    }
}

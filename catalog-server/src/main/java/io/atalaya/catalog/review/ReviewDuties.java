package io.atalaya.catalog.review;

import io.atalaya.catalog.request.Actor;
import io.atalaya.catalog.request.RequestRefusal;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.grant.Grantee;

/** Who may do what with a review: nobody decides on access of their own. */
final class ReviewDuties {
    /** Who decides where nobody else may. */
    static final String ADMINISTRATORS = new Grantee.Profile("administrator").text();

    private ReviewDuties() {}

    /** Whether the actor reads every campaign, whole. */
    static boolean readsAll(Actor actor) {
        return actor.administrator() || actor.principal().profiles().contains("auditor");
    }

    /** Whether the actor reads all of a campaign and its report. */
    static boolean readsAll(Campaign campaign, Actor actor) {
        return readsAll(actor) || campaign.startedBy().equals(actor.name());
    }

    /** Whether the actor may know of an item. */
    static boolean maySee(Campaign campaign, ReviewItem item, Actor actor) {
        return readsAll(campaign, actor)
                || actor.keys().contains(item.reviewer())
                || item.ruling()
                        .filter(ruling -> ruling.by().equals(actor.name()))
                        .isPresent();
    }

    /** Whether the grant serves the actor, itself or as one of many. */
    static boolean isOwn(HeldGrant held, Actor actor) {
        return actor.keys().contains(held.grantee());
    }

    /** Refuses unless the actor may decide on the item. */
    static void checkDecision(ReviewItem item, Actor actor) {
        checkPerson(actor);
        if (isOwn(item.held(), actor)) {
            throw new RequestRefusal.NotPermitted("own-access", "Nobody reviews access of their own");
        }
        if (!actor.administrator() && !actor.keys().contains(item.reviewer())) {
            throw new RequestRefusal.NotPermitted("not-reviewer", "This is not yours to review");
        }
    }

    static void checkPerson(Actor actor) {
        if (!actor.person()) {
            throw new RequestRefusal.NotPermitted(
                    "nobody", "The operator of the machine is nobody in particular and reviews nothing; sign in");
        }
    }

    /** Whether somebody of that name could decide on a grant: it must not serve them alone or all of them. */
    static boolean mayReview(String reviewer, Grantee holder, PolicySnapshot policies) {
        if (reviewer.equals(holder.text())) {
            return false;
        }
        var profiles = switch (Grantee.parse(reviewer)) {
            case Grantee.User(var name) -> policies.principal(name).profiles();
            case Grantee.Profile(var name) -> policies.holder(name).profiles();
        };
        return !(holder instanceof Grantee.Profile(var name) && profiles.contains(name));
    }
}

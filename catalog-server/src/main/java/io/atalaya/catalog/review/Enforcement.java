package io.atalaya.catalog.review;

import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.catalog.request.Actor;
import io.atalaya.catalog.request.Evidence;
import io.atalaya.catalog.request.RequestDesk;
import io.atalaya.catalog.request.RequestRefusal;
import io.atalaya.catalog.review.ReviewItem.Narrow;
import io.atalaya.catalog.review.ReviewItem.Outcome;
import io.atalaya.catalog.review.ReviewItem.Ruling;
import io.atalaya.catalog.review.ReviewItem.State;
import io.atalaya.catalog.review.ReviewItem.Verdict;
import io.atalaya.catalog.review.ReviewJournal.Happening;
import io.atalaya.policies.Cause;
import io.atalaya.policies.Decision;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Policies;
import io.atalaya.policies.PolicyException;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Source;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.store.PolicyItem;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Makes policies of what was decided, and reads back what the grantee has since. Each can be done again: the second time changes
 * nothing.
 */
final class Enforcement {
    /** Who changes policies for reviews. No user has a colon in its name. */
    static final Principal SERVICE = new Principal("system:access-reviews", Set.of("administrator"), Map.of());

    private final ReviewJournal journal;
    private final Policies policies;
    private final RequestDesk requests;
    private final GrantFacts facts;
    private final Clock clock;

    Enforcement(ReviewJournal journal, Policies policies, RequestDesk requests, GrantFacts facts, Clock clock) {
        this.journal = journal;
        this.policies = policies;
        this.requests = requests;
        this.facts = facts;
        this.clock = clock;
    }

    /**
     * Makes a decision so.
     *
     * @throws PolicyException if the policies cannot have it; the item is open again then, or failed if nobody had decided on it
     */
    ReviewItem apply(ReviewItem decided) {
        Ruling ruling = decided.ruling().orElseThrow();
        try {
            change(decided, ruling);
        } catch (PolicyException | RequestRefusal.Invalid e) {
            String why = String.valueOf(e.getMessage());
            boolean byDefault = ruling.by().equals(SERVICE.name());
            journal.move(
                    byDefault
                            ? decided.to(State.FAILED, Optional.of(ruling.failed(why)))
                            : decided.to(State.OPEN, Optional.empty()),
                    new Happening(
                            clock.instant(), SERVICE.name(), "failed", Map.of("failure", why), Map.of(), Set.of()));
            throw e;
        }
        Outcome seen = readBack(decided.held());
        return journal.move(
                decided.to(State.DECIDED, Optional.of(ruling.with(seen))),
                happening("applied", Map.of("epoch", seen.epoch(), "byGrant", seen.byGrant())));
    }

    private void change(ReviewItem item, Ruling ruling) {
        GrantReach reach = facts.reach();
        HeldGrant held = item.held();
        Optional<Grant> grant = GrantFacts.find(held, reach.policies());
        if (grant.isEmpty()) {
            return;
        }
        if (!held.is(grant.get())) {
            throw new PolicyException.Conflict("the grant was changed meanwhile");
        }
        List<PolicyItem> left = left(grant.get(), ruling.verdict(), ruling.narrow(), reach);
        Actor actor = new Actor(new Principal(ruling.by(), Set.of(), Map.of()), false, true);
        if (held.by() instanceof Source.Request(var id)) {
            boolean ends = left.isEmpty()
                    && reach.policies().grants(held.who()).stream()
                            .noneMatch(other -> other.source().equals(held.by())
                                    && !other.id().equals(held.id()));
            requests.reviewed(actor, UUID.fromString(id), ruling.reason(), ends);
        }
        policies.reduce(SERVICE, grant.get(), left);
    }

    /** What stays of a grant. */
    List<PolicyItem> left(Grant grant, Verdict verdict, Optional<Narrow> narrow, GrantReach reach) {
        return switch (verdict) {
            case REVOKE -> List.of();
            case NARROW -> new Remedy(reach, clock.instant()).left(grant, narrow.orElseThrow());
            case CERTIFY, KEEP, GONE -> List.of(new PolicyItem.OfGrant(grant));
        };
    }

    private Happening happening(String kind, Map<String, Object> recorded) {
        return new Happening(clock.instant(), SERVICE.name(), kind, Map.of(), recorded, Set.of());
    }

    private Outcome readBack(HeldGrant held) {
        GrantReach reach = facts.reach();
        PolicySnapshot now = reach.policies();
        Principal who = switch (held.who()) {
            case Grantee.User(var name) -> now.principal(name);
            case Grantee.Profile(var name) -> now.holder(name);
        };
        Permission asked =
                held.isTraced() ? Permission.SELECT : held.permissions().getFirst();
        boolean byGrant = GrantFacts.find(held, now).isPresent();
        List<Evidence.OfDataset> read = new ArrayList<>();
        for (Dataset dataset :
                reach.datasets(held.on()).stream().limit(GrantFacts.DATASETS).toList()) {
            Decision decision = now.decide(who, asked, dataset.table());
            byGrant |= decision instanceof Decision.Allowed
                    && decision.because().stream().map(Cause::id).anyMatch(held.id()::equals);
            read.add(Evidence.OfDataset.of(
                    dataset.databaseName() + "." + dataset.name(),
                    Optional.of(decision),
                    Knowledge.of(dataset.table(), who, now)));
        }
        return new Outcome(clock.instant(), now.epoch(), byGrant, read);
    }
}

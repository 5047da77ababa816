package io.atalaya.catalog.request;

import io.atalaya.catalog.request.RequestJournal.Happening;
import io.atalaya.policies.PolicyException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries approved requests out and ends them. The state says what is to be done before it is done, and every deed can be
 * done again, so that whatever a crash cut short is finished by the next sweep.
 */
final class Fulfilment {
    private static final Logger LOG = LoggerFactory.getLogger(Fulfilment.class);
    private static final int AT_ONCE = 200;
    private static final Duration NOTICE = Duration.ofDays(3);
    private static final Instant EVER = RequestStore.instant(Long.MAX_VALUE / 2);

    private final RequestStore store;
    private final RequestJournal journal;
    private final Provisioning provisioning;
    private final Clock clock;
    private final ReentrantLock turn = new ReentrantLock();

    Fulfilment(RequestStore store, RequestJournal journal, Provisioning provisioning, Clock clock) {
        this.store = store;
        this.journal = journal;
        this.provisioning = provisioning;
        this.clock = clock;
    }

    /** Makes the grants of a request that was approved to the end. */
    AccessRequest provision(AccessRequest approved) {
        return alone(approved, request -> {
            try {
                provisioning.grant(request);
            } catch (PolicyException refused) {
                provisioning.withdraw(request);
                return move(
                        request,
                        RequestState.FAILED,
                        "failed",
                        Map.of("reason", Objects.requireNonNullElse(refused.getMessage(), "")));
            }
            return move(request, RequestState.ACTIVE, "provisioned", evidence(request));
        });
    }

    /** Takes back the grants of a request that somebody ended. */
    AccessRequest takeBack(AccessRequest revoked, String actor) {
        return alone(revoked, request -> {
            provisioning.withdraw(request);
            return journal.move(
                    request,
                    request.to(RequestState.REVOKED),
                    new Happening(
                            clock.instant(),
                            Provisioning.ACTOR.name(),
                            "revoked",
                            evidence(request),
                            journal.parties(request, actor)));
        });
    }

    /** Does it unless somebody has done it since: grants made late would outlive their request. */
    private AccessRequest alone(AccessRequest request, UnaryOperator<AccessRequest> deed) {
        turn.lock();
        try {
            AccessRequest now = store.find(request.id()).orElse(request);
            return now.version() == request.version() ? deed.apply(request) : now;
        } finally {
            turn.unlock();
        }
    }

    private Map<String, Object> evidence(AccessRequest request) {
        return Map.of("evidence", RequestJson.kept(provisioning.readBack(request)));
    }

    private AccessRequest move(AccessRequest before, RequestState state, String kind, Map<String, Object> details) {
        return journal.move(
                before,
                before.to(state),
                new Happening(
                        clock.instant(),
                        Provisioning.ACTOR.name(),
                        kind,
                        details,
                        journal.parties(before, Provisioning.ACTOR.name())));
    }

    /** Finishes what was begun, ends what has expired, and hands on what nobody decided in time. */
    void sweep() {
        Instant now = clock.instant();
        each(store.in(RequestState.PROVISIONING, EVER, AT_ONCE), this::provision);
        each(store.in(RequestState.REVOKING, EVER, AT_ONCE), one -> takeBack(one, Provisioning.ACTOR.name()));
        each(store.in(RequestState.ACTIVE, now, AT_ONCE), this::expire);
        each(store.in(RequestState.IN_REVIEW, now, AT_ONCE), this::lapse);
        each(store.in(RequestState.CHANGES_REQUESTED, now, AT_ONCE), this::lapse);
        each(store.overdue(now, AT_ONCE), one -> escalate(one, now));
        each(store.in(RequestState.ACTIVE, now.plus(NOTICE), AT_ONCE), this::announceEnd);
    }

    /** Puts on record what a review took from the access that a request gave, and ends it if nothing is left. */
    void reviewed(Actor reviewer, AccessRequest before, String reason, boolean ends) {
        Happening happening = new Happening(
                clock.instant(),
                reviewer.name(),
                ends ? "revoke-requested" : "narrowed-by-review",
                Map.of("reason", reason, "review", true),
                ends ? Set.of() : journal.parties(before, reviewer.name()));
        if (ends) {
            takeBack(journal.move(before, before.to(RequestState.REVOKING), happening), reviewer.name());
        } else {
            journal.note(before, happening);
        }
    }

    private void expire(AccessRequest ended) {
        alone(ended, request -> {
            provisioning.withdraw(request);
            return move(request, RequestState.EXPIRED, "expired", evidence(request));
        });
    }

    private void lapse(AccessRequest request) {
        List<RequestStep> closed = request.steps().stream()
                .map(step -> step.in(RequestStep.State.CLOSED))
                .toList();
        journal.move(
                request,
                request.to(RequestState.EXPIRED, closed),
                happening("lapsed", journal.parties(request, Provisioning.ACTOR.name())));
    }

    private void escalate(AccessRequest request, Instant now) {
        List<RequestStep> steps = request.steps().stream()
                .map(step ->
                        step.state() == RequestStep.State.OPEN && !step.due().isAfter(now) ? step.escalate() : step)
                .toList();
        AccessRequest after = request.to(RequestState.IN_REVIEW, steps);
        journal.move(request, after, happening("escalated", journal.approvers(after, Provisioning.ACTOR.name())));
    }

    private void announceEnd(AccessRequest request) {
        UUID id = request.id();
        if (request.stateAt(clock.instant()) == RequestState.ACTIVE
                && store.events(id).stream().noneMatch(event -> event.kind().equals("expiring"))) {
            journal.note(request, happening("expiring", journal.parties(request, Provisioning.ACTOR.name())));
        }
    }

    private Happening happening(String kind, Set<String> tell) {
        return new Happening(clock.instant(), Provisioning.ACTOR.name(), kind, Map.of(), tell);
    }

    private static void each(List<AccessRequest> requests, Consumer<AccessRequest> deed) {
        for (AccessRequest request : requests) {
            try {
                deed.accept(request);
            } catch (RequestRefusal.Stale _) {
                LOG.atDebug().addKeyValue("request", request.id()).log("somebody else did it");
            } catch (RuntimeException e) {
                LOG.atError()
                        .addKeyValue("request", request.id())
                        .addKeyValue("state", request.state())
                        .setCause(e)
                        .log("request not carried on; tried again by the next sweep");
            }
        }
    }
}

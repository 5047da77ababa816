package io.atalaya.catalog.request;

import io.atalaya.catalog.config.RequestConfig;
import io.atalaya.catalog.request.RequestJournal.Happening;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.grant.Grantee;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** Requests for access, from the one who asks to the grant that ends. */
public final class AccessRequests {
    private static final int LONGEST_COMMENT = 4_096;

    private final RequestStore store;
    private final RequestJournal journal;
    private final Intake intake;
    private final Approvers approvers;
    private final Fulfilment fulfilment;
    private final RequestConfig rules;
    private final Supplier<PolicySnapshot> policies;
    private final Clock clock;

    AccessRequests(
            RequestStore store,
            RequestJournal journal,
            Intake intake,
            Approvers approvers,
            Fulfilment fulfilment,
            RequestConfig rules,
            Supplier<PolicySnapshot> policies,
            Clock clock) {
        this.store = store;
        this.journal = journal;
        this.intake = intake;
        this.approvers = approvers;
        this.fulfilment = fulfilment;
        this.rules = rules;
        this.policies = policies;
        this.clock = clock;
    }

    /** What an approver says. */
    public enum Verdict {
        /** Yes, to this scope or less of it. */
        APPROVE,
        /** No. */
        REJECT,
        /** Not like this. */
        CHANGES
    }

    /**
     * A decision on what an approver looked at.
     *
     * @param version of the request
     * @param scopeHash of its scope
     * @param narrowing less than that; only with {@link Verdict#APPROVE}
     */
    public record Decision(long version, String scopeHash, Verdict verdict, String comment, Narrowing narrowing) {}

    /** Sends a request. */
    public AccessRequest submit(Actor actor, RequestDraft draft) {
        checkPerson(actor);
        PolicySnapshot now = policies.get();
        return open(
                actor,
                intake.scope(actor.principal(), draft, now, clock.instant()),
                draft.reasons(),
                Optional.empty(),
                now);
    }

    /** Asks to go on with the access that a request gave, until another end. */
    public AccessRequest extend(Actor actor, UUID id, Instant until, String justification) {
        checkPerson(actor);
        AccessRequest before = get(actor, id);
        Intake.text("justification", justification, LONGEST_COMMENT, true);
        if (!Duties.isRequester(before, actor) && !Duties.isBeneficiary(before, actor)) {
            throw new RequestRefusal.NotPermitted("not-yours", "Only who has the access asks to keep it");
        }
        if (before.state() != RequestState.ACTIVE && before.state() != RequestState.EXPIRED) {
            throw new RequestRefusal.IllegalTransition(
                    "The request is {0}; only access that is or was there goes on",
                    Sentence.of(before.state().word()));
        }
        PolicySnapshot now = policies.get();
        Scope old = before.scope();
        Scope scope = new Scope(old.grantee(), old.permission(), old.items(), Optional.empty(), until, old.purpose());
        intake.checkTime(scope, scope.items(), now, clock.instant());
        AccessRequest extension = open(
                actor,
                scope,
                new AccessRequest.Reasons(
                        justification,
                        before.reasons().legalBasis(),
                        before.reasons().ticket()),
                Optional.of(id),
                now);
        journal.note(
                before,
                happening(actor, "extension", Map.of("by", extension.id().toString()), Set.of()));
        return extension;
    }

    private AccessRequest open(
            Actor actor, Scope scope, AccessRequest.Reasons reasons, Optional<UUID> extended, PolicySnapshot now) {
        Instant at = clock.instant();
        UUID id = UUID.randomUUID();
        AccessRequest reviewed = new AccessRequest(
                id,
                actor.name(),
                RequestState.IN_REVIEW,
                1,
                scope,
                scope,
                reasons,
                now.epoch(),
                extended,
                0,
                at,
                opened(approvers.steps(actor.name(), scope, now, at), at));
        boolean harmless = rules.auto().columns() > 0
                && scope.who() instanceof Grantee.User
                && !scope.until().isAfter(at.plus(rules.auto().longest()))
                && approvers.isHarmless(scope, now);
        Set<String> told = journal.approvers(reviewed, actor.name());
        AccessRequest opened = journal.open(
                handle -> harmless && inBudget(handle, actor.name(), scope, at) ? automatic(reviewed) : reviewed,
                request -> {
                    Happening submitted = happening(
                            actor, "submitted", Map.of(), request.state() == RequestState.IN_REVIEW ? told : Set.of());
                    return request.state() == RequestState.IN_REVIEW
                            ? List.of(submitted)
                            : List.of(
                                    submitted,
                                    new Happening(
                                            at,
                                            Provisioning.ACTOR.name(),
                                            "auto-approved",
                                            Map.of("columns", request.autoColumns()),
                                            Set.of()));
                });
        return opened.state() == RequestState.PROVISIONING ? fulfilment.provision(opened) : opened;
    }

    private boolean inBudget(Handle handle, String requester, Scope scope, Instant now) {
        return Stream.of(requester, scope.who().name())
                .distinct()
                .sorted()
                .allMatch(name ->
                        store.autoColumns(handle, name, now.minus(rules.auto().window())) + columns(scope)
                                <= rules.auto().columns());
    }

    private static int columns(Scope scope) {
        return scope.items().stream().mapToInt(item -> item.columns().size()).sum();
    }

    private static AccessRequest automatic(AccessRequest request) {
        return new AccessRequest(
                request.id(),
                request.requester(),
                RequestState.PROVISIONING,
                request.version(),
                request.scope(),
                request.asked(),
                request.reasons(),
                request.epoch(),
                request.extended(),
                columns(request.scope()),
                request.created(),
                List.of());
    }

    /** Writes a request anew; every approval so far was for something else and counts no more. */
    public AccessRequest edit(Actor actor, UUID id, long version, RequestDraft draft) {
        AccessRequest before = own(actor, id);
        checkVersion(before, version);
        before.state().to(RequestState.IN_REVIEW);
        PolicySnapshot now = policies.get();
        Instant at = clock.instant();
        Scope scope = intake.scope(actor.principal(), draft, now, at);
        AccessRequest after = new AccessRequest(
                id,
                before.requester(),
                RequestState.IN_REVIEW,
                before.version() + 1,
                scope,
                scope,
                draft.reasons(),
                now.epoch(),
                before.extended(),
                0,
                before.created(),
                opened(approvers.steps(actor.name(), scope, now, at), at));
        return journal.move(
                before,
                after,
                happening(
                        actor,
                        "edited",
                        Map.of("changes", Narrowing.difference(before.scope(), scope, approvers::dataset)),
                        journal.approvers(after, actor.name())));
    }

    /** Decides the open step. */
    public AccessRequest decide(Actor actor, UUID id, Decision decision) {
        AccessRequest before = get(actor, id);
        RequestStep step = before.open()
                .orElseThrow(() -> new RequestRefusal.IllegalTransition(
                        "The request is {0} and waits for no decision",
                        Sentence.of(before.state().word())));
        Duties.checkDecision(before, step, actor);
        checkVersion(before, decision.version());
        if (!before.scope().hash().equals(decision.scopeHash())) {
            throw new RequestRefusal.Stale("The scope is not the one you decided on; look at it again");
        }
        Intake.text("comment", decision.comment(), LONGEST_COMMENT, decision.verdict() != Verdict.APPROVE);
        return switch (decision.verdict()) {
            case APPROVE -> approve(actor, before, step, decision);
            case REJECT ->
                journal.move(
                        before,
                        before.to(RequestState.REJECTED, closed(before.steps())),
                        told(actor, before, "rejected", decision.comment()));
            case CHANGES ->
                journal.move(
                        before,
                        before.to(
                                RequestState.CHANGES_REQUESTED,
                                before.steps().stream().map(RequestStep::again).toList()),
                        told(actor, before, "changes-requested", decision.comment()));
        };
    }

    private AccessRequest approve(Actor actor, AccessRequest before, RequestStep step, Decision decision) {
        PolicySnapshot now = policies.get();
        Instant at = clock.instant();
        Scope scope = decision.narrowing().of(before.scope(), approvers::dataset);
        checkBound(scope);
        intake.checkTime(scope, scope.items(), now, at);
        String hash = scope.hash();
        List<RequestStep> steps = new ArrayList<>();
        for (RequestStep one : before.steps()) {
            steps.add(
                    one.equals(step)
                            ? one.approved(actor.name(), hash)
                            : one.scopeHash().filter(hash::equals).isEmpty() ? one.again() : one);
        }
        // What was harmless when it was sent may have been tagged since.
        approvers.steps(before.requester(), scope, now, at).stream()
                .filter(needed -> steps.stream().noneMatch(one -> one.approver().equals(needed.approver())))
                .forEach(steps::add);
        List<RequestStep> opened = opened(steps, at);
        boolean done = opened.stream().allMatch(one -> one.state() == RequestStep.State.APPROVED);
        AccessRequest after =
                before.narrowed(scope).to(done ? RequestState.PROVISIONING : RequestState.IN_REVIEW, opened);
        Map<String, Object> details = new HashMap<>();
        details.put("role", step.role().name());
        details.put("scopeHash", hash);
        details.put("changes", Narrowing.difference(before.scope(), scope, approvers::dataset));
        if (!decision.comment().isBlank()) {
            details.put("comment", decision.comment());
        }
        journal.move(before, after, happening(actor, "approved", details, journal.approvers(after, actor.name())));
        return done ? fulfilment.provision(after) : after;
    }

    private static void checkBound(Scope scope) {
        List<String> missing = scope.items().stream()
                .filter(item -> !item.isBound())
                .map(item -> item.table().isEmpty()
                        ? item.dataset()
                        : item.dataset() + ": "
                                + String.join(
                                        ", ",
                                        item.columns().stream()
                                                .filter(column ->
                                                        column.fieldId().isEmpty())
                                                .map(Scope.Column::name)
                                                .toList()))
                .toList();
        if (!missing.isEmpty()) {
            throw new RequestRefusal.Invalid(
                    "these names stand for nothing; narrow the request to what there is, or refuse it: {0}",
                    String.join("; ", missing));
        }
    }

    /** Takes back a request that is not decided yet. */
    public AccessRequest withdraw(Actor actor, UUID id, long version) {
        AccessRequest before = own(actor, id);
        checkVersion(before, version);
        Set<String> told = journal.approvers(before, actor.name());
        return journal.move(
                before,
                before.to(RequestState.WITHDRAWN, closed(before.steps())),
                happening(actor, "withdrawn", Map.of(), told));
    }

    /** Ends the access that a request gave, at once. */
    public AccessRequest revoke(Actor actor, UUID id, long version, String reason) {
        AccessRequest before = get(actor, id);
        Intake.text("reason", reason, LONGEST_COMMENT, true);
        List<RequestStep> now = approvers.steps(before.requester(), before.scope(), policies.get(), clock.instant());
        if (!Duties.mayRevoke(before, now, actor)) {
            throw new RequestRefusal.NotPermitted("not-yours", "This access is not yours to end");
        }
        checkVersion(before, version);
        AccessRequest after = journal.move(
                before,
                before.to(RequestState.REVOKING),
                happening(actor, "revoke-requested", Map.of("reason", reason), Set.of()));
        return fulfilment.takeBack(after, actor.name());
    }

    /** Says something about a request. */
    public void comment(Actor actor, UUID id, String text) {
        checkPerson(actor);
        AccessRequest request = get(actor, id);
        Intake.text("text", text, LONGEST_COMMENT, true);
        Set<String> told = new java.util.LinkedHashSet<>(journal.parties(request, actor.name()));
        told.addAll(journal.approvers(request, actor.name()));
        journal.note(request, happening(actor, "commented", Map.of("comment", text), told));
    }

    /**
     * A request that the actor may know of.
     *
     * @throws RequestRefusal.NotFound if there is none of that id, or not for the actor
     */
    public AccessRequest get(Actor actor, UUID id) {
        return store.find(id)
                .filter(request -> Duties.maySee(request, actor))
                .orElseThrow(() -> new RequestRefusal.NotFound("Request '{0}'", id));
    }

    /** Its history, oldest first. */
    public List<AccessRequest.Event> events(UUID id) {
        return store.events(id);
    }

    /** Those the actor sent or has access by, newest first. */
    public List<AccessRequest> mine(Actor actor, Optional<ListPosition> after, int limit) {
        return store.of(actor.name(), actor.keys(), after, limit);
    }

    /** Those that wait for the actor, most urgent first. */
    public List<AccessRequest> toApprove(Actor actor, Optional<ListPosition> after, int limit) {
        List<String> keys = new ArrayList<>(actor.keys());
        if (actor.administrator()) {
            keys.add(Approvers.ADMINISTRATORS);
        }
        return store.waitingFor(keys, actor.administrator(), after, limit);
    }

    private AccessRequest own(Actor actor, UUID id) {
        AccessRequest request = get(actor, id);
        if (!Duties.isRequester(request, actor)) {
            throw new RequestRefusal.NotPermitted("not-yours", "Only who sent the request does this");
        }
        return request;
    }

    private static void checkPerson(Actor actor) {
        if (!actor.person()) {
            throw new RequestRefusal.NotPermitted(
                    "nobody", "The operator of the machine is nobody in particular and asks for nothing; sign in");
        }
    }

    private static void checkVersion(AccessRequest request, long version) {
        if (request.version() != version) {
            throw new RequestRefusal.Stale(
                    "The request is at version {0}, not {1}; look at it again", request.version(), version);
        }
    }

    /** The first step without an approval is open, the others wait. */
    private List<RequestStep> opened(List<RequestStep> steps, Instant now) {
        List<RequestStep> opened = new ArrayList<>();
        boolean found = false;
        for (RequestStep step : steps) {
            boolean given = step.state() == RequestStep.State.APPROVED;
            opened.add(given ? step : found ? step.again() : step.open(now.plus(rules.deadline())));
            found |= !given;
        }
        return opened;
    }

    private static List<RequestStep> closed(List<RequestStep> steps) {
        return steps.stream()
                .map(step -> step.state() == RequestStep.State.APPROVED ? step : step.in(RequestStep.State.CLOSED))
                .toList();
    }

    private Happening told(Actor actor, AccessRequest request, String kind, String comment) {
        return happening(actor, kind, Map.of("comment", comment), journal.parties(request, actor.name()));
    }

    private Happening happening(Actor actor, String kind, Map<String, Object> details, Set<String> tell) {
        return new Happening(clock.instant(), actor.name(), kind, details, tell);
    }
}

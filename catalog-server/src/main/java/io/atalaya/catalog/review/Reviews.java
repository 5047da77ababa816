package io.atalaya.catalog.review;

import io.atalaya.catalog.request.Actor;
import io.atalaya.catalog.request.RequestRefusal;
import io.atalaya.catalog.review.ReviewItem.Narrow;
import io.atalaya.catalog.review.ReviewItem.Ruling;
import io.atalaya.catalog.review.ReviewItem.State;
import io.atalaya.catalog.review.ReviewItem.Verdict;
import io.atalaya.catalog.review.ReviewJournal.Happening;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/** Reviews of access, from the one who starts a campaign to its report. */
public final class Reviews {
    private static final int LONGEST_REASON = 4_096;

    private final ReviewStore store;
    private final ReviewJournal journal;
    private final GrantFacts facts;
    private final CampaignStart starts;
    private final Enforcement enforcement;
    private final Closing closing;
    private final String steward;
    private final Predicate<String> isUser;
    private final Clock clock;

    Reviews(
            ReviewStore store,
            ReviewJournal journal,
            GrantFacts facts,
            CampaignStart starts,
            Enforcement enforcement,
            Closing closing,
            String steward,
            Predicate<String> isUser,
            Clock clock) {
        this.store = store;
        this.journal = journal;
        this.facts = facts;
        this.starts = starts;
        this.enforcement = enforcement;
        this.closing = closing;
        this.steward = steward;
        this.isUser = isUser;
        this.clock = clock;
    }

    /**
     * A decision on what a reviewer looked at.
     *
     * @param version of the item
     * @param columns with {@link Verdict#NARROW}: what stays, by table; all that was used if {@code toUsed}
     */
    public record Decision(
            long version,
            Verdict verdict,
            String reason,
            boolean toUsed,
            Map<UUID, Set<Integer>> columns,
            Optional<Instant> until) {}

    /** Whether somebody may start campaigns. */
    public boolean mayStart(Actor actor) {
        return actor.person()
                && (actor.administrator() || actor.principal().profiles().contains(steward));
    }

    /** Whether any review, past or present, is the actor's to read, or one may be started. */
    public boolean concern(Actor actor) {
        return ReviewDuties.readsAll(actor) || mayStart(actor) || store.hasItems(actor.keys());
    }

    /** Begins a campaign. */
    public Campaign start(Actor actor, ReviewDraft draft) {
        ReviewDuties.checkPerson(actor);
        if (!mayStart(actor)) {
            throw new RequestRefusal.NotPermitted("not-steward", "Reviews are started by administrators and stewards");
        }
        return starts.begin(actor, draft);
    }

    /**
     * A campaign that the actor may know of.
     *
     * @throws RequestRefusal.NotFound if there is none of that id, or not for the actor
     */
    public Campaign get(Actor actor, UUID id) {
        return store.find(id)
                .filter(campaign -> ReviewDuties.readsAll(campaign, actor)
                        || !store.states(id, actor.keys()).isEmpty())
                .orElseThrow(() -> new RequestRefusal.NotFound("Review '{0}'", id));
    }

    /** Those the actor may know of, newest first; of those who read all of them only their own if asked for. */
    public List<Campaign> list(Actor actor, boolean onlyMine, Optional<ReviewStore.Position> after, int limit) {
        return store.list(
                onlyMine || !ReviewDuties.readsAll(actor)
                        ? Optional.of(new ReviewStore.Mine(actor.name(), actor.keys()))
                        : Optional.empty(),
                after,
                limit);
    }

    /** An item that the actor may know of. */
    public ReviewItem item(Actor actor, UUID id, long number) {
        Campaign campaign = get(actor, id);
        return store.item(id, number)
                .filter(item -> ReviewDuties.maySee(campaign, item, actor))
                .orElseThrow(() -> new RequestRefusal.NotFound("Item {0} of the review", number));
    }

    /** Items that the actor may know of, in their order. */
    public List<ReviewItem> items(
            Actor actor, Campaign campaign, Collection<State> states, boolean onlyMine, long after, int limit) {
        List<String> keys = onlyMine || !ReviewDuties.readsAll(campaign, actor) ? actor.keys() : List.of();
        return store.items(campaign.id(), states, keys, after, limit);
    }

    /** How many items stand where, of those the actor may know of. */
    public List<ReviewStore.Count> counts(Actor actor, Campaign campaign) {
        return store.counts(campaign.id(), ReviewDuties.readsAll(campaign, actor) ? List.of() : actor.keys());
    }

    /** What happened to a campaign (item 0) or to one of its items. */
    public List<ReviewStore.Event> events(UUID id, long item) {
        return store.events(id, item);
    }

    /** What became of the same grant in the campaign before. */
    public Optional<ReviewItem> before(Campaign campaign, ReviewItem item) {
        return store.before(campaign, item.held().id());
    }

    /** What is known of an item's grant. */
    public GrantFacts.Facts facts(ReviewItem item) {
        return facts.of(item.held());
    }

    /** The same in numbers, for a page of items. */
    public Map<Long, ReviewItem.Use> uses(List<ReviewItem> items) {
        Map<String, Usage> usage =
                facts.usage(items.stream().map(item -> item.held().id()).toList());
        GrantReach reach = facts.reach();
        Map<Long, ReviewItem.Use> uses = new HashMap<>();
        items.forEach(item -> uses.put(
                item.number(),
                item.ruling()
                        .flatMap(Ruling::use)
                        .orElseGet(() -> facts.numbers(
                                item.held(), usage.getOrDefault(item.held().id(), Usage.NONE), reach))));
        return uses;
    }

    /** What the actor may do with a campaign now. */
    public List<String> actions(Actor actor, Campaign campaign) {
        List<String> actions = new ArrayList<>();
        boolean ends =
                actor.person() && (actor.administrator() || campaign.startedBy().equals(actor.name()));
        if (ends && campaign.state() == Campaign.State.OPEN) {
            if (isDecided(campaign.id())) {
                actions.add("close");
            }
            actions.add("cancel");
        }
        if (campaign.state() == Campaign.State.CLOSED && ReviewDuties.readsAll(campaign, actor)) {
            actions.add("report");
        }
        return actions;
    }

    private boolean isDecided(UUID id) {
        return store.items(id, List.of(State.OPEN, State.FAILED, State.APPLYING), List.of(), 0, 1)
                .isEmpty();
    }

    /** What the actor may do with an item now. */
    public List<String> actions(Actor actor, Campaign campaign, ReviewItem item) {
        if (!campaign.takesDecisions(clock.instant()) || !isUndecided(item)) {
            return List.of();
        }
        List<String> actions = new ArrayList<>();
        try {
            ReviewDuties.checkDecision(item, actor);
            actions.add("decide");
        } catch (RequestRefusal.NotPermitted _) {
            // Then it is not among them.
        }
        if (mayReassign(actor, campaign, item)) {
            actions.add("reassign");
        }
        return actions;
    }

    private static boolean isUndecided(ReviewItem item) {
        return item.isOpen()
                || (item.state() == State.DECIDED
                        && item.ruling()
                                .filter(ruling -> ruling.verdict() == Verdict.CERTIFY)
                                .isPresent());
    }

    private static boolean mayReassign(Actor actor, Campaign campaign, ReviewItem item) {
        return actor.person()
                && (actor.administrator()
                        || campaign.startedBy().equals(actor.name())
                        || actor.keys().contains(item.reviewer()));
    }

    private Campaign open(Actor actor, UUID id, Instant now) {
        Campaign campaign = get(actor, id);
        if (!campaign.takesDecisions(now)) {
            throw new RequestRefusal.IllegalTransition("The review takes no more decisions");
        }
        return campaign;
    }

    private static void check(ReviewItem item, long version) {
        if (!isUndecided(item)) {
            throw new RequestRefusal.IllegalTransition("The item is decided");
        }
        if (item.version() != version) {
            throw new RequestRefusal.Stale("The item was changed meanwhile; look at it again");
        }
    }

    /** Decides on an item; the policies follow at once. */
    public ReviewItem decide(Actor actor, UUID id, long number, Decision decision) {
        Instant now = clock.instant();
        open(actor, id, now);
        ReviewItem item = item(actor, id, number);
        ReviewDuties.checkDecision(item, actor);
        check(item, decision.version());
        checkReason(decision.reason(), decision.verdict() != Verdict.CERTIFY);
        GrantReach reach = facts.reach();
        Usage usage =
                facts.usage(List.of(item.held().id())).getOrDefault(item.held().id(), Usage.NONE);
        Optional<Grant> grant = GrantFacts.find(item.held(), reach.policies()).filter(item.held()::is);
        boolean gone = grant.isEmpty();
        Optional<Narrow> narrow = gone || decision.verdict() != Verdict.NARROW
                ? Optional.empty()
                : Optional.of(narrow(decision, grant.get(), usage, reach));
        if (narrow.isPresent()) {
            enforcement.left(grant.orElseThrow(), Verdict.NARROW, narrow, reach);
        }
        boolean changes = !gone && decision.verdict() != Verdict.CERTIFY;
        Verdict verdict = gone ? Verdict.GONE : decision.verdict();
        Ruling ruling = new Ruling(
                verdict,
                actor.name(),
                now,
                decision.reason(),
                narrow,
                Optional.of(facts.numbers(item.held(), usage, reach)),
                Optional.empty(),
                Optional.empty());
        Map<String, Object> told = new HashMap<>(Map.of("verdict", verdict.name()));
        if (!decision.reason().isBlank()) {
            told.put("reason", decision.reason());
        }
        Map<String, Object> recorded = new HashMap<>(Map.of("subject", item.subject()));
        narrow.ifPresent(one -> recorded.put("narrow", narrowed(one)));
        ReviewItem decided = journal.move(
                item.to(changes ? State.APPLYING : State.DECIDED, Optional.of(ruling)),
                new Happening(now, actor.name(), "decided", told, recorded, Set.of()));
        return changes ? enforcement.apply(decided) : decided;
    }

    private static Map<String, Object> narrowed(Narrow narrow) {
        Map<String, Object> columns = new HashMap<>();
        narrow.columns()
                .forEach((table, ids) ->
                        columns.put(table.toString(), ids.stream().sorted().toList()));
        Map<String, Object> all = new HashMap<>(Map.of("columns", columns));
        narrow.until().ifPresent(until -> all.put("until", until.toString()));
        return all;
    }

    private Narrow narrow(Decision decision, Grant grant, Usage usage, GrantReach reach) {
        if (!decision.toUsed()) {
            return new Narrow(decision.columns(), decision.until());
        }
        Narrow used = Remedy.toUsed(grant, usage, facts.since(), reach)
                .orElseThrow(() -> new RequestRefusal.Invalid(
                        "no column was read by this grant lately, so that nothing would be left; revoke it"));
        return new Narrow(used.columns(), decision.until());
    }

    private static void checkReason(String reason, boolean needed) {
        if ((needed && reason.isBlank()) || reason.length() > LONGEST_REASON) {
            throw new RequestRefusal.Invalid(
                    needed
                            ? "'reason' must say why, in at most {0} characters"
                            : "'reason' must have at most {0} characters",
                    LONGEST_REASON);
        }
    }

    /** Hands an item to somebody who may decide on it. */
    public ReviewItem reassign(Actor actor, UUID id, long number, long version, String to, String reason) {
        Instant now = clock.instant();
        Campaign campaign = open(actor, id, now);
        ReviewItem item = item(actor, id, number);
        ReviewDuties.checkPerson(actor);
        if (!mayReassign(actor, campaign, item)) {
            throw new RequestRefusal.NotPermitted("not-reviewer", "This is not yours to hand on");
        }
        check(item, version);
        checkReason(reason, true);
        var policies = facts.reach().policies();
        boolean there = switch (Grantee.parse(to)) {
            case Grantee.User(var name) -> isUser.test(name);
            case Grantee.Profile(var name) ->
                policies.profiles().stream().anyMatch(profile -> profile.name().equals(name));
        };
        if (!there || !ReviewDuties.mayReview(to, item.held().who(), policies)) {
            throw new RequestRefusal.Invalid(
                    "'{0}' is not there, or has this access and cannot review it", to.substring(to.indexOf(':') + 1));
        }
        return journal.move(
                item.to(to),
                new Happening(
                        now,
                        actor.name(),
                        "reassigned",
                        Map.of(
                                "from", ReviewJournal.who(item.reviewer()),
                                "to", ReviewJournal.who(to),
                                "reason", reason),
                        Map.of(),
                        journal.people(List.of(to), actor.name())));
    }

    /** Closes a campaign in which everything is decided, before its time is up. */
    public Campaign close(Actor actor, UUID id) {
        Campaign campaign = ofStarter(actor, id);
        if (!isDecided(id)) {
            throw new RequestRefusal.IllegalTransition(
                    "Not everything is decided; what is not when time is up is decided by default");
        }
        return closing.close(campaign, actor.name());
    }

    /** Gives a campaign up: what is decided stays decided, the rest stays as it is. */
    public Campaign cancel(Actor actor, UUID id, String reason) {
        Campaign campaign = ofStarter(actor, id);
        checkReason(reason, true);
        Set<String> told =
                new LinkedHashSet<>(journal.people(store.reviewers(id).keySet(), actor.name()));
        return journal.move(
                campaign.to(Campaign.State.CANCELLED, Optional.of(clock.instant()), campaign.reminded()),
                _ -> {},
                new Happening(clock.instant(), actor.name(), "cancelled", Map.of("reason", reason), Map.of(), told));
    }

    private Campaign ofStarter(Actor actor, UUID id) {
        Campaign campaign = get(actor, id);
        ReviewDuties.checkPerson(actor);
        if (!actor.administrator() && !campaign.startedBy().equals(actor.name())) {
            throw new RequestRefusal.NotPermitted(
                    "not-starter", "Only who started the review, and administrators, end it");
        }
        if (campaign.state() != Campaign.State.OPEN) {
            throw new RequestRefusal.IllegalTransition("The review is over");
        }
        return campaign;
    }

    /** The report of a campaign that is closed, for those who read all of it. */
    public ReviewStore.Report report(Actor actor, UUID id) {
        Campaign campaign = get(actor, id);
        if (!ReviewDuties.readsAll(campaign, actor)) {
            throw new RequestRefusal.NotPermitted(
                    "whole-review", "The report is for who started the review, administrators and auditors");
        }
        return store.report(id).orElseThrow(() -> new RequestRefusal.NotFound("The report of the review"));
    }
}

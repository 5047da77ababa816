package io.atalaya.catalog.review;

import io.atalaya.catalog.request.RequestRefusal;
import io.atalaya.catalog.review.ReviewItem.Narrow;
import io.atalaya.catalog.review.ReviewItem.Ruling;
import io.atalaya.catalog.review.ReviewItem.State;
import io.atalaya.catalog.review.ReviewItem.Verdict;
import io.atalaya.catalog.review.ReviewJournal.Happening;
import io.atalaya.policies.PolicyException;
import io.atalaya.policies.grant.Grant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends campaigns: finishes what a crash interrupted, reminds, lets silence decide when time is up, and reports. */
final class Closing {
    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);
    private static final int AT_ONCE = 200;
    private static final Duration NOTICE = Duration.ofDays(3);

    private final ReviewStore store;
    private final ReviewJournal journal;
    private final GrantFacts facts;
    private final Enforcement enforcement;
    private final ReportWriter reports;
    private final Clock clock;

    Closing(
            ReviewStore store,
            ReviewJournal journal,
            GrantFacts facts,
            Enforcement enforcement,
            ReportWriter reports,
            Clock clock) {
        this.store = store;
        this.journal = journal;
        this.facts = facts;
        this.enforcement = enforcement;
        this.reports = reports;
        this.clock = clock;
    }

    /** Does what is due. */
    void sweep() {
        Instant now = clock.instant();
        each(store.applying(AT_ONCE), enforcement::apply);
        each(store.due(now.plus(NOTICE), AT_ONCE), campaign -> {
            if (now.isBefore(campaign.due())) {
                remind(campaign, now);
            } else if (lapse(campaign, now)) {
                close(campaign, Enforcement.SERVICE.name());
            }
        });
    }

    private void remind(Campaign campaign, Instant now) {
        if (!campaign.reminded()) {
            List<String> late = store.reviewers(campaign.id()).entrySet().stream()
                    .filter(entry -> entry.getValue() > 0)
                    .map(Map.Entry::getKey)
                    .toList();
            String service = Enforcement.SERVICE.name();
            journal.move(
                    campaign.to(campaign.state(), Optional.empty(), true),
                    _ -> {},
                    new Happening(now, service, "due-soon", Map.of(), Map.of(), journal.people(late, service)));
        }
    }

    /** Lets silence decide on some items; answers whether there are none left. */
    private boolean lapse(Campaign campaign, Instant now) {
        List<ReviewItem> open = store.items(campaign.id(), List.of(State.OPEN), List.of(), 0, AT_ONCE);
        Map<String, Usage> usage =
                facts.usage(open.stream().map(item -> item.held().id()).toList());
        each(open, item -> lapse(campaign, item, usage.getOrDefault(item.held().id(), Usage.NONE), now));
        return open.isEmpty()
                && store.items(campaign.id(), List.of(State.APPLYING), List.of(), 0, 1)
                        .isEmpty();
    }

    private void lapse(Campaign campaign, ReviewItem item, Usage usage, Instant now) {
        GrantReach reach = facts.reach();
        Optional<Grant> grant = GrantFacts.find(item.held(), reach.policies()).filter(item.held()::is);
        Choice choice = grant.isEmpty()
                ? new Choice(Verdict.GONE, Optional.empty())
                : item.shared()
                        ? new Choice(Verdict.KEEP, Optional.empty())
                        : choice(campaign, grant.get(), usage, reach);
        Ruling ruling = new Ruling(
                choice.verdict(),
                Enforcement.SERVICE.name(),
                now,
                "",
                choice.narrow(),
                Optional.of(facts.numbers(item.held(), usage, reach)),
                Optional.empty(),
                Optional.empty());
        boolean changes = choice.verdict() == Verdict.REVOKE || choice.verdict() == Verdict.NARROW;
        ReviewItem decided = journal.move(
                item.to(changes ? State.APPLYING : State.DECIDED, Optional.of(ruling)),
                new Happening(
                        now,
                        Enforcement.SERVICE.name(),
                        "lapsed",
                        Map.of("verdict", choice.verdict().name()),
                        Map.of(),
                        Set.of()));
        if (changes) {
            enforcement.apply(decided);
        }
    }

    private record Choice(Verdict verdict, Optional<Narrow> narrow) {}

    private Choice choice(Campaign campaign, Grant grant, Usage usage, GrantReach reach) {
        return switch (campaign.onSilence()) {
            case REVOKE -> new Choice(Verdict.REVOKE, Optional.empty());
            case KEEP -> new Choice(Verdict.KEEP, Optional.empty());
            case NARROW -> {
                Optional<Narrow> used = Remedy.toUsed(grant, usage, facts.since(), reach);
                yield used.isEmpty()
                        ? new Choice(Verdict.REVOKE, Optional.empty())
                        : isLess(grant, used.get(), reach)
                                ? new Choice(Verdict.NARROW, used)
                                : new Choice(Verdict.KEEP, Optional.empty());
            }
        };
    }

    private boolean isLess(Grant grant, Narrow narrow, GrantReach reach) {
        try {
            return !enforcement
                    .left(grant, Verdict.NARROW, Optional.of(narrow), reach)
                    .isEmpty();
        } catch (RequestRefusal.Invalid _) {
            return false;
        }
    }

    /** Reports and closes a campaign in which nothing is open. */
    Campaign close(Campaign campaign, String actor) {
        Instant now = clock.instant();
        Campaign closed = campaign.to(Campaign.State.CLOSED, Optional.of(now), campaign.reminded());
        ReportWriter.Written written = reports.write(closed, actor);
        Set<String> told = new java.util.LinkedHashSet<>(
                journal.people(store.reviewers(campaign.id()).keySet(), actor));
        told.add(campaign.startedBy());
        told.remove(actor);
        return journal.move(
                closed,
                handle -> store.insert(handle, campaign.id(), written.report()),
                new Happening(now, actor, "closed", written.numbers(), written.hashes(), told));
    }

    private static <T> void each(List<T> all, Consumer<T> deed) {
        for (T one : all) {
            try {
                deed.accept(one);
            } catch (RequestRefusal.Stale _) {
                LOG.atDebug().log("somebody else did it");
            } catch (PolicyException e) {
                LOG.atWarn().setCause(e).log("a review's decision cannot be made so; the report says it");
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("review not carried on; tried again by the next sweep");
            }
        }
    }
}

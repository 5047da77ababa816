package io.atalaya.catalog.review;

import io.atalaya.catalog.request.Actor;
import io.atalaya.catalog.request.RequestRefusal;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jdbi.v3.core.Handle;

/** Begins campaigns: finds the grants in scope, and who reviews each, a page at a time. */
final class CampaignStart {
    private static final int PAGE = 500;
    private static final int LONGEST_NAME = 200;
    private static final Duration LONGEST = Duration.ofDays(366);

    private final ReviewStore store;
    private final ReviewJournal journal;
    private final GrantFacts facts;
    private final LakeCatalog catalog;
    private final Predicate<String> isUser;
    private final int most;
    private final Clock clock;

    CampaignStart(
            ReviewStore store,
            ReviewJournal journal,
            GrantFacts facts,
            LakeCatalog catalog,
            Predicate<String> isUser,
            int most,
            Clock clock) {
        this.store = store;
        this.journal = journal;
        this.facts = facts;
        this.catalog = catalog;
        this.isUser = isUser;
        this.most = most;
        this.clock = clock;
    }

    /** Begins one for somebody who may. */
    Campaign begin(Actor actor, ReviewDraft draft) {
        Instant now = clock.instant();
        check(draft, now);
        GrantReach reach = facts.reach();
        ReviewScope scope = scope(actor, draft, reach);
        draft.reviewers().forEach(reviewer -> checkReviewer(reviewer, reach.policies()));
        GrantsInScope grants = new GrantsInScope(reach, now);
        Predicate<Grant> watched = grants.watchedBy(actor);
        long items = grants.of(scope).filter(watched).count();
        if (items == 0) {
            throw new RequestRefusal.Invalid("there is no grant in this scope that you may have reviewed");
        }
        if (items > most) {
            throw new RequestRefusal.Invalid(
                    "there are {0} grants in this scope and a campaign has at most {1}; split it, by database, table or profile",
                    items, most);
        }
        Campaign campaign = new Campaign(
                UUID.randomUUID(),
                draft.name().strip(),
                Campaign.State.OPEN,
                1,
                scope,
                draft.reviewers(),
                draft.onSilence(),
                actor.name(),
                now,
                draft.due(),
                Optional.empty(),
                false,
                items);
        Pages pages = new Pages(campaign, grants, reach);
        Set<String> reviewers = pages.reviewers(grants.of(scope).filter(watched));
        journal.open(
                campaign,
                handle -> pages.write(handle, grants.of(scope).filter(watched)),
                new ReviewJournal.Happening(
                        now,
                        actor.name(),
                        "started",
                        Map.of("items", items),
                        Map.of(
                                "name", campaign.name(),
                                "scope", scope.kind().name(),
                                "of", scope.name(),
                                "due", campaign.due().toString(),
                                "onSilence", campaign.onSilence().name(),
                                "reviewers",
                                        reviewers.stream()
                                                .map(ReviewJournal::who)
                                                .toList()),
                        journal.people(reviewers, actor.name())));
        return campaign;
    }

    private static void check(ReviewDraft draft, Instant now) {
        if (draft.name().isBlank() || draft.name().length() > LONGEST_NAME) {
            throw new RequestRefusal.Invalid("'name' must have 1 to {0} characters", LONGEST_NAME);
        }
        if (!draft.due().isAfter(now) || draft.due().isAfter(now.plus(LONGEST))) {
            throw new RequestRefusal.Invalid("'due' must be in the future, within {0} days", LONGEST.toDays());
        }
    }

    private void checkReviewer(String reviewer, PolicySnapshot policies) {
        switch (Grantee.parse(reviewer)) {
            case Grantee.User(var name) -> {
                if (!isUser.test(name)) {
                    throw new RequestRefusal.Invalid("there is no user '{0}'", name);
                }
            }
            case Grantee.Profile(var name) -> {
                if (policies.profiles().stream()
                        .noneMatch(profile -> profile.name().equals(name))) {
                    throw new RequestRefusal.Invalid("there is no profile '{0}'", name);
                }
            }
        }
    }

    /** Names are bound to what they stand for; what the actor may not know of is answered like what is not there. */
    private ReviewScope scope(Actor actor, ReviewDraft draft, GrantReach reach) {
        PolicySnapshot policies = reach.policies();
        String name = draft.scopeName();
        Optional<UUID> id = switch (draft.scope()) {
            case TAG -> {
                int equals = name.indexOf('=');
                boolean there = equals > 0
                        && policies.tagValues()
                                .getOrDefault(name.substring(0, equals), java.util.Collections.emptySortedSet())
                                .contains(name.substring(equals + 1));
                yield found(there, "Tag", name, Optional.empty());
            }
            case PROFILE ->
                found(
                        !actor.administrator()
                                || policies.profiles().stream()
                                        .anyMatch(one -> one.name().equals(name)),
                        "Profile",
                        name,
                        Optional.empty());
            case USER -> found(!actor.administrator() || isUser.test(name), "User", name, Optional.empty());
            case DATABASE -> {
                Optional<UUID> database = catalog.namespace(Namespace.of(name))
                        .filter(entry -> policies.mayDescribe(actor.principal(), entry.uuid(), entry.namespace()))
                        .map(entry -> entry.uuid());
                yield found(database.isPresent(), "Database", name, database);
            }
            case TABLE -> {
                Optional<UUID> table = Optional.of(name)
                        .filter(text -> text.indexOf('.') > 0)
                        .map(TableIdentifier::parse)
                        .flatMap(catalog::find)
                        .filter(entry -> policies.mayDescribe(actor.principal(), entry.namespaceUuid(), entry.uuid()))
                        .map(entry -> entry.uuid());
                yield found(table.isPresent(), "Table", name, table);
            }
        };
        return new ReviewScope(draft.scope(), name, id);
    }

    private static Optional<UUID> found(boolean there, String what, String name, Optional<UUID> id) {
        if (!there) {
            throw new RequestRefusal.NotFound("{0} '{1}'", what, name);
        }
        return id;
    }

    /** The items of a campaign that begins. */
    private final class Pages {
        private final Campaign campaign;
        private final GrantsInScope grants;
        private final GrantReach reach;
        private final Map<List<String>, Boolean> suitable = new HashMap<>();

        private Pages(Campaign campaign, GrantsInScope grants, GrantReach reach) {
            this.campaign = campaign;
            this.grants = grants;
            this.reach = reach;
        }

        /** Everybody whose turn comes. */
        private Set<String> reviewers(Stream<Grant> all) {
            Set<String> reviewers = new LinkedHashSet<>();
            AtomicLong number = new AtomicLong();
            all.forEach(grant -> reviewers.add(reviewer(grant, number.incrementAndGet())));
            return reviewers;
        }

        private void write(Handle handle, Stream<Grant> all) {
            List<ReviewItem> page = new ArrayList<>(PAGE);
            AtomicLong number = new AtomicLong();
            all.forEach(grant -> {
                page.add(item(grant, number.incrementAndGet()));
                if (page.size() == PAGE) {
                    store.insert(handle, page);
                    page.clear();
                }
            });
            store.insert(handle, page);
        }

        private ReviewItem item(Grant grant, long number) {
            boolean shared =
                    campaign.scope().kind() == ReviewScope.Kind.USER && grant.grantee() instanceof Grantee.Profile;
            return new ReviewItem(
                    campaign.id(),
                    number,
                    1,
                    HeldGrant.of(grant),
                    reach.subject(grant.resource()),
                    shared,
                    reviewer(grant, number),
                    ReviewItem.State.OPEN,
                    Optional.empty());
        }

        /** The next grant's reviewer: the owner, or those named in turn; administrators where that would be the grantee. */
        private String reviewer(Grant grant, long number) {
            List<String> named = campaign.reviewers();
            if (named.isEmpty()) {
                return grants.owner(grant)
                        .map(Grantee::text)
                        .filter(owner -> mayReview(owner, grant))
                        .orElse(ReviewDuties.ADMINISTRATORS);
            }
            for (int turn = 0; turn < named.size(); turn++) {
                String next = named.get((int) ((number - 1 + turn) % named.size()));
                if (mayReview(next, grant)) {
                    return next;
                }
            }
            return ReviewDuties.ADMINISTRATORS;
        }

        private boolean mayReview(String key, Grant grant) {
            return suitable.computeIfAbsent(
                    List.of(key, grant.grantee().text()),
                    _ -> (!(Grantee.parse(key) instanceof Grantee.User(var name)) || isUser.test(name))
                            && ReviewDuties.mayReview(key, grant.grantee(), reach.policies()));
        }
    }
}

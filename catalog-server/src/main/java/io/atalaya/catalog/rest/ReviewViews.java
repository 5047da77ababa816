package io.atalaya.catalog.rest;

import static io.atalaya.catalog.rest.ReviewBodies.word;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.atalaya.catalog.audit.Horizon;
import io.atalaya.catalog.request.Actor;
import io.atalaya.catalog.review.Campaign;
import io.atalaya.catalog.review.GrantFacts;
import io.atalaya.catalog.review.GrantReports;
import io.atalaya.catalog.review.HeldGrant;
import io.atalaya.catalog.review.ReviewItem;
import io.atalaya.catalog.review.ReviewStore;
import io.atalaya.catalog.review.Reviews;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.grant.Grantee;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.iceberg.types.Types;

/** Reviews as the REST API writes them, to one of those who may see them. */
final class ReviewViews {
    private final Reviews reviews;
    private final PolicySnapshot policies;
    private final Actor actor;
    private final boolean knowsAll;

    /** To an actor who {@code knowsAll} columns of all datasets, or else those that policies let it know of. */
    ReviewViews(Reviews reviews, PolicySnapshot policies, Actor actor, boolean knowsAll) {
        this.reviews = reviews;
        this.policies = policies;
        this.actor = actor;
        this.knowsAll = knowsAll;
    }

    record Review(
            UUID id,
            String name,
            String state,
            ReviewBodies.Scope scope,
            List<RequestBodies.Grantee> reviewers,
            String onSilence,
            String startedBy,
            Instant startedAt,
            Instant due,
            Optional<Instant> closedAt,
            Map<String, Long> counts,
            List<String> actions) {}

    record Use(boolean traced, Optional<Instant> last, long reads, long people, long granted, long used) {
        static Use of(ReviewItem.Use use) {
            return new Use(use.traced(), use.last(), use.reads(), use.people(), use.granted(), use.used());
        }
    }

    record Item(
            long number,
            long version,
            RequestBodies.Grantee grantee,
            String on,
            List<String> permissions,
            String source,
            Optional<Instant> until,
            boolean shared,
            RequestBodies.Grantee reviewer,
            String state,
            Optional<String> verdict,
            Use use,
            List<String> actions) {}

    record Column(String name, boolean used) {}

    /** {@code hidden} is how many columns more there are, which the caller may not know of. */
    record Dataset(String dataset, long granted, long used, List<Column> columns, long hidden) {}

    record Given(String by, Instant at) {}

    record Request(UUID id, String requester, List<String> approvers, String justification) {}

    record Before(UUID review, String verdict, String by, Instant at) {}

    record Evidence(
            boolean current,
            long holders,
            List<Dataset> datasets,
            long reached,
            Optional<Given> given,
            Optional<Request> request,
            Optional<Before> before,
            Optional<Instant> retiredUpTo) {}

    record OfDataset(String dataset, boolean allowed) {}

    record Outcome(Instant at, long epoch, boolean byGrant, List<OfDataset> datasets) {}

    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Ruling(
            String verdict,
            String by,
            Instant at,
            String reason,
            Optional<Long> columnsLeft,
            Optional<Instant> until,
            Optional<Outcome> outcome,
            Optional<String> failure) {}

    record Event(long number, Instant at, String actor, String kind, Map<String, Object> details) {}

    record WholeItem(
            Item item,
            String grant,
            Optional<Instant> from,
            String when,
            String purpose,
            String reason,
            List<String> grantable,
            Evidence evidence,
            Optional<Ruling> ruling,
            List<Event> events) {}

    record Line(
            String grant,
            RequestBodies.Grantee grantee,
            String on,
            List<String> permissions,
            String source,
            Optional<Instant> until,
            Use use,
            Optional<Given> given) {}

    static RequestBodies.Grantee who(String key) {
        return RequestBodies.Grantee.of(Grantee.parse(key));
    }

    Review review(Campaign campaign) {
        Map<String, Long> counts = new TreeMap<>();
        for (ReviewStore.Count count : reviews.counts(actor, campaign)) {
            counts.merge(
                    count.verdict().isEmpty() ? "open" : count.verdict().toLowerCase(java.util.Locale.ROOT),
                    count.items(),
                    Long::sum);
            if (count.state().equals(ReviewItem.State.FAILED.name())) {
                counts.merge("failed", count.items(), Long::sum);
            }
        }
        return new Review(
                campaign.id(),
                campaign.name(),
                campaign.state().name(),
                ReviewBodies.Scope.of(campaign.scope()),
                campaign.reviewers().stream().map(ReviewViews::who).toList(),
                word(campaign.onSilence()),
                campaign.startedBy(),
                campaign.startedAt(),
                campaign.due(),
                campaign.closedAt(),
                counts,
                reviews.actions(actor, campaign));
    }

    Item item(Campaign campaign, ReviewItem item, ReviewItem.Use use) {
        HeldGrant held = item.held();
        return new Item(
                item.number(),
                item.version(),
                who(held.grantee()),
                item.subject(),
                held.permissions().stream().map(Enum::name).toList(),
                held.source(),
                held.until(),
                item.shared(),
                who(item.reviewer()),
                item.state().name(),
                item.ruling().map(ruling -> word(ruling.verdict())),
                Use.of(use),
                reviews.actions(actor, campaign, item));
    }

    WholeItem whole(Campaign campaign, ReviewItem item) {
        HeldGrant held = item.held();
        GrantFacts.Facts facts = reviews.facts(item);
        ReviewItem.Use use = item.ruling().flatMap(ReviewItem.Ruling::use).orElse(facts.use());
        return new WholeItem(
                item(campaign, item, use),
                held.id(),
                held.from(),
                held.when(),
                held.purpose(),
                held.reason(),
                held.grantable().stream().map(Enum::name).toList(),
                new Evidence(
                        facts.current(),
                        facts.holders(),
                        facts.datasets().stream().map(this::dataset).toList(),
                        facts.reached(),
                        facts.given().map(given -> new Given(given.by(), given.at())),
                        facts.request()
                                .map(request -> new Request(
                                        request.id(),
                                        request.requester(),
                                        request.approvers(),
                                        request.justification())),
                        reviews.before(campaign, item)
                                .flatMap(before -> before.ruling()
                                        .map(ruling -> new Before(
                                                before.campaign(), word(ruling.verdict()), ruling.by(), ruling.at()))),
                        facts.horizon().map(Horizon::newest)),
                item.ruling().map(ReviewViews::ruling),
                reviews.events(campaign.id(), item.number()).stream()
                        .map(event ->
                                new Event(event.number(), event.at(), event.actor(), event.kind(), event.details()))
                        .toList());
    }

    private Dataset dataset(GrantFacts.Columns columns) {
        List<Types.NestedField> known = known(columns);
        return new Dataset(
                name(columns),
                columns.granted().size(),
                columns.used().size(),
                known.stream()
                        .map(column -> new Column(column.name(), columns.used().contains(column.fieldId())))
                        .toList(),
                columns.granted().size() - known.size());
    }

    static String name(GrantFacts.Columns columns) {
        return columns.dataset().databaseName() + "." + columns.dataset().name();
    }

    /** The columns that the actor may know of. */
    List<Types.NestedField> known(GrantFacts.Columns columns) {
        if (knowsAll) {
            return columns.granted();
        }
        Set<Integer> ids =
                policies.knownColumns(actor.principal(), columns.dataset().table());
        return columns.granted().stream()
                .filter(column -> ids.contains(column.fieldId()))
                .toList();
    }

    private static Ruling ruling(ReviewItem.Ruling ruling) {
        return new Ruling(
                word(ruling.verdict()),
                ruling.by(),
                ruling.at(),
                ruling.reason(),
                ruling.narrow()
                        .filter(narrow -> !narrow.columns().isEmpty())
                        .map(narrow -> narrow.columns().values().stream()
                                .mapToLong(Set::size)
                                .sum()),
                ruling.narrow().flatMap(ReviewItem.Narrow::until),
                ruling.outcome()
                        .map(seen -> new Outcome(
                                seen.at(),
                                seen.epoch(),
                                seen.byGrant(),
                                seen.datasets().stream()
                                        .map(one -> new OfDataset(one.dataset(), one.allowed()))
                                        .toList())),
                ruling.failure());
    }

    static Line line(GrantReports.Line line) {
        HeldGrant held = line.held();
        return new Line(
                held.id(),
                who(held.grantee()),
                line.subject(),
                held.permissions().stream().map(Enum::name).toList(),
                held.source(),
                held.until(),
                Use.of(line.use()),
                line.given().map(given -> new Given(given.by(), given.at())));
    }
}

package io.atalaya.catalog.rest;

import static io.atalaya.catalog.rest.RequestBodies.present;

import io.atalaya.catalog.audit.AuditReaders;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Cursors;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.catalog.request.Actor;
import io.atalaya.catalog.review.Campaign;
import io.atalaya.catalog.review.GrantFacts;
import io.atalaya.catalog.review.GrantReports;
import io.atalaya.catalog.review.ReviewDesk;
import io.atalaya.catalog.review.ReviewItem;
import io.atalaya.catalog.review.ReviewStore;
import io.atalaya.catalog.review.Reviews;
import io.atalaya.policies.PolicySnapshot;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.iceberg.types.Types;

/** Reviews of access: who still needs what they have. A review that is not the caller's to see does not exist for it. */
public final class ReviewRoutes {
    private static final int MOST_DAYS = 3_650;

    private final Reviews reviews;
    private final GrantReports reports;
    private final Supplier<PolicySnapshot> policies;
    private final Cursors cursors;
    private final Recorder recorder;

    public ReviewRoutes(ReviewDesk desk, Supplier<PolicySnapshot> policies, Cursors cursors, Recorder recorder) {
        this.reviews = desk.reviews();
        this.reports = desk.reports();
        this.policies = policies;
        this.cursors = cursors;
        this.recorder = recorder;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/reviews", this::list),
                Route.post("/reviews", this::start),
                Route.get("/reviews/{id}", this::get),
                Route.get("/reviews/{id}/items", this::items),
                Route.get("/reviews/{id}/items/{number}", this::item),
                Route.post("/reviews/{id}/items/{number}/decision", this::decide),
                Route.post("/reviews/{id}/items/{number}/reassign", this::reassign),
                Route.post("/reviews/{id}/close", this::close),
                Route.post("/reviews/{id}/cancel", this::cancel),
                Route.get("/reviews/{id}/report", this::report),
                Route.get("/reports/unused-grants", ctx -> grants(ctx, GrantReports.Kind.UNUSED)),
                Route.get("/reports/excess-grants", ctx -> grants(ctx, GrantReports.Kind.EXCESSIVE)));
    }

    private static Actor actor(Context ctx) {
        Caller caller = Caller.of(ctx);
        return new Actor(caller.principal(), caller.administrator(), caller.means() != Caller.Means.OPERATOR);
    }

    private static UUID id(Context ctx) {
        return Parameters.id(ctx, "id", "Review");
    }

    private static long number(Context ctx) {
        return Parameters.number(ctx, "number", "Item");
    }

    private ReviewViews views(Actor actor) {
        return new ReviewViews(
                reviews, policies.get(), actor, AuditReaders.include(actor.principal(), actor.administrator()));
    }

    private record Listed(List<ReviewViews.Review> items, Optional<String> nextCursor, boolean mayStart) {}

    private void list(Context ctx) {
        Actor actor = actor(ctx);
        String which = Parameters.text(ctx, "list").orElse("mine");
        if (!Set.of("mine", "all").contains(which)) {
            throw new RequestException.BadRequest("'list' must be mine or all");
        }
        int limit = Parameters.integer(ctx, "limit", 50, 1, 200);
        String name = "reviews " + which;
        Optional<ReviewStore.Position> after = Parameters.text(ctx, "cursor")
                .map(cursor -> cursors.read(name, actor.principal(), 0, cursor))
                .map(ReviewStore.Position::parse);
        List<Campaign> found = reviews.list(actor, which.equals("mine"), after, limit + 1);
        List<Campaign> page = found.stream().limit(limit).toList();
        ReviewViews views = views(actor);
        Body.write(
                ctx,
                new Listed(
                        page.stream().map(views::review).toList(),
                        found.size() > limit
                                ? Optional.of(cursors.write(
                                        name,
                                        actor.principal(),
                                        0,
                                        ReviewStore.Position.of(page.getLast()).text()))
                                : Optional.empty(),
                        reviews.mayStart(actor)));
    }

    private void start(Context ctx) {
        Actor actor = actor(ctx);
        Campaign campaign =
                reviews.start(actor, Body.read(ctx, ReviewBodies.Draft.class).draft());
        Body.write(ctx, 201, views(actor).review(campaign));
    }

    private void get(Context ctx) {
        Actor actor = actor(ctx);
        Body.write(ctx, views(actor).review(reviews.get(actor, id(ctx))));
    }

    private void items(Context ctx) {
        Actor actor = actor(ctx);
        Campaign campaign = reviews.get(actor, id(ctx));
        String state = Parameters.text(ctx, "state").orElse("all");
        List<ReviewItem.State> states = switch (state) {
            case "all" -> List.of(ReviewItem.State.values());
            case "open" -> List.of(ReviewItem.State.OPEN, ReviewItem.State.FAILED);
            case "decided" -> List.of(ReviewItem.State.APPLYING, ReviewItem.State.DECIDED);
            default -> throw new RequestException.BadRequest("'state' must be all, open or decided");
        };
        boolean mine = Parameters.text(ctx, "list").filter("mine"::equals).isPresent();
        int limit = Parameters.integer(ctx, "limit", 50, 1, 200);
        String name = "items " + campaign.id() + " " + state + " " + mine;
        long after = Parameters.text(ctx, "cursor")
                .map(cursor -> cursors.read(name, actor.principal(), 0, cursor))
                .map(Long::parseLong)
                .orElse(0L);
        List<ReviewItem> found = reviews.items(actor, campaign, states, mine, after, limit + 1);
        List<ReviewItem> page = found.stream().limit(limit).toList();
        Map<Long, ReviewItem.Use> uses = reviews.uses(page);
        ReviewViews views = views(actor);
        Body.write(
                ctx,
                new Page<>(
                        page.stream()
                                .map(item ->
                                        views.item(campaign, item, Objects.requireNonNull(uses.get(item.number()))))
                                .toList(),
                        found.size() > limit
                                ? Optional.of(cursors.write(
                                        name,
                                        actor.principal(),
                                        0,
                                        Long.toString(page.getLast().number())))
                                : Optional.empty()));
    }

    private void item(Context ctx) {
        Actor actor = actor(ctx);
        answer(ctx, actor, reviews.item(actor, id(ctx), number(ctx)));
    }

    private void answer(Context ctx, Actor actor, ReviewItem item) {
        Body.write(ctx, views(actor).whole(reviews.get(actor, item.campaign()), item));
    }

    private void decide(Context ctx) {
        Actor actor = actor(ctx);
        ReviewItem item = reviews.item(actor, id(ctx), number(ctx));
        ReviewBodies.Decision body = Body.read(ctx, ReviewBodies.Decision.class);
        ReviewItem.Verdict verdict = body.said();
        ReviewItem decided = reviews.decide(
                actor,
                item.campaign(),
                item.number(),
                new Reviews.Decision(
                        present("version", body.version()),
                        verdict,
                        Objects.requireNonNullElse(body.reason(), ""),
                        body.toUsed(),
                        columns(body.columns(), item, views(actor)),
                        body.until()));
        answer(ctx, actor, decided);
    }

    /** Names are bound among those that the grant gives and the actor may know of. */
    private Map<UUID, Set<Integer>> columns(List<ReviewBodies.Columns> named, ReviewItem item, ReviewViews views) {
        if (named.isEmpty()) {
            return Map.of();
        }
        List<GrantFacts.Columns> given = reviews.facts(item).datasets();
        Map<UUID, Set<Integer>> columns = new HashMap<>();
        for (ReviewBodies.Columns one : named) {
            String dataset = present("narrow.columns.dataset", one.dataset());
            GrantFacts.Columns known = given.stream()
                    .filter(some -> ReviewViews.name(some).equals(dataset))
                    .findFirst()
                    .orElseThrow(() -> new RequestException.BadRequest("The grant does not reach '{0}'", dataset));
            Set<Integer> ids = new HashSet<>();
            for (String name : present("narrow.columns.columns", one.columns())) {
                ids.add(views.known(known).stream()
                        .filter(column -> column.name().equals(name))
                        .map(Types.NestedField::fieldId)
                        .findFirst()
                        .orElseThrow(() -> new RequestException.BadRequest(
                                "The grant does not give a column '{0}' of {1}", name, dataset)));
            }
            if (!ids.isEmpty()) {
                columns.put(known.dataset().table().uuid(), ids);
            }
        }
        return columns;
    }

    private void reassign(Context ctx) {
        Actor actor = actor(ctx);
        ReviewItem item = reviews.item(actor, id(ctx), number(ctx));
        ReviewBodies.Reassignment body = Body.read(ctx, ReviewBodies.Reassignment.class);
        reviews.reassign(
                actor,
                item.campaign(),
                item.number(),
                present("version", body.version()),
                present("to", body.to()).text(),
                Objects.requireNonNullElse(body.reason(), ""));
        ctx.status(204);
    }

    private void close(Context ctx) {
        Actor actor = actor(ctx);
        Body.write(ctx, views(actor).review(reviews.close(actor, id(ctx))));
    }

    private void cancel(Context ctx) {
        Actor actor = actor(ctx);
        UUID id = reviews.get(actor, id(ctx)).id();
        String reason = Objects.requireNonNullElse(
                Body.read(ctx, ReviewBodies.Cancellation.class).reason(), "");
        Body.write(ctx, views(actor).review(reviews.cancel(actor, id, reason)));
    }

    private void report(Context ctx) {
        Actor actor = actor(ctx);
        UUID id = id(ctx);
        String format = Parameters.text(ctx, "format").orElse("pdf");
        ReviewStore.Report report = reviews.report(actor, id);
        byte[] file = switch (format) {
            case "pdf" -> report.pdf();
            case "csv" -> report.csv();
            case "note" -> report.note().getBytes(StandardCharsets.UTF_8);
            default -> throw new RequestException.BadRequest("'format' must be pdf, csv or note");
        };
        recorder.happened(Caller.of(ctx), "review.report", id.toString(), Map.of("format", format));
        String ending = format.equals("note") ? "txt" : format;
        ctx.contentType(
                        switch (format) {
                            case "pdf" -> "application/pdf";
                            case "csv" -> "text/csv; charset=utf-8";
                            default -> "text/plain; charset=utf-8";
                        })
                .header("Content-Disposition", "attachment; filename=\"review-" + id + "." + ending + "\"")
                .result(file);
    }

    private void grants(Context ctx, GrantReports.Kind kind) {
        Actor actor = actor(ctx);
        if (!AuditReaders.include(actor.principal(), actor.administrator()) && !reviews.mayStart(actor)) {
            throw new RequestException.Forbidden(
                    "oversight-only", "Reports on grants are for administrators, auditors and stewards");
        }
        int days = Parameters.integer(ctx, "days", 90, 1, MOST_DAYS);
        int limit = Parameters.integer(ctx, "limit", 50, 1, 200);
        String name = "grants " + kind + " " + days;
        Optional<GrantReports.Position> after = Parameters.text(ctx, "cursor")
                .map(cursor -> cursors.read(name, actor.principal(), 0, cursor))
                .map(GrantReports.Position::parse);
        GrantReports.Lines lines = reports.of(actor, kind, Duration.ofDays(days), after, limit);
        Body.write(
                ctx,
                new Page<>(
                        lines.lines().stream().map(ReviewViews::line).toList(),
                        lines.next().map(next -> cursors.write(name, actor.principal(), 0, next.text()))));
    }
}

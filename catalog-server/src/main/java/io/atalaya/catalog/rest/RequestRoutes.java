package io.atalaya.catalog.rest;

import static io.atalaya.catalog.rest.RequestBodies.present;

import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Cursors;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.catalog.request.AccessRequest;
import io.atalaya.catalog.request.AccessRequests;
import io.atalaya.catalog.request.Actor;
import io.atalaya.catalog.request.Description;
import io.atalaya.catalog.request.ListPosition;
import io.atalaya.catalog.request.Notices;
import io.atalaya.catalog.request.RequestDesk;
import io.atalaya.catalog.request.RequestStep;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asking for access, deciding on it, and ending it. A request that is not the caller's to see does not exist for it. */
public final class RequestRoutes {
    private final AccessRequests requests;
    private final Notices notices;
    private final Description description;
    private final DatasetIndex index;
    private final Supplier<PolicySnapshot> policies;
    private final Cursors cursors;
    private final Clock clock;

    public RequestRoutes(
            RequestDesk desk, DatasetIndex index, Supplier<PolicySnapshot> policies, Cursors cursors, Clock clock) {
        this.requests = desk.requests();
        this.notices = desk.notices();
        this.description = desk.describe();
        this.index = index;
        this.policies = policies;
        this.cursors = cursors;
        this.clock = clock;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/requests", this::list),
                Route.post("/requests", this::submit),
                Route.get("/requests/{id}", this::get),
                Route.put("/requests/{id}", this::edit),
                Route.post("/requests/{id}/decision", this::decide),
                Route.post("/requests/{id}/withdraw", this::withdraw),
                Route.post("/requests/{id}/revoke", this::revoke),
                Route.post("/requests/{id}/extend", this::extend),
                Route.post("/requests/{id}/comments", this::comment),
                Route.get("/notifications", this::notifications),
                Route.post("/notifications/read", this::read));
    }

    /**
     * Of a request, of a review, of a run, which says something, of a pipeline, which is named, or of a dataset, which is named while
     * the caller may know of it; the others are null.
     */
    private record NoticeView(
            @Nullable UUID request,
            @Nullable UUID review,
            @Nullable UUID run,
            @Nullable String pipeline,
            @Nullable String dataset,
            long number,
            Instant at,
            String kind,
            Optional<String> message,
            boolean unread) {
        static NoticeView of(Notices.Received received, Function<UUID, Optional<String>> datasets) {
            Notices.Notice notice = received.notice();
            return new NoticeView(
                    notice.about() == Notices.About.REQUEST ? notice.subject() : null,
                    notice.about() == Notices.About.REVIEW ? notice.subject() : null,
                    notice.about() == Notices.About.RUN ? notice.subject() : null,
                    notice.about() == Notices.About.PIPELINE ? notice.message().orElse(null) : null,
                    notice.about() == Notices.About.DATASET
                            ? datasets.apply(notice.subject()).orElse(null)
                            : null,
                    notice.number(),
                    notice.at(),
                    notice.kind(),
                    notice.message().filter(_ -> notice.about() == Notices.About.RUN),
                    received.unread());
        }
    }

    private record NoticePage(List<NoticeView> items, Optional<String> nextCursor, int unread) {}

    private static Actor actor(Context ctx) {
        Caller caller = Caller.of(ctx);
        return new Actor(caller.principal(), caller.administrator(), caller.means() != Caller.Means.OPERATOR);
    }

    private static UUID id(Context ctx) {
        return Parameters.id(ctx, "id", "Request");
    }

    private void list(Context ctx) {
        Actor actor = actor(ctx);
        String which = Parameters.text(ctx, "list").orElse("mine");
        int limit = Parameters.integer(ctx, "limit", 50, 1, 200);
        String name = "requests " + which;
        Optional<ListPosition> after = Parameters.text(ctx, "cursor")
                .map(cursor -> cursors.read(name, actor.principal(), 0, cursor))
                .map(ListPosition::parse);
        List<AccessRequest> found = switch (which) {
            case "mine" -> requests.mine(actor, after, limit + 1);
            case "approve" -> requests.toApprove(actor, after, limit + 1);
            default -> throw new RequestException.BadRequest("'list' must be mine or approve");
        };
        List<AccessRequest> page = found.stream().limit(limit).toList();
        RequestViews views = views(actor);
        Body.write(
                ctx,
                new Page<>(
                        page.stream().map(views::item).toList(),
                        found.size() > limit
                                ? Optional.of(cursors.write(
                                        name,
                                        actor.principal(),
                                        0,
                                        position(which, page.getLast()).text()))
                                : Optional.empty()));
    }

    private static ListPosition position(String which, AccessRequest last) {
        return new ListPosition(
                which.equals("mine")
                        ? last.created()
                        : last.open().map(RequestStep::due).orElse(last.created()),
                last.id().toString());
    }

    private void submit(Context ctx) {
        Actor actor = actor(ctx);
        answer(
                ctx,
                201,
                actor,
                requests.submit(actor, Body.read(ctx, RequestBodies.Draft.class).draft()));
    }

    private void get(Context ctx) {
        Actor actor = actor(ctx);
        answer(ctx, 200, actor, requests.get(actor, id(ctx)));
    }

    private void edit(Context ctx) {
        Actor actor = actor(ctx);
        UUID id = requests.get(actor, id(ctx)).id();
        RequestBodies.Draft body = Body.read(ctx, RequestBodies.Draft.class);
        answer(ctx, 200, actor, requests.edit(actor, id, present("version", body.version()), body.draft()));
    }

    private void decide(Context ctx) {
        Actor actor = actor(ctx);
        UUID id = requests.get(actor, id(ctx)).id();
        RequestBodies.Decision body = Body.read(ctx, RequestBodies.Decision.class);
        answer(ctx, 200, actor, requests.decide(actor, id, body.decision()));
    }

    private void withdraw(Context ctx) {
        Actor actor = actor(ctx);
        UUID id = requests.get(actor, id(ctx)).id();
        RequestBodies.Withdrawal body = Body.read(ctx, RequestBodies.Withdrawal.class);
        answer(ctx, 200, actor, requests.withdraw(actor, id, present("version", body.version())));
    }

    private void revoke(Context ctx) {
        Actor actor = actor(ctx);
        UUID id = requests.get(actor, id(ctx)).id();
        RequestBodies.Revocation body = Body.read(ctx, RequestBodies.Revocation.class);
        answer(
                ctx,
                200,
                actor,
                requests.revoke(actor, id, present("version", body.version()), present("reason", body.reason())));
    }

    private void extend(Context ctx) {
        Actor actor = actor(ctx);
        UUID id = requests.get(actor, id(ctx)).id();
        RequestBodies.Extension body = Body.read(ctx, RequestBodies.Extension.class);
        answer(
                ctx,
                201,
                actor,
                requests.extend(
                        actor, id, present("until", body.until()), present("justification", body.justification())));
    }

    private void comment(Context ctx) {
        Actor actor = actor(ctx);
        UUID id = requests.get(actor, id(ctx)).id();
        requests.comment(
                actor,
                id,
                present("text", Body.read(ctx, RequestBodies.Comment.class).text()));
        answer(ctx, 201, actor, requests.get(actor, id));
    }

    private void notifications(Context ctx) {
        Principal principal = Caller.of(ctx).principal();
        String user = principal.name();
        PolicySnapshot now = policies.get();
        int limit = Parameters.integer(ctx, "limit", 50, 1, 200);
        Optional<Instant> before = Parameters.time(ctx, "before");
        List<Notices.Received> page = notices.of(user, before, limit);
        Optional<DatasetIndex.Contents> datasets = page.stream()
                .filter(received -> received.notice().about() == Notices.About.DATASET)
                .findFirst()
                .map(_ -> index.contents());
        Function<UUID, Optional<String>> known = uuid -> datasets.flatMap(all -> all.find(uuid))
                .map(Dataset::table)
                .filter(table -> now.mayDescribe(principal, table))
                .map(table -> table.name().toString());
        Body.write(
                ctx,
                new NoticePage(
                        page.stream()
                                .map(received -> NoticeView.of(received, known))
                                .toList(),
                        page.size() < limit
                                ? Optional.empty()
                                : Optional.of(page.getLast().notice().at().toString()),
                        notices.unread(user)));
    }

    private void read(Context ctx) {
        String user = Caller.of(ctx).principal().name();
        notices.read(
                user, present("until", Body.read(ctx, RequestBodies.Read.class).until()));
        ctx.status(204);
    }

    private RequestViews views(Actor actor) {
        return new RequestViews(description, policies.get(), actor, clock.instant());
    }

    private void answer(Context ctx, int status, Actor actor, AccessRequest request) {
        Body.write(ctx, status, views(actor).request(request, requests.events(request.id())));
    }
}

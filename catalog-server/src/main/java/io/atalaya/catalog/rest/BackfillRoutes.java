package io.atalaya.catalog.rest;

import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.ingestion.run.Backfill;
import io.atalaya.ingestion.run.Backfills;
import io.atalaya.ingestion.run.RunPage;
import io.atalaya.ingestion.run.Runs;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Runs of pipelines for the days of a range, for those who may operate the pipeline. */
public final class BackfillRoutes {
    private final Runs runs;
    private final Backfills backfills;
    private final Recorder recorder;

    public BackfillRoutes(Runs runs, Backfills backfills, Recorder recorder) {
        this.runs = runs;
        this.backfills = backfills;
        this.recorder = recorder;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.post("/pipelines/{name}/backfill", this::start),
                Route.get("/pipelines/{name}/backfills", this::list),
                Route.get("/backfills/{id}", this::get),
                Route.get("/backfills/{id}/runs", this::runs),
                Route.post("/backfills/{id}/cancel", ctx -> steer(ctx, "backfill.cancel", backfills::cancel)),
                Route.post("/backfills/{id}/resume", ctx -> steer(ctx, "backfill.resume", backfills::resume)));
    }

    private record StartRequest(
            @Nullable String from,
            @Nullable String to,
            @Nullable Integer concurrency) {}

    private record View(
            UUID id,
            String pipeline,
            LocalDate from,
            LocalDate to,
            String requestedBy,
            Instant requestedAt,
            Map<String, Long> runs) {
        static View of(Backfill backfill) {
            Map<String, Long> runs = new TreeMap<>();
            backfill.runs().forEach((state, count) -> runs.put(state.name(), count));
            return new View(
                    backfill.id(),
                    backfill.pipeline(),
                    backfill.from(),
                    backfill.to(),
                    backfill.requestedBy(),
                    backfill.requestedAt(),
                    runs);
        }
    }

    private record DayView(
            UUID id,
            LocalDate date,
            String state,
            Optional<Instant> startedAt,
            Optional<Instant> endedAt,
            Optional<Sentence> message) {}

    private void start(Context ctx) {
        Caller caller = Caller.of(ctx);
        String name = runs.pipeline(caller.principal(), ctx.pathParam("name")).name();
        StartRequest request = Body.read(ctx, StartRequest.class);
        LocalDate from = date("from", request.from());
        LocalDate to = date("to", request.to());
        OptionalInt concurrency =
                request.concurrency() == null ? OptionalInt.empty() : OptionalInt.of(request.concurrency());
        Backfill backfill = recorder.change(
                caller,
                "backfill.start",
                "pipeline " + name,
                Map.of("from", from.toString(), "to", to.toString()),
                () -> backfills.start(caller.principal(), name, from, to, concurrency));
        Body.write(ctx, 202, View.of(backfill));
    }

    static LocalDate date(String name, @Nullable String text) {
        try {
            if (text != null) {
                return LocalDate.parse(text);
            }
        } catch (DateTimeException _) {
            throw new RequestException.BadRequest("'{0}' is no day such as 2026-01-31", name);
        }
        throw new RequestException.BadRequest("'{0}' is missing; write a day such as 2026-01-31", name);
    }

    private void list(Context ctx) {
        Principal principal = Caller.of(ctx).principal();
        String name = runs.pipeline(principal, ctx.pathParam("name")).name();
        Body.write(
                ctx,
                Page.of(
                        backfills
                                .list(principal, Optional.of(name), Parameters.integer(ctx, "limit", 20, 1, 200))
                                .stream()
                                .map(View::of)
                                .toList()));
    }

    private void get(Context ctx) {
        Body.write(ctx, View.of(backfills.get(Caller.of(ctx).principal(), Parameters.id(ctx, "id", "Backfill"))));
    }

    private void runs(Context ctx) {
        RunPage page = backfills.runs(
                Caller.of(ctx).principal(),
                Parameters.id(ctx, "id", "Backfill"),
                Parameters.text(ctx, "cursor"),
                Parameters.integer(ctx, "limit", 50, 1, 200));
        Body.write(
                ctx,
                new Page<>(
                        page.runs().stream()
                                .map(run -> new DayView(
                                        run.id(),
                                        run.date(),
                                        run.state().name(),
                                        run.startedAt(),
                                        run.endedAt(),
                                        run.said()))
                                .toList(),
                        page.nextCursor()));
    }

    private void steer(Context ctx, String kind, BiFunction<Principal, UUID, Backfill> action) {
        Caller caller = Caller.of(ctx);
        UUID id = Parameters.id(ctx, "id", "Backfill");
        Backfill before = backfills.get(caller.principal(), id);
        Backfill after = recorder.change(
                caller,
                kind,
                "backfill " + id,
                Map.of("pipeline", before.pipeline()),
                () -> action.apply(caller.principal(), id));
        Body.write(ctx, View.of(after));
    }
}

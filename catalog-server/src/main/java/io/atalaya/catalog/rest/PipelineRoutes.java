package io.atalaya.catalog.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.Route;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Trigger;
import io.atalaya.ingestion.run.LogLine;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.run.RunPage;
import io.atalaya.ingestion.run.Runs;
import io.atalaya.ingestion.run.StageRun;
import io.atalaya.policies.Principal;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;

/** Pipelines and their runs, for those who may operate them. */
public final class PipelineRoutes {
    private final Runs runs;
    private final Recorder recorder;

    public PipelineRoutes(Runs runs, Recorder recorder) {
        this.runs = runs;
        this.recorder = recorder;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/pipelines", this::list),
                Route.get("/pipelines/{name}", this::get),
                Route.post("/pipelines/{name}/runs", this::start),
                Route.post("/pipelines/{name}/pause", ctx -> pause(ctx, "pipeline.pause", true)),
                Route.post("/pipelines/{name}/resume", ctx -> pause(ctx, "pipeline.resume", false)),
                Route.get("/runs", this::runs),
                Route.get("/runs/{id}", this::run),
                Route.get("/runs/{id}/logs", this::logs),
                Route.post("/runs/{id}/cancel", ctx -> steer(ctx, "run.cancel", runs::cancel)),
                Route.post("/runs/{id}/resume", ctx -> steer(ctx, "run.resume", runs::resume)));
    }

    private record StageName(String name, String kind, List<String> needs) {}

    private record LastRun(UUID id, String state, Optional<Instant> startedAt, Optional<Instant> endedAt) {}

    private record PipelineView(
            String name,
            String description,
            String owner,
            String runAs,
            List<StageName> stages,
            List<String> triggers,
            boolean paused,
            Optional<LastRun> lastRun) {}

    private record StageView(
            String name,
            String kind,
            String state,
            int attempt,
            long rowsIn,
            long rowsOut,
            long rowsRejected,
            Optional<Instant> startedAt,
            Optional<Instant> endedAt,
            Optional<String> message,
            double progress) {
        static StageView of(StageRun stage) {
            return new StageView(
                    stage.name(),
                    stage.kind(),
                    stage.state().name(),
                    stage.attempt(),
                    stage.rowsIn(),
                    stage.rowsOut(),
                    stage.rowsRejected(),
                    stage.startedAt(),
                    stage.endedAt(),
                    stage.message(),
                    stage.progress());
        }
    }

    private record RunView(
            UUID id,
            String pipeline,
            String state,
            String trigger,
            String requestedBy,
            Instant requestedAt,
            Optional<Instant> startedAt,
            Optional<Instant> endedAt,
            Optional<String> message,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<List<StageView>> stages) {
        static RunView of(Run run, boolean withStages) {
            return new RunView(
                    run.id(),
                    run.pipeline(),
                    run.state().name(),
                    run.trigger(),
                    run.requestedBy(),
                    run.requestedAt(),
                    run.startedAt(),
                    run.endedAt(),
                    run.message(),
                    withStages
                            ? Optional.of(
                                    run.stages().stream().map(StageView::of).toList())
                            : Optional.empty());
        }
    }

    private record LineView(long sequence, Instant at, String level, Optional<String> stage, String message) {
        static LineView of(LogLine line) {
            return new LineView(line.sequence(), line.at(), line.level().name(), line.stage(), line.message());
        }
    }

    private void list(Context ctx) {
        Principal principal = Caller.of(ctx).principal();
        Set<String> paused = runs.paused();
        Body.write(
                ctx,
                Page.of(runs.pipelines(principal).stream()
                        .map(pipeline -> view(principal, pipeline, paused))
                        .toList()));
    }

    private void get(Context ctx) {
        Principal principal = Caller.of(ctx).principal();
        Body.write(ctx, view(principal, runs.pipeline(principal, ctx.pathParam("name")), runs.paused()));
    }

    private void pause(Context ctx, String kind, boolean paused) {
        Caller caller = Caller.of(ctx);
        Pipeline pipeline = runs.pipeline(caller.principal(), ctx.pathParam("name"));
        recorder.change(caller, kind, "pipeline " + pipeline.name(), Map.of(), () -> {
            runs.pause(caller.principal(), pipeline.name(), paused);
            return pipeline;
        });
        Body.write(ctx, view(caller.principal(), pipeline, runs.paused()));
    }

    private void start(Context ctx) {
        Caller caller = Caller.of(ctx);
        String name = ctx.pathParam("name");
        runs.pipeline(caller.principal(), name);
        Run run = recorder.change(
                caller, "run.start", "pipeline " + name, Map.of(), () -> runs.start(caller.principal(), name));
        Body.write(ctx, 202, RunView.of(run, true));
    }

    private void runs(Context ctx) {
        RunPage page = runs.list(
                Caller.of(ctx).principal(),
                Parameters.text(ctx, "pipeline"),
                Parameters.text(ctx, "cursor"),
                Parameters.integer(ctx, "limit", 50, 1, 200));
        Body.write(
                ctx,
                new Page<>(
                        page.runs().stream().map(run -> RunView.of(run, false)).toList(), page.nextCursor()));
    }

    private void run(Context ctx) {
        Body.write(ctx, RunView.of(runs.get(Caller.of(ctx).principal(), Parameters.id(ctx, "id", "Run")), true));
    }

    private void logs(Context ctx) {
        List<LogLine> lines = runs.logs(
                Caller.of(ctx).principal(),
                Parameters.id(ctx, "id", "Run"),
                Parameters.integer(ctx, "after", 0, 0, Integer.MAX_VALUE),
                Parameters.integer(ctx, "limit", 500, 1, 1000));
        Body.write(ctx, Page.of(lines.stream().map(LineView::of).toList()));
    }

    private void steer(Context ctx, String kind, BiFunction<Principal, UUID, Run> action) {
        Caller caller = Caller.of(ctx);
        UUID id = Parameters.id(ctx, "id", "Run");
        Run before = runs.get(caller.principal(), id);
        Run after = recorder.change(
                caller,
                kind,
                "run " + id,
                Map.of("pipeline", before.pipeline()),
                () -> action.apply(caller.principal(), id));
        Body.write(ctx, RunView.of(after, true));
    }

    private PipelineView view(Principal principal, Pipeline pipeline, Set<String> paused) {
        Optional<LastRun> last = runs.list(principal, Optional.of(pipeline.name()), Optional.empty(), 1).runs().stream()
                .findFirst()
                .map(run -> new LastRun(run.id(), run.state().name(), run.startedAt(), run.endedAt()));
        return new PipelineView(
                pipeline.name(),
                pipeline.description(),
                pipeline.owner(),
                pipeline.runAs(),
                pipeline.stages().stream()
                        .map(stage -> new StageName(
                                stage.name(),
                                stage.kind(),
                                stage.needs().stream().sorted().toList()))
                        .toList(),
                pipeline.triggers().stream().map(PipelineRoutes::text).toList(),
                paused.contains(pipeline.name()),
                last);
    }

    private static String text(Trigger trigger) {
        return switch (trigger) {
            case Trigger.Cron(var expression, var zone) -> "cron " + expression + " (" + zone + ")";
            case Trigger.Arrival(var stage) -> "files arriving for " + stage;
            case Trigger.Snapshot(var table) -> "changes of " + table;
        };
    }
}

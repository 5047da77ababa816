package io.atalaya.catalog.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.Route;
import io.atalaya.catalog.language.SaidIn;
import io.atalaya.ingestion.Backlogs;
import io.atalaya.ingestion.Backlogs.Backlog;
import io.atalaya.ingestion.Backlogs.Waiting;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Source.Streamed;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.pipeline.Trigger;
import io.atalaya.ingestion.run.Deadlines;
import io.atalaya.ingestion.run.DryRuns;
import io.atalaya.ingestion.run.LogLine;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.run.RunPage;
import io.atalaya.ingestion.run.Runs;
import io.atalaya.ingestion.run.StagePlan;
import io.atalaya.ingestion.run.StageRun;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Pipelines and their runs, for those who may operate them. */
public final class PipelineRoutes {
    private final Runs runs;
    private final DryRuns dryRuns;
    private final Deadlines deadlines;
    private final Backlogs backlogs;
    private final Recorder recorder;
    private final Clock clock;

    public PipelineRoutes(
            Runs runs, DryRuns dryRuns, Deadlines deadlines, Backlogs backlogs, Recorder recorder, Clock clock) {
        this.runs = runs;
        this.dryRuns = dryRuns;
        this.deadlines = deadlines;
        this.backlogs = backlogs;
        this.recorder = recorder;
        this.clock = clock;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/pipelines", this::list),
                Route.get("/pipelines/{name}", this::get),
                Route.get("/pipelines/{name}/backlog", this::backlog),
                Route.post("/pipelines/{name}/runs", this::start),
                Route.post("/pipelines/{name}/pause", ctx -> pause(ctx, "pipeline.pause", true)),
                Route.post("/pipelines/{name}/resume", ctx -> pause(ctx, "pipeline.resume", false)),
                Route.get("/runs", this::runs),
                Route.get("/runs/{id}", this::run),
                Route.get("/runs/{id}/logs", this::logs),
                Route.post("/runs/{id}/cancel", ctx -> steer(ctx, "run.cancel", Map.of(), runs::cancel)),
                Route.post("/runs/{id}/resume", this::resume));
    }

    /**
     * @param stream of what kind the stream is that it reads
     * @param files whether files are delivered to it
     */
    private record StageName(String name, String kind, List<String> needs, Optional<String> stream, boolean files) {
        static StageName of(Stage stage) {
            return new StageName(
                    stage.name(),
                    stage.kind(),
                    stage.needs().stream().sorted().toList(),
                    stage instanceof Stage.Extract extract
                            ? extract.source().streamed().map(Streamed::kind)
                            : Optional.empty(),
                    stage instanceof Stage.Extract extract && extract.source() instanceof FileDrop);
        }
    }

    private record LastRun(UUID id, String state, Optional<Instant> startedAt, Optional<Instant> endedAt) {
        static LastRun of(Run run) {
            return new LastRun(run.id(), run.state().name(), run.startedAt(), run.endedAt());
        }
    }

    private record PipelineView(
            String name,
            String description,
            String owner,
            String runAs,
            List<StageName> stages,
            List<String> triggers,
            boolean paused,
            Optional<LastRun> lastRun,
            Optional<Instant> nextDue,
            Optional<Instant> missedDeadline) {}

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
            Optional<Sentence> message,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) SaidIn messageLanguage,
            double progress,
            List<String> needs,
            Optional<PutAside> quarantine) {
        static StageView of(StageRun stage, UUID run, Pipeline pipeline) {
            Stage definition = pipeline.stage(stage.name());
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
                    stage.said(),
                    SaidIn.of(stage.said()),
                    stage.progress(),
                    definition.needs().stream().sorted().toList(),
                    PutAside.by(definition, run, stage));
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
            Optional<Sentence> message,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) SaidIn messageLanguage,
            LocalDate date,
            Optional<UUID> backfill,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<List<StageView>> stages) {
        static RunView of(Run run, Optional<Pipeline> withStages) {
            return new RunView(
                    run.id(),
                    run.pipeline(),
                    run.state().name(),
                    run.trigger(),
                    run.requestedBy(),
                    run.requestedAt(),
                    run.startedAt(),
                    run.endedAt(),
                    run.said(),
                    SaidIn.of(run.said()),
                    run.date(),
                    run.backfill(),
                    withStages.map(pipeline -> run.stages().stream()
                            .map(stage -> StageView.of(stage, run.id(), pipeline))
                            .toList()));
        }
    }

    private record LineView(long sequence, Instant at, String level, Optional<String> stage, String message) {
        static LineView of(LogLine line) {
            return new LineView(line.sequence(), line.at(), line.level().name(), line.stage(), line.message());
        }
    }

    private void list(Context ctx) {
        Principal principal = Caller.of(ctx).principal();
        Body.write(ctx, Page.of(views(runs.pipelines(principal))));
    }

    private void get(Context ctx) {
        Principal principal = Caller.of(ctx).principal();
        Body.write(ctx, view(runs.pipeline(principal, ctx.pathParam("name"))));
    }

    /** @param waiting messages that have come and are in no table yet; not known: why */
    private record BacklogView(
            String stage, String kind, Optional<String> source, Optional<Long> waiting, Optional<String> unknown) {
        static BacklogView of(Backlog one) {
            return switch (one.waiting()) {
                case Waiting.Known(long messages) -> of(one, Optional.of(messages), Optional.empty());
                case Waiting.Unknown(var why) -> of(one, Optional.empty(), Optional.of(why.name()));
            };
        }

        private static BacklogView of(Backlog one, Optional<Long> waiting, Optional<String> unknown) {
            return new BacklogView(
                    one.stage(), one.stream().kind(), one.stream().from(), waiting, unknown);
        }
    }

    private void backlog(Context ctx) throws InterruptedException {
        Pipeline pipeline = runs.pipeline(Caller.of(ctx).principal(), ctx.pathParam("name"));
        Body.write(
                ctx, Page.of(backlogs.of(pipeline).stream().map(BacklogView::of).toList()));
    }

    private void pause(Context ctx, String kind, boolean paused) {
        Caller caller = Caller.of(ctx);
        Pipeline pipeline = runs.pipeline(caller.principal(), ctx.pathParam("name"));
        recorder.change(caller, kind, "pipeline " + pipeline.name(), Map.of(), () -> {
            runs.pause(caller.principal(), pipeline.name(), paused);
            return pipeline;
        });
        Body.write(ctx, view(pipeline));
    }

    private record StartRequest(
            @Nullable String date, @Nullable Boolean dryRun) {}

    private record Plans(List<StagePlan> stages) {}

    private void start(Context ctx) {
        Caller caller = Caller.of(ctx);
        Principal principal = caller.principal();
        String name = ctx.pathParam("name");
        Pipeline pipeline = runs.pipeline(principal, name);
        StartRequest request = hasBody(ctx) ? Body.read(ctx, StartRequest.class) : new StartRequest(null, null);
        Optional<LocalDate> date = Optional.ofNullable(request.date()).map(text -> BackfillRoutes.date("date", text));
        if (Boolean.TRUE.equals(request.dryRun())) {
            LocalDate day = date.orElseGet(() -> LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
            Body.write(ctx, new Plans(dryRuns.plan(principal, pipeline, day)));
            return;
        }
        Map<String, Object> details = date.<Map<String, Object>>map(day -> Map.of("date", day.toString()))
                .orElse(Map.of());
        Run run = recorder.change(
                caller, "run.start", "pipeline " + name, details, () -> runs.start(principal, name, date));
        Body.write(ctx, 202, view(run));
    }

    private static boolean hasBody(Context ctx) {
        return ctx.req().getContentLengthLong() != 0 && ctx.contentType() != null;
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
                        page.runs().stream()
                                .map(run -> RunView.of(run, Optional.empty()))
                                .toList(),
                        page.nextCursor()));
    }

    private void run(Context ctx) {
        Body.write(ctx, view(runs.get(Caller.of(ctx).principal(), Parameters.id(ctx, "id", "Run"))));
    }

    private void logs(Context ctx) {
        List<LogLine> lines = runs.logs(
                Caller.of(ctx).principal(),
                Parameters.id(ctx, "id", "Run"),
                Parameters.integer(ctx, "after", 0, 0, Integer.MAX_VALUE),
                Parameters.integer(ctx, "limit", 500, 1, 1000));
        Body.write(ctx, Page.of(lines.stream().map(LineView::of).toList()));
    }

    private void steer(Context ctx, String kind, Map<String, Object> details, BiFunction<Principal, UUID, Run> action) {
        Caller caller = Caller.of(ctx);
        UUID id = Parameters.id(ctx, "id", "Run");
        Run before = runs.get(caller.principal(), id);
        Map<String, Object> known = new HashMap<>(details);
        known.put("pipeline", before.pipeline());
        Run after = recorder.change(caller, kind, "run " + id, known, () -> action.apply(caller.principal(), id));
        Body.write(ctx, view(after));
    }

    private record ResumeRequest(@Nullable String from) {}

    private void resume(Context ctx) {
        Caller.of(ctx);
        String from = hasBody(ctx) ? Body.read(ctx, ResumeRequest.class).from() : null;
        if (from == null) {
            steer(ctx, "run.resume", Map.of(), runs::resume);
        } else {
            steer(ctx, "run.resume", Map.of("from", from), (principal, id) -> runs.again(principal, id, from));
        }
    }

    private RunView view(Run run) {
        return RunView.of(run, Optional.of(runs.pipeline(run)));
    }

    private PipelineView view(Pipeline pipeline) {
        return views(List.of(pipeline)).getFirst();
    }

    private List<PipelineView> views(List<Pipeline> pipelines) {
        Set<String> paused = runs.paused();
        Map<String, Run> last = runs.last(pipelines);
        Map<String, Instant> due = runs.nextDue();
        Map<String, Instant> missed = deadlines.missed(pipelines);
        return pipelines.stream()
                .map(pipeline -> view(
                        pipeline,
                        paused,
                        Optional.ofNullable(last.get(pipeline.name())).map(LastRun::of),
                        Optional.ofNullable(due.get(pipeline.name())),
                        Optional.ofNullable(missed.get(pipeline.name()))))
                .toList();
    }

    private static PipelineView view(
            Pipeline pipeline,
            Set<String> paused,
            Optional<LastRun> last,
            Optional<Instant> due,
            Optional<Instant> missed) {
        return new PipelineView(
                pipeline.name(),
                pipeline.description(),
                pipeline.owner(),
                pipeline.runAs(),
                pipeline.stages().stream().map(StageName::of).toList(),
                pipeline.triggers().stream().map(PipelineRoutes::text).toList(),
                paused.contains(pipeline.name()),
                last,
                due,
                missed);
    }

    private static String text(Trigger trigger) {
        return switch (trigger) {
            case Trigger.Cron(var expression, var zone) -> "cron " + expression + " (" + zone + ")";
            case Trigger.Arrival(var stage) -> "files arriving for " + stage;
            case Trigger.Snapshot(var table) -> "changes of " + table;
        };
    }
}

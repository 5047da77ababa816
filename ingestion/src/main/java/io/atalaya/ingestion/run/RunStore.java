package io.atalaya.ingestion.run;

import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.StoredSentences;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** Runs, their stages and their logs in the metadata database. Every transition is durable when its method returns. */
public final class RunStore {
    private final Jdbi jdbi;
    private final Clock clock;
    private final RunLeases leases;
    private final BackfillStore backfills;

    /** The runs in that database. */
    public RunStore(Jdbi jdbi, Clock clock) {
        this(jdbi, clock, OptionalInt.empty());
    }

    /**
     * The same.
     *
     * @param everywhere how many of them may be worked on at once by all nodes together; empty: as many as the nodes can
     */
    public RunStore(Jdbi jdbi, Clock clock, OptionalInt everywhere) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.leases = new RunLeases(jdbi, clock, everywhere.orElse(Integer.MAX_VALUE));
        this.backfills = new BackfillStore(jdbi, clock);
    }

    /** Who works on which run. */
    RunLeases leases() {
        return leases;
    }

    /** Runs that were queued together. */
    BackfillStore backfills() {
        return backfills;
    }

    /** Queues a run of today, by UTC. */
    Optional<Run> queue(Pipeline pipeline, String trigger, String requestedBy) {
        return queue(pipeline, trigger, requestedBy, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
    }

    /** Queues a run with all its stages pending; empty if the pipeline has one that has not ended. */
    Optional<Run> queue(Pipeline pipeline, String trigger, String requestedBy, LocalDate date) {
        for (int attempt = 1; ; attempt++) {
            try {
                return insert(pipeline, trigger, requestedBy, date);
            } catch (UnableToExecuteStatementException e) {
                // Another node took the sequence number, or began a run of this pipeline, in the same moment.
                if (attempt == 10) {
                    throw e;
                }
            }
        }
    }

    private Optional<Run> insert(Pipeline pipeline, String trigger, String requestedBy, LocalDate date) {
        UUID id = UUID.randomUUID();
        return jdbi.inTransaction(handle -> {
            if (active(handle, pipeline.name())) {
                return Optional.empty();
            }
            handle.createUpdate("""
                        INSERT INTO pipeline_run (id, sequence, pipeline, version, state, trigger_kind, requested_by,
                            cancel_requested, requested_at, lease_until, run_date, priority, places)
                        SELECT :id, COALESCE(MAX(sequence), 0) + 1, :pipeline, :version, 'QUEUED', :trigger, :by,
                            FALSE, :now, 0, :date, :priority, :places
                        FROM pipeline_run
                        """)
                    .bind("id", id.toString())
                    .bind("pipeline", pipeline.name())
                    .bind("version", pipeline.source().version())
                    .bind("trigger", trigger)
                    .bind("by", requestedBy)
                    .bind("date", date.toString())
                    .bind("priority", pipeline.priority())
                    .bind("places", pipeline.concurrency())
                    .bind("now", now())
                    .execute();
            long ordinal = 0;
            for (Stage stage : pipeline.stages()) {
                handle.createUpdate("""
                            INSERT INTO stage_run (run_id, stage, ordinal, kind, state, attempt, rows_in, rows_out,
                                rows_rejected, progress_ppm)
                            VALUES (:run, :stage, :ordinal, :kind, 'PENDING', 0, 0, 0, 0, 0)
                            """)
                        .bind("run", id.toString())
                        .bind("stage", stage.name())
                        .bind("ordinal", ordinal++)
                        .bind("kind", stage.kind())
                        .execute();
            }
            return find(handle, id);
        });
    }

    boolean isActive(String pipeline) {
        return jdbi.withHandle(handle -> active(handle, pipeline));
    }

    /** Runs of a backfill wait for their place; another may not be queued twice. */
    private static boolean isInTheWay(Handle handle, Run run) {
        return run.backfill().isEmpty() && active(handle, run.pipeline());
    }

    private static boolean active(Handle handle, String pipeline) {
        return handle.createQuery("""
                        SELECT COUNT(*) FROM pipeline_run
                        WHERE pipeline = :pipeline AND state IN ('QUEUED', 'RUNNING') AND backfill_id IS NULL
                        """)
                        .bind("pipeline", pipeline)
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    /** The run, with its stages. */
    public Optional<Run> find(UUID id) {
        return jdbi.withHandle(handle -> find(handle, id));
    }

    private static Optional<Run> find(Handle handle, UUID id) {
        return handle.createQuery("SELECT * FROM pipeline_run WHERE id = :id")
                .bind("id", id.toString())
                .map((row, _) -> RunRows.run(row))
                .findOne()
                .map(run -> RunRows.with(run, stages(handle, id)));
    }

    private static List<StageRun> stages(Handle handle, UUID run) {
        return handle.createQuery("SELECT * FROM stage_run WHERE run_id = :run ORDER BY ordinal")
                .bind("run", run.toString())
                .map((row, _) -> RunRows.stage(row))
                .list();
    }

    /** Runs of those pipelines, newest first: of a backfill, or those that are of none. */
    RunPage list(List<String> pipelines, Optional<UUID> backfill, Optional<String> cursor, int max) {
        if (pipelines.isEmpty()) {
            return new RunPage(List.of(), Optional.empty());
        }
        long before = cursor.map(RunStore::sequence).orElse(Long.MAX_VALUE);
        return jdbi.withHandle(handle -> {
            record Row(long sequence, Run run) {}
            List<Row> rows = handle.createQuery("""
                    SELECT * FROM pipeline_run
                    WHERE pipeline IN (<pipelines>) AND sequence < :before AND backfill_id <backfill>
                    ORDER BY sequence DESC
                    LIMIT :max
                    """)
                    .define("backfill", backfill.isPresent() ? "= :backfill" : "IS NULL")
                    .bindMap(backfill.<Map<String, Object>>map(id -> Map.of("backfill", id.toString()))
                            .orElse(Map.of()))
                    .bindList("pipelines", pipelines)
                    .bind("before", before)
                    .bind("max", max + 1)
                    .map((row, _) -> new Row(row.getLong("sequence"), RunRows.run(row)))
                    .list();
            List<Row> page = rows.size() > max ? rows.subList(0, max) : rows;
            Optional<String> next =
                    rows.size() > max ? Optional.of(Long.toString(page.getLast().sequence())) : Optional.empty();
            return new RunPage(withStages(handle, page.stream().map(Row::run).toList()), next);
        });
    }

    /** The newest run of each of the pipelines that ever ran, by name. */
    Map<String, Run> last(List<String> pipelines) {
        if (pipelines.isEmpty()) {
            return Map.of();
        }
        return jdbi.withHandle(handle -> withStages(
                        handle,
                        handle.createQuery("""
                        SELECT * FROM pipeline_run WHERE sequence IN (
                            SELECT MAX(sequence) FROM pipeline_run WHERE pipeline IN (<pipelines>) AND backfill_id IS NULL
                            GROUP BY pipeline)
                        """)
                                .bindList("pipelines", pipelines)
                                .map((row, _) -> RunRows.run(row))
                                .list())
                .stream()
                .collect(Collectors.toMap(Run::pipeline, run -> run)));
    }

    private static List<Run> withStages(Handle handle, List<Run> runs) {
        if (runs.isEmpty()) {
            return runs;
        }
        Map<String, List<StageRun>> stages = new HashMap<>();
        handle.createQuery("SELECT * FROM stage_run WHERE run_id IN (<runs>) ORDER BY run_id, ordinal")
                .bindList("runs", runs.stream().map(run -> run.id().toString()).toList())
                .map((row, _) -> Map.entry(row.getString("run_id"), RunRows.stage(row)))
                .forEach(stage -> stages.computeIfAbsent(stage.getKey(), _ -> new ArrayList<>())
                        .add(stage.getValue()));
        return runs.stream()
                .map(run -> RunRows.with(run, stages.getOrDefault(run.id().toString(), List.of())))
                .toList();
    }

    private static long sequence(String cursor) {
        try {
            return Long.parseLong(cursor);
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    /** Ends a run. */
    void end(UUID run, Run.State state, @Nullable Sentence message) {
        jdbi.useTransaction(handle -> handle.createUpdate("""
                UPDATE pipeline_run
                SET state = :state, message = :message, ended_at = :now, lease_until = 0, lease_holder = NULL
                WHERE id = :id
                """)
                .bind("state", state.name())
                .bind("message", message == null ? null : StoredSentences.text(message))
                .bind("now", now())
                .bind("id", run.toString())
                .execute());
    }

    /** Queues an ended run again: all stages that did not succeed are pending. False if that cannot be now. */
    boolean reopen(UUID run) {
        return jdbi.inTransaction(handle -> {
            Optional<Run> found = find(handle, run);
            if (found.isEmpty()
                    || !found.get().state().ended()
                    || found.get().state() == Run.State.SUCCEEDED
                    || isInTheWay(handle, found.get())) {
                return false;
            }
            handle.createUpdate("""
                    UPDATE stage_run SET state = 'PENDING', message = NULL, ended_at = NULL
                    WHERE run_id = :id AND state <> 'SUCCEEDED'
                    """).bind("id", run.toString()).execute();
            requeue(handle, run);
            return true;
        });
    }

    /**
     * Queues an ended run again, with these stages pending besides those that did not succeed. What they have committed is
     * done again, unless nothing has changed. False if that cannot be now.
     */
    boolean again(UUID run, Set<String> stages) {
        return jdbi.inTransaction(handle -> {
            Optional<Run> found = find(handle, run);
            if (found.isEmpty() || !found.get().state().ended() || isInTheWay(handle, found.get())) {
                return false;
            }
            handle.createUpdate("""
                    UPDATE stage_run SET commit_id = NULL
                    WHERE run_id = :id AND state = 'SUCCEEDED' AND stage IN (<stages>)
                    """)
                    .bind("id", run.toString())
                    .bindList("stages", List.copyOf(stages))
                    .execute();
            handle.createUpdate("""
                    UPDATE stage_run
                    SET state = 'PENDING', message = NULL, ended_at = NULL, started_at = NULL, rows_in = 0, rows_out = 0,
                        rows_rejected = 0, progress_ppm = 0
                    WHERE run_id = :id AND (state <> 'SUCCEEDED' OR stage IN (<stages>))
                    """)
                    .bind("id", run.toString())
                    .bindList("stages", List.copyOf(stages))
                    .execute();
            requeue(handle, run);
            return true;
        });
    }

    private static void requeue(Handle handle, UUID run) {
        handle.createUpdate("""
                    UPDATE pipeline_run
                    SET state = 'QUEUED', message = NULL, ended_at = NULL, cancel_requested = FALSE, lease_until = 0
                    WHERE id = :id
                    """).bind("id", run.toString()).execute();
    }

    /** Asks a run to stop; false if it has ended. A run nobody has begun is cancelled at once. */
    boolean requestCancel(UUID run) {
        return jdbi.inTransaction(
                handle -> handle.createUpdate("""
                UPDATE pipeline_run SET cancel_requested = TRUE
                WHERE id = :id AND state IN ('QUEUED', 'RUNNING')
                """).bind("id", run.toString()).execute() == 1);
    }

    boolean cancelRequested(UUID run) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT cancel_requested FROM pipeline_run WHERE id = :id")
                .bind("id", run.toString())
                .mapTo(Boolean.class)
                .findOne()
                .orElse(false));
    }

    /** A stage begins, once more. */
    void beginStage(UUID run, String stage) {
        jdbi.useTransaction(handle -> handle.createUpdate("""
                UPDATE stage_run
                SET state = 'RUNNING', attempt = attempt + 1, started_at = COALESCE(started_at, :now), message = NULL,
                    ended_at = NULL, rows_in = 0, rows_out = 0, rows_rejected = 0, progress_ppm = 0
                WHERE run_id = :run AND stage = :stage
                """)
                .bind("now", now())
                .bind("run", run.toString())
                .bind("stage", stage)
                .execute());
    }

    /** A stage ends, or in the case of {@code PENDING} is tried again later. */
    void endStage(UUID run, String stage, StageRun.State state, @Nullable Sentence message) {
        jdbi.useTransaction(handle -> handle.createUpdate("""
                UPDATE stage_run
                SET state = :state, message = :message, ended_at = :now,
                    progress_ppm = CASE WHEN :state = 'SUCCEEDED' THEN 1000000 ELSE progress_ppm END
                WHERE run_id = :run AND stage = :stage
                """)
                .bind("state", state.name())
                .bind("message", message == null ? null : StoredSentences.text(message))
                .bind("now", now())
                .bind("run", run.toString())
                .bind("stage", stage)
                .execute());
    }

    /** How far a stage has come. */
    void progress(UUID run, String stage, long rowsIn, long rowsOut, long rowsRejected, double progress) {
        jdbi.useTransaction(handle -> handle.createUpdate("""
                UPDATE stage_run
                SET rows_in = :in, rows_out = :out, rows_rejected = :rejected, progress_ppm = :progress
                WHERE run_id = :run AND stage = :stage
                """)
                .bind("in", rowsIn)
                .bind("out", rowsOut)
                .bind("rejected", rowsRejected)
                .bind("progress", (long) (Math.clamp(progress, 0.0, 0.999) * 1_000_000))
                .bind("run", run.toString())
                .bind("stage", stage)
                .execute());
    }

    /** Notes the write a stage is about to do; the stage of that run may have begun it before. */
    void beginCommit(UUID run, String stage, String commitId) {
        jdbi.useTransaction(handle -> handle.createUpdate(
                        "UPDATE stage_run SET commit_id = :commit WHERE run_id = :run AND stage = :stage")
                .bind("commit", commitId)
                .bind("run", run.toString())
                .bind("stage", stage)
                .execute());
    }

    /** Adds a line to the log. */
    void log(UUID run, LogLine.Level level, @Nullable String stage, String message) {
        jdbi.useTransaction(handle -> handle.createUpdate("""
                INSERT INTO run_log (run_id, sequence, at, level, stage, message)
                SELECT :run, COALESCE(MAX(sequence), 0) + 1, :now, :level, :stage, :message
                FROM run_log WHERE run_id = :run
                """)
                .bind("run", run.toString())
                .bind("now", now())
                .bind("level", level.name())
                .bind("stage", stage)
                .bind("message", message)
                .execute());
    }

    /** Lines of a run's log after that sequence number, in order. */
    List<LogLine> logs(UUID run, long after, int max) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                SELECT * FROM run_log WHERE run_id = :run AND sequence > :after ORDER BY sequence LIMIT :max
                """)
                .bind("run", run.toString())
                .bind("after", after)
                .bind("max", max)
                .map((row, _) -> RunRows.line(row))
                .list());
    }

    private long now() {
        return RunRows.micros(clock.instant());
    }
}

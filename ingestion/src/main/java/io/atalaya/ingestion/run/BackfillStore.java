package io.atalaya.ingestion.run;

import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Stage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** Backfills in the metadata database. All their runs are queued in one transaction; each is then a run like any other. */
final class BackfillStore {
    private static final String UNDER_WAY = "state IN ('QUEUED', 'RUNNING')";

    private final Jdbi jdbi;
    private final Clock clock;

    BackfillStore(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * Queues a run of these stages for each day.
     *
     * @param places how many of them may be under way at once
     */
    UUID queue(Pipeline pipeline, List<Stage> stages, LocalDate from, LocalDate to, int places, String requestedBy) {
        for (int attempt = 1; ; attempt++) {
            try {
                return jdbi.inTransaction(handle -> insert(handle, pipeline, stages, from, to, places, requestedBy));
            } catch (UnableToExecuteStatementException e) {
                // A run took one of the sequence numbers in the same moment.
                if (attempt == 10) {
                    throw e;
                }
            }
        }
    }

    private UUID insert(
            Handle handle,
            Pipeline pipeline,
            List<Stage> stages,
            LocalDate from,
            LocalDate to,
            int places,
            String requestedBy) {
        UUID id = UUID.randomUUID();
        long now = RunRows.micros(clock.instant());
        handle.createUpdate("""
                INSERT INTO backfill (id, pipeline, first_date, last_date, requested_by, requested_at)
                VALUES (:id, :pipeline, :from, :to, :by, :now)
                """)
                .bind("id", id.toString())
                .bind("pipeline", pipeline.name())
                .bind("from", from.toString())
                .bind("to", to.toString())
                .bind("by", requestedBy)
                .bind("now", now)
                .execute();
        long sequence = handle.createQuery("SELECT COALESCE(MAX(sequence), 0) FROM pipeline_run")
                .mapTo(Long.class)
                .one();
        var runs = handle.prepareBatch("""
                INSERT INTO pipeline_run (id, sequence, pipeline, version, state, trigger_kind, requested_by,
                    cancel_requested, requested_at, lease_until, run_date, backfill_id, priority, places)
                VALUES (:id, :sequence, :pipeline, :version, 'QUEUED', 'backfill', :by, FALSE, :now, 0, :date, :backfill,
                    :priority, :places)
                """);
        var ofRuns = handle.prepareBatch("""
                INSERT INTO stage_run (run_id, stage, ordinal, kind, state, attempt, rows_in, rows_out, rows_rejected,
                    progress_ppm)
                VALUES (:run, :stage, :ordinal, :kind, 'PENDING', 0, 0, 0, 0, 0)
                """);
        for (LocalDate date = from; !date.isAfter(to); date = date.plusDays(1)) {
            UUID run = UUID.randomUUID();
            runs.bind("id", run.toString())
                    .bind("sequence", ++sequence)
                    .bind("pipeline", pipeline.name())
                    .bind("version", pipeline.source().version())
                    .bind("by", requestedBy)
                    .bind("now", now)
                    .bind("date", date.toString())
                    .bind("backfill", id.toString())
                    .bind("priority", pipeline.priority())
                    .bind("places", places)
                    .add();
            for (int i = 0; i < stages.size(); i++) {
                ofRuns.bind("run", run.toString())
                        .bind("stage", stages.get(i).name())
                        .bind("ordinal", i)
                        .bind("kind", stages.get(i).kind())
                        .add();
            }
        }
        runs.execute();
        ofRuns.execute();
        return id;
    }

    Optional<Backfill> find(UUID id) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM backfill WHERE id = :id")
                .bind("id", id.toString())
                .map((row, _) -> backfill(handle, row))
                .findOne());
    }

    /** The newest of these pipelines. */
    List<Backfill> list(List<String> pipelines, int max) {
        return pipelines.isEmpty()
                ? List.of()
                : jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT * FROM backfill WHERE pipeline IN (<pipelines>) ORDER BY requested_at DESC, id LIMIT :max
                        """)
                        .bindList("pipelines", pipelines)
                        .bind("max", max)
                        .map((row, _) -> backfill(handle, row))
                        .list());
    }

    private static Backfill backfill(Handle handle, ResultSet row) throws SQLException {
        UUID id = UUID.fromString(row.getString("id"));
        Map<Run.State, Long> runs = new EnumMap<>(Run.State.class);
        handle.createQuery("SELECT state, COUNT(*) AS runs FROM pipeline_run WHERE backfill_id = :id GROUP BY state")
                .bind("id", id.toString())
                .map((count, _) -> Map.entry(Run.State.valueOf(count.getString("state")), count.getLong("runs")))
                .forEach(count -> runs.put(count.getKey(), count.getValue()));
        return new Backfill(
                id,
                row.getString("pipeline"),
                LocalDate.parse(row.getString("first_date")),
                LocalDate.parse(row.getString("last_date")),
                row.getString("requested_by"),
                RunRows.instant(row.getLong("requested_at")),
                runs);
    }

    /** Asks all its runs to stop; those that nobody has begun end soon after, one by one. */
    void cancel(UUID id) {
        jdbi.useTransaction(handle -> handle.createUpdate(
                        "UPDATE pipeline_run SET cancel_requested = TRUE WHERE backfill_id = :id AND " + UNDER_WAY)
                .bind("id", id.toString())
                .execute());
    }

    /** Queues those of its runs again that failed or were cancelled, with the stages that did not succeed. */
    void resume(UUID id) {
        jdbi.useTransaction(handle -> {
            handle.createUpdate("""
                    UPDATE stage_run SET state = 'PENDING', message = NULL, ended_at = NULL
                    WHERE state <> 'SUCCEEDED' AND run_id IN (
                        SELECT id FROM pipeline_run WHERE backfill_id = :id AND state IN ('FAILED', 'CANCELLED'))
                    """).bind("id", id.toString()).execute();
            handle.createUpdate("""
                    UPDATE pipeline_run
                    SET state = 'QUEUED', message = NULL, ended_at = NULL, cancel_requested = FALSE, lease_until = 0
                    WHERE backfill_id = :id AND state IN ('FAILED', 'CANCELLED')
                    """).bind("id", id.toString()).execute();
        });
    }
}

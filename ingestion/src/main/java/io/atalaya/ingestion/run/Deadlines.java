package io.atalaya.ingestion.run;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.Pipelines;
import io.atalaya.ingestion.notify.Notifier;
import io.atalaya.ingestion.notify.People;
import io.atalaya.ingestion.pipeline.CronTable;
import io.atalaya.ingestion.pipeline.Deadline;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Trigger;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deadlines of pipelines, and who missed one. Each that passes is judged by one node, once, and late if none was there; of several
 * that passed meanwhile, the last is.
 */
public final class Deadlines {
    private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);
    private static final Duration TELL_AGAIN = Duration.ofMinutes(1);
    private static final int TRIES = 10;

    private final Jdbi jdbi;
    private final Pipelines pipelines;
    private final Notifier notifier;
    private final People people;
    private final Clock clock;

    public Deadlines(Jdbi jdbi, Pipelines pipelines, Notifier notifier, People people, Clock clock) {
        this.jdbi = jdbi;
        this.pipelines = pipelines;
        this.notifier = notifier;
        this.people = people;
        this.clock = clock;
    }

    private record Passed(String pipeline, long due) {}

    private record Missed(String pipeline, long due, long tellAt) {}

    /** Judges what has passed, and tells of what was missed. */
    public void look() throws InterruptedException {
        Instant now = clock.instant();
        for (Passed passed : passed(now)) {
            Optional<Pipeline> pipeline = pipelines.find(passed.pipeline());
            Optional<Deadline> deadline = pipeline.flatMap(Pipeline::deadline);
            if (deadline.isPresent()) {
                judge(passed, pipeline.get(), deadline.get(), now);
            }
        }
        for (Missed missed : untold(now)) {
            if (mine(missed, now)) {
                tell(missed);
            }
        }
    }

    private List<Passed> passed(Instant now) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                SELECT d.pipeline, d.due_at FROM pipeline_deadline d JOIN pipeline p ON p.name = d.pipeline
                WHERE d.due_at <= :now AND p.paused = FALSE
                """)
                .bind("now", RunRows.micros(now))
                .map((row, _) -> new Passed(row.getString("pipeline"), row.getLong("due_at")))
                .list());
    }

    private void judge(Passed passed, Pipeline pipeline, Deadline deadline, Instant now) {
        Instant last = deadline.last(now);
        Instant since = dueSince(pipeline, last);
        jdbi.useTransaction(handle -> {
            int moved = handle.createUpdate(
                            "UPDATE pipeline_deadline SET due_at = :next WHERE pipeline = :pipeline AND due_at = :due")
                    .bind("next", RunRows.micros(deadline.next(now)))
                    .bind("pipeline", passed.pipeline())
                    .bind("due", passed.due())
                    .execute();
            if (moved == 1 && !isMet(handle, pipeline.name(), since, last)) {
                handle.createUpdate("""
                        INSERT INTO missed_deadline (pipeline, due_at, tell_at, tries) VALUES (:pipeline, :due, :now, 0)
                        ON CONFLICT (pipeline, due_at) DO NOTHING
                        """)
                        .bind("pipeline", pipeline.name())
                        .bind("due", RunRows.micros(last))
                        .bind("now", RunRows.micros(now))
                        .execute();
            }
        });
    }

    /** When the run was due that must be over: by its time tables, or else at any time since the day before. */
    private static Instant dueSince(Pipeline pipeline, Instant deadline) {
        Instant since = deadline.minus(Duration.ofDays(1));
        for (Trigger trigger : pipeline.triggers()) {
            if (trigger instanceof Trigger.Cron(var expression, var zone)) {
                Optional<Instant> next = CronTable.next(expression, zone, since);
                while (next.isPresent() && !next.get().isAfter(deadline)) {
                    since = next.get();
                    next = CronTable.next(expression, zone, since);
                }
            }
        }
        return since;
    }

    private static boolean isMet(Handle handle, String pipeline, Instant since, Instant deadline) {
        return handle.createQuery("""
                SELECT COUNT(*) FROM pipeline_run
                WHERE pipeline = :pipeline AND backfill_id IS NULL AND state = 'SUCCEEDED'
                    AND requested_at >= :since AND ended_at <= :deadline
                """)
                        .bind("pipeline", pipeline)
                        .bind("since", RunRows.micros(since))
                        .bind("deadline", RunRows.micros(deadline))
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    private List<Missed> untold(Instant now) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT pipeline, due_at, tell_at FROM missed_deadline WHERE tell_at <= :now AND tries < :tries")
                .bind("now", RunRows.micros(now))
                .bind("tries", TRIES)
                .map((row, _) -> new Missed(row.getString("pipeline"), row.getLong("due_at"), row.getLong("tell_at")))
                .list());
    }

    /** Whether this node is the one to tell of it now. */
    private boolean mine(Missed missed, Instant now) {
        return jdbi.withHandle(handle -> handle.createUpdate("""
                        UPDATE missed_deadline SET tell_at = :again, tries = tries + 1
                        WHERE pipeline = :pipeline AND due_at = :due AND tell_at = :at
                        """)
                        .bind("again", RunRows.micros(now.plus(TELL_AGAIN)))
                        .bind("pipeline", missed.pipeline())
                        .bind("due", missed.due())
                        .bind("at", missed.tellAt())
                        .execute()
                == 1);
    }

    private void tell(Missed missed) throws InterruptedException {
        Instant due = RunRows.instant(missed.due());
        LOG.atWarn()
                .addKeyValue("pipeline", missed.pipeline())
                .addKeyValue("due", due)
                .log("deadline missed");
        Optional<Pipeline> pipeline = pipelines.find(missed.pipeline());
        Optional<Deadline> deadline = pipeline.flatMap(Pipeline::deadline);
        pipeline.ifPresent(found -> people.missed(new People.Missed(found.name(), due, Set.of(found.owner()))));
        try {
            if (deadline.flatMap(Deadline::webhook).isPresent()) {
                String body = "{\"pipeline\":\"%s\",\"outcome\":\"DEADLINE_MISSED\",\"deadline\":\"%s\"}"
                        .formatted(missed.pipeline(), due);
                notifier.post(
                        deadline.get().webhook().get(),
                        body.getBytes(StandardCharsets.UTF_8),
                        deadline.get().secret());
            }
            jdbi.useHandle(handle -> handle.createUpdate(
                            "UPDATE missed_deadline SET tries = :told WHERE pipeline = :pipeline AND due_at = :due")
                    .bind("told", TRIES)
                    .bind("pipeline", missed.pipeline())
                    .bind("due", missed.due())
                    .execute());
        } catch (IngestionException e) {
            LOG.warn("missed deadline not posted: pipeline={} reason={}", missed.pipeline(), e.getMessage());
        }
    }

    /** The last deadline that each of these pipelines missed, if no run has succeeded since. */
    public Map<String, Instant> missed(List<Pipeline> of) {
        if (of.isEmpty()) {
            return Map.of();
        }
        return jdbi.withHandle(handle -> handle
                .createQuery("""
                        SELECT m.pipeline, MAX(m.due_at) AS due FROM missed_deadline m
                        WHERE m.pipeline IN (<pipelines>) AND NOT EXISTS (
                            SELECT 1 FROM pipeline_run r
                            WHERE r.pipeline = m.pipeline AND r.backfill_id IS NULL AND r.state = 'SUCCEEDED'
                                AND r.ended_at > m.due_at)
                        GROUP BY m.pipeline
                        """)
                .bindList("pipelines", of.stream().map(Pipeline::name).toList())
                .map((row, _) -> Map.entry(row.getString("pipeline"), RunRows.instant(row.getLong("due"))))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }
}

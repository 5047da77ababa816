package io.atalaya.ingestion.run;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/**
 * Who works on which run, and for how long nobody else may. A run that begins takes one of the places that its pipeline has;
 * the database gives each to one run only, whichever nodes ask.
 */
final class RunLeases {
    private static final int LOOKED_AT = 500;

    private final Jdbi jdbi;
    private final Clock clock;

    RunLeases(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    private record Waiting(String id, String pipeline, boolean begun, int places) {}

    /**
     * Takes runs that are queued and for which there is a place, or whose holder let its lease run out. What was begun is gone on
     * with first, backfills come last, else the greater priority and then the older.
     */
    List<UUID> claim(String holder, Instant until, int max) {
        List<UUID> claimed = new ArrayList<>();
        for (Waiting run : waiting()) {
            if (claimed.size() == max) {
                break;
            }
            try {
                if (jdbi.inTransaction(handle -> claim(handle, run, holder, until))) {
                    claimed.add(UUID.fromString(run.id()));
                }
            } catch (UnableToExecuteStatementException e) {
                if (!isTaken(e)) {
                    throw e;
                }
                // Another node gave the place to another run.
            }
        }
        return claimed;
    }

    RunLoad load() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                SELECT COALESCE(SUM(CASE WHEN state = 'QUEUED' THEN 1 ELSE 0 END), 0) AS queued,
                    COALESCE(SUM(CASE WHEN state = 'RUNNING' AND lease_until >= :now THEN 1 ELSE 0 END), 0) AS running,
                    COALESCE(SUM(CASE WHEN state = 'RUNNING' AND lease_until < :now THEN 1 ELSE 0 END), 0) AS abandoned,
                    COUNT(DISTINCT CASE WHEN state = 'RUNNING' AND lease_until >= :now THEN lease_holder END) AS nodes
                FROM pipeline_run
                WHERE state IN ('QUEUED', 'RUNNING')
                """)
                .bind("now", now())
                .map((row, _) -> new RunLoad(
                        row.getInt("queued"), row.getInt("running"), row.getInt("abandoned"), row.getInt("nodes")))
                .one());
    }

    private List<Waiting> waiting() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                SELECT id, pipeline, state, places FROM pipeline_run
                WHERE state IN ('QUEUED', 'RUNNING') AND lease_until < :now
                ORDER BY CASE WHEN state = 'RUNNING' THEN 0 WHEN backfill_id IS NULL THEN 1 ELSE 2 END,
                    priority DESC, sequence
                LIMIT :max
                """)
                .bind("now", now())
                .bind("max", LOOKED_AT)
                .map((row, _) -> new Waiting(
                        row.getString("id"),
                        row.getString("pipeline"),
                        row.getString("state").equals("RUNNING"),
                        row.getInt("places")))
                .list());
    }

    private boolean claim(Handle handle, Waiting run, String holder, Instant until) {
        if (run.begun()) {
            return take(handle, run, holder, until, "place");
        }
        Set<Integer> taken = handle.createQuery(
                        "SELECT COALESCE(place, 0) FROM pipeline_run WHERE pipeline = :pipeline AND state = 'RUNNING'")
                .bind("pipeline", run.pipeline())
                .mapTo(Integer.class)
                .set();
        for (int place = 0; place < run.places(); place++) {
            if (!taken.contains(place)) {
                return take(handle, run, holder, until, Integer.toString(place));
            }
        }
        return false;
    }

    private boolean take(Handle handle, Waiting run, String holder, Instant until, String place) {
        return handle.createUpdate("""
                UPDATE pipeline_run
                SET lease_holder = :holder, lease_until = :until, state = 'RUNNING', place = <place>,
                    started_at = COALESCE(started_at, :now)
                WHERE id = :id AND state = :state AND lease_until < :now
                """)
                        .define("place", place)
                        .bind("state", run.begun() ? "RUNNING" : "QUEUED")
                        .bind("holder", holder)
                        .bind("until", RunRows.micros(until))
                        .bind("now", now())
                        .bind("id", run.id())
                        .execute()
                == 1;
    }

    private static boolean isTaken(UnableToExecuteStatementException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("pipeline_run_place") || message.contains("UNIQUE constraint failed");
    }

    /** Whether the run was still the holder's; it is until then. */
    boolean renew(UUID run, String holder, Instant until) {
        return jdbi.inTransaction(handle -> handle.createUpdate(
                                "UPDATE pipeline_run SET lease_until = :until WHERE id = :id AND lease_holder = :holder AND state = 'RUNNING'")
                        .bind("until", RunRows.micros(until))
                        .bind("id", run.toString())
                        .bind("holder", holder)
                        .execute()
                == 1);
    }

    /** Ends every lease: for a node that knows it is the only one and has just started. */
    void releaseAll() {
        jdbi.useTransaction(handle -> handle.execute(
                "UPDATE pipeline_run SET lease_until = 0, lease_holder = NULL WHERE state IN ('QUEUED', 'RUNNING')"));
    }

    /** Gives back what the holder has not finished, for another to go on with. */
    void release(UUID run, String holder) {
        jdbi.useTransaction(handle -> handle.createUpdate("""
                UPDATE pipeline_run SET lease_until = 0, lease_holder = NULL
                WHERE id = :id AND lease_holder = :holder AND state IN ('QUEUED', 'RUNNING')
                """)
                .bind("id", run.toString())
                .bind("holder", holder)
                .execute());
    }

    private long now() {
        return RunRows.micros(clock.instant());
    }
}

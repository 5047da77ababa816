package io.atalaya.ingestion.run;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/**
 * Who works on which run, and for how long nobody else may. Runs are given by one node at a time: a run that begins takes one
 * of the places that its pipeline has, and one of those that all pipelines have together on all nodes.
 */
final class RunLeases {
    /** Of so many runs that begin, one is the oldest that waits, whatever its priority. */
    static final int OLDEST_EVERY = 4;

    /** As {@code pipeline_run_queued} has them. */
    private static final String URGENT = "CASE WHEN backfill_id IS NULL THEN 1 ELSE 2 END, priority DESC, sequence";

    private static final String OLDEST = "sequence";

    private final Jdbi jdbi;
    private final Clock clock;
    private final int everywhere;

    /** @param everywhere how many runs may be held at once, by all nodes together */
    RunLeases(Jdbi jdbi, Clock clock, int everywhere) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.everywhere = everywhere;
    }

    /** A run that may be given; the lease of one that was begun has run out. */
    private record Waiting(String id, String pipeline, boolean begun, int places) {}

    /**
     * Takes runs that are queued and for which there is a place, or whose holder let its lease run out. What was begun is gone on
     * with first, backfills come last, else the greater priority and then the older; but one in {@link #OLDEST_EVERY} is the
     * oldest, so that none waits for ever.
     */
    List<UUID> claim(String holder, Instant until, int max) {
        return claim(holder, until, max, Set.of());
    }

    /**
     * The same, but for those that the holder still works on: it has lost them, or has them again when it renews, and others may
     * take them until then.
     */
    List<UUID> claim(String holder, Instant until, int max, Set<UUID> worked) {
        if (max <= 0 || jdbi.withHandle(handle -> isIdle(handle) || room(handle) <= 0)) {
            return List.of();
        }
        try {
            return jdbi.inTransaction(handle -> claimInTurn(handle, holder, until, max, worked));
        } catch (UnableToExecuteStatementException e) {
            if (!isTaken(e)) {
                throw e;
            }
            // A node of an older version, which does not wait for its turn, gave the place to another run.
            return List.of();
        }
    }

    private List<UUID> claimInTurn(Handle handle, String holder, Instant until, int max, Set<UUID> worked) {
        long before = turn(handle);
        long given = before;
        int room = Math.min(max, room(handle));
        List<UUID> claimed = new ArrayList<>();
        Set<UUID> not = new HashSet<>(worked);
        for (int i = 0; i < room; i++) {
            boolean oldest = (given + 1) % OLDEST_EVERY == 0;
            Optional<Waiting> next = abandoned(handle, not).or(() -> queued(handle, oldest ? OLDEST : URGENT));
            if (next.isEmpty()) {
                break;
            }
            Waiting run = next.get();
            if (take(handle, run, holder, until)) {
                claimed.add(UUID.fromString(run.id()));
                not.add(UUID.fromString(run.id()));
                given += run.begun() ? 0 : 1;
            }
        }
        if (given > before) {
            handle.createUpdate("UPDATE run_turn SET given = :given")
                    .bind("given", given)
                    .execute();
        }
        return claimed;
    }

    /** Waits until no other node gives runs, until the end of the transaction; how many were given so far. */
    private static long turn(Handle handle) {
        handle.execute("UPDATE run_turn SET given = given");
        return handle.createQuery("SELECT given FROM run_turn")
                .mapTo(Long.class)
                .one();
    }

    /** How many more may be held. A node that died holds what it held until its leases run out. */
    private int room(Handle handle) {
        if (everywhere == Integer.MAX_VALUE) {
            return everywhere;
        }
        return everywhere
                - handle.createQuery(
                                "SELECT COUNT(*) FROM pipeline_run WHERE state = 'RUNNING' AND lease_until >= :now")
                        .bind("now", now())
                        .mapTo(Integer.class)
                        .one();
    }

    private boolean isIdle(Handle handle) {
        return handle.createQuery("""
                        SELECT 1 WHERE EXISTS (SELECT 1 FROM pipeline_run WHERE state = 'QUEUED')
                            OR EXISTS (SELECT 1 FROM pipeline_run WHERE state = 'RUNNING' AND lease_until < :now)
                        """)
                .bind("now", now())
                .mapTo(Integer.class)
                .findOne()
                .isEmpty();
    }

    RunLoad load() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                SELECT (SELECT COUNT(*) FROM pipeline_run WHERE state = 'QUEUED') AS queued,
                    COALESCE(SUM(CASE WHEN lease_until >= :now THEN 1 ELSE 0 END), 0) AS running,
                    COALESCE(SUM(CASE WHEN lease_until < :now THEN 1 ELSE 0 END), 0) AS abandoned,
                    COUNT(DISTINCT CASE WHEN lease_until >= :now THEN lease_holder END) AS nodes
                FROM pipeline_run
                WHERE state = 'RUNNING'
                """)
                .bind("now", now())
                .map((row, _) -> new RunLoad(
                        row.getInt("queued"), row.getInt("running"), row.getInt("abandoned"), row.getInt("nodes")))
                .one());
    }

    /** The first of those that were begun and whose lease has run out, but for these. */
    private Optional<Waiting> abandoned(Handle handle, Set<UUID> not) {
        return handle
                .createQuery("""
                SELECT id, pipeline, places FROM pipeline_run
                WHERE state = 'RUNNING' AND lease_until < :now
                ORDER BY priority DESC, sequence
                LIMIT :max
                """)
                .bind("now", now())
                .bind("max", not.size() + 1)
                .map((row, _) ->
                        new Waiting(row.getString("id"), row.getString("pipeline"), true, row.getInt("places")))
                .stream()
                .filter(run -> !not.contains(UUID.fromString(run.id())))
                .findFirst();
    }

    /** The first in that order for which its pipeline has a place. */
    private Optional<Waiting> queued(Handle handle, String order) {
        return handle.createQuery("""
                SELECT id, pipeline, places FROM pipeline_run AS waiting
                WHERE state = 'QUEUED' AND lease_until < :now AND (
                    SELECT COUNT(*) FROM pipeline_run AS held
                    WHERE held.pipeline = waiting.pipeline AND held.state = 'RUNNING'
                        AND COALESCE(held.place, 0) < waiting.places) < waiting.places
                ORDER BY <order>
                LIMIT 1
                """)
                .define("order", order)
                .bind("now", now())
                .map((row, _) ->
                        new Waiting(row.getString("id"), row.getString("pipeline"), false, row.getInt("places")))
                .findOne();
    }

    private static int free(Handle handle, Waiting run) {
        Set<Integer> taken = handle.createQuery(
                        "SELECT COALESCE(place, 0) FROM pipeline_run WHERE pipeline = :pipeline AND state = 'RUNNING'")
                .bind("pipeline", run.pipeline())
                .mapTo(Integer.class)
                .set();
        return IntStream.range(0, run.places())
                .filter(place -> !taken.contains(place))
                .findFirst()
                .orElseThrow();
    }

    private boolean take(Handle handle, Waiting run, String holder, Instant until) {
        return handle.createUpdate("""
                UPDATE pipeline_run
                SET lease_holder = :holder, lease_until = :until, state = 'RUNNING', place = <place>,
                    started_at = COALESCE(started_at, :now)
                WHERE id = :id AND state = :state AND lease_until < :now
                """)
                        .define("place", run.begun() ? "place" : Integer.toString(free(handle, run)))
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

    /**
     * Whether the run was still the holder's; it is until then. One whose lease had run out is not if others took all there
     * is room for.
     */
    boolean renew(UUID run, String holder, Instant until) {
        return jdbi.inTransaction(handle -> {
            if (everywhere < Integer.MAX_VALUE) {
                turn(handle);
            }
            return handle.createUpdate("""
                            UPDATE pipeline_run SET lease_until = :until
                            WHERE id = :id AND lease_holder = :holder AND state = 'RUNNING'
                                AND (lease_until >= :now OR :room > 0)
                            """)
                            .bind("until", RunRows.micros(until))
                            .bind("id", run.toString())
                            .bind("holder", holder)
                            .bind("now", now())
                            .bind("room", room(handle))
                            .execute()
                    == 1;
        });
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

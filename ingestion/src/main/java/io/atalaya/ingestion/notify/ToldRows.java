package io.atalaya.ingestion.notify;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Which rows of a stage somebody was told of. What is to be told is noted before it is, so that it is neither lost nor told twice. */
final class ToldRows {
    private final Jdbi jdbi;

    ToldRows(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Somebody who is told by a stage.
     *
     * @param who a user; empty for those who are told without a name
     */
    record Reader(String pipeline, String stage, String who) {
        Map<String, String> values() {
            return Map.of("pipeline", pipeline, "stage", stage, "who", who);
        }
    }

    /** So many rows that a run has found and that its reader is still to be told of. */
    record Pending(UUID run, long rows) {}

    /** What an earlier process has found and may not have told, or may: whoever is told hears the word of a run once. */
    Optional<Pending> pending(Reader reader) {
        return jdbi.withHandle(handle -> pending(handle, reader));
    }

    private static Optional<Pending> pending(Handle handle, Reader reader) {
        return handle.createQuery("""
                SELECT run_id, count(*) AS found FROM told_row
                WHERE pipeline = :pipeline AND stage = :stage AND who = :who AND told = FALSE
                GROUP BY run_id ORDER BY run_id LIMIT 1
                """)
                .bindMap(reader.values())
                .map((row, _) -> new Pending(UUID.fromString(row.getString("run_id")), row.getLong("found")))
                .findOne();
    }

    /**
     * Notes what the reader sees now: what is gone is forgotten, and what is new is to be told as the word of this run.
     *
     * @param rows hashes
     */
    Optional<Pending> see(Reader reader, Set<String> rows, UUID run) {
        return jdbi.inTransaction(handle -> {
            List<String> known = handle.createQuery("""
                    SELECT row_hash FROM told_row WHERE pipeline = :pipeline AND stage = :stage AND who = :who
                    """)
                    .bindMap(reader.values())
                    .mapTo(String.class)
                    .list();
            for (String row : known) {
                if (!rows.contains(row)) {
                    handle.createUpdate("""
                            DELETE FROM told_row
                            WHERE pipeline = :pipeline AND stage = :stage AND who = :who AND row_hash = :row AND told = TRUE
                            """)
                            .bindMap(reader.values())
                            .bind("row", row)
                            .execute();
                }
            }
            Set<String> fresh = new HashSet<>(rows);
            known.forEach(fresh::remove);
            for (String row : fresh) {
                handle.createUpdate("""
                        INSERT INTO told_row (pipeline, stage, who, row_hash, run_id, told)
                        VALUES (:pipeline, :stage, :who, :row, :run, FALSE)
                        ON CONFLICT (pipeline, stage, who, row_hash) DO NOTHING
                        """)
                        .bindMap(reader.values())
                        .bind("row", row)
                        .bind("run", run.toString())
                        .execute();
            }
            return pending(handle, reader);
        });
    }

    /** The reader was told of what that run has found. */
    void told(Reader reader, UUID run) {
        jdbi.useTransaction(handle -> handle.createUpdate("""
                UPDATE told_row SET told = TRUE
                WHERE pipeline = :pipeline AND stage = :stage AND who = :who AND run_id = :run
                """)
                .bindMap(reader.values())
                .bind("run", run.toString())
                .execute());
    }

    /** Whether this run has told the reader of rows already, so that more would be heard as the same word. */
    boolean hasTold(Reader reader, UUID run) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                SELECT count(*) FROM told_row
                WHERE pipeline = :pipeline AND stage = :stage AND who = :who AND run_id = :run AND told = TRUE
                """)
                        .bindMap(reader.values())
                        .bind("run", run.toString())
                        .mapTo(Long.class)
                        .one())
                > 0;
    }
}

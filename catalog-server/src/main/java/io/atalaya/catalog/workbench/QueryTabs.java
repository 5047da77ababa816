package io.atalaya.catalog.workbench;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** Texts that people have open in the console, each for themselves, until they close them. */
public final class QueryTabs {
    /** How many one person has open. */
    public static final int MOST = 30;

    private final Jdbi jdbi;
    private final Clock clock;

    public QueryTabs(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * One of them.
     *
     * @param position by which they stand beside each other
     * @param execution what was run of it last
     * @param search of the address of the page, from its question mark
     */
    public record Tab(
            String id, long position, String sql, Optional<String> execution, String search, Instant savedAt) {}

    /** All of somebody's, as they stand beside each other. */
    public List<Tab> of(String owner) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT * FROM query_tab WHERE principal = :owner ORDER BY position, id")
                .bind("owner", owner)
                .map((row, _) -> new Tab(
                        row.getString("id"),
                        row.getLong("position"),
                        row.getString("statement"),
                        Optional.ofNullable(row.getString("execution")),
                        row.getString("search"),
                        Instant.EPOCH.plus(row.getLong("saved_at"), ChronoUnit.MICROS)))
                .list());
    }

    /** What came of keeping one. */
    public enum Kept {
        YES,
        /** Nothing is kept: there would be too many. */
        TOO_MANY,
        /** Nothing is kept: its text is another one meanwhile. */
        CHANGED_ELSEWHERE
    }

    /**
     * Keeps one as it is now. Its time is made here.
     *
     * @param was the text that was changed, if that is to be looked at: a text that came meanwhile is not lost then
     */
    public Kept keep(String owner, Tab tab, Optional<String> was) {
        return jdbi.inTransaction(handle -> {
            int others = handle.createQuery("SELECT count(*) FROM query_tab WHERE principal = :owner AND id <> :id")
                    .bind("owner", owner)
                    .bind("id", tab.id())
                    .mapTo(Integer.class)
                    .one();
            if (others >= MOST) {
                return Kept.TOO_MANY;
            }
            int changed = handle.createUpdate("""
                            INSERT INTO query_tab (principal, id, position, statement, execution, search, saved_at)
                            VALUES (:owner, :id, :position, :sql, :execution, :search, :now)
                            ON CONFLICT (principal, id) DO UPDATE SET
                                position = excluded.position, statement = excluded.statement,
                                execution = excluded.execution, search = excluded.search, saved_at = excluded.saved_at
                            WHERE :any OR query_tab.statement IN (:was, excluded.statement)
                            """)
                    .bind("owner", owner)
                    .bind("id", tab.id())
                    .bind("position", tab.position())
                    .bind("sql", tab.sql())
                    .bind("execution", tab.execution().orElse(null))
                    .bind("search", tab.search())
                    .bind("now", ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()))
                    .bind("any", was.isEmpty())
                    .bind("was", was.orElse(""))
                    .execute();
            return changed == 1 ? Kept.YES : Kept.CHANGED_ELSEWHERE;
        });
    }

    /** Forgets one; false if there was none. */
    public boolean close(String owner, String id) {
        return jdbi.withHandle(
                handle -> handle.createUpdate("DELETE FROM query_tab WHERE principal = :owner AND id = :id")
                                .bind("owner", owner)
                                .bind("id", id)
                                .execute()
                        > 0);
    }
}

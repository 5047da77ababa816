package io.atalaya.catalog.dataset;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** Searches of the catalog that people keep under a name, each for themselves. */
public final class SavedViews {
    /** How many one person keeps. */
    public static final int MOST = 100;

    private final Jdbi jdbi;
    private final Clock clock;

    public SavedViews(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /** One of them; {@code conditions} is a JSON object. */
    public record View(String name, String conditions, Instant savedAt) {}

    /** All of somebody's, in name order. */
    public List<View> of(String owner) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT name, conditions, saved_at FROM saved_view WHERE principal = :owner"
                                + " ORDER BY lower(name), name")
                .bind("owner", owner)
                .map((row, _) -> new View(
                        row.getString("name"),
                        row.getString("conditions"),
                        Instant.EPOCH.plus(row.getLong("saved_at"), ChronoUnit.MICROS)))
                .list());
    }

    /** Keeps one, instead of the one of that name that the owner had; false if there would be too many. */
    public boolean keep(String owner, String name, String conditions) {
        return jdbi.inTransaction(handle -> {
            int others = handle.createQuery(
                            "SELECT count(*) FROM saved_view WHERE principal = :owner AND name <> :name")
                    .bind("owner", owner)
                    .bind("name", name)
                    .mapTo(Integer.class)
                    .one();
            return others < MOST
                    && handle.createUpdate("""
                            INSERT INTO saved_view (principal, name, conditions, saved_at)
                            VALUES (:owner, :name, :conditions, :now)
                            ON CONFLICT (principal, name) DO UPDATE
                                SET conditions = excluded.conditions, saved_at = excluded.saved_at
                            """)
                                    .bind("owner", owner)
                                    .bind("name", name)
                                    .bind("conditions", conditions)
                                    .bind("now", ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()))
                                    .execute()
                            == 1;
        });
    }

    /** Whether the owner has one of that name. */
    public boolean has(String owner, String name) {
        return jdbi.withHandle(handle ->
                handle.createQuery("SELECT count(*) FROM saved_view WHERE principal = :owner AND name = :name")
                                .bind("owner", owner)
                                .bind("name", name)
                                .mapTo(Integer.class)
                                .one()
                        > 0);
    }

    /** Forgets one. */
    public void forget(String owner, String name) {
        jdbi.useHandle(handle -> handle.createUpdate("DELETE FROM saved_view WHERE principal = :owner AND name = :name")
                .bind("owner", owner)
                .bind("name", name)
                .execute());
    }
}

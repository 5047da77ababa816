package io.atalaya.catalog.audit;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The legal holds there are. */
public final class LegalHolds {
    private final Jdbi jdbi;
    private final Clock clock;
    private final ReentrantLock changing = new ReentrantLock();

    public LegalHolds(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /** Held while records are destroyed, so that no hold is placed on them meanwhile. */
    ReentrantLock changing() {
        return changing;
    }

    /** All holds, in the order of names. */
    public List<LegalHold> list() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM legal_hold ORDER BY name")
                .map((row, _) -> new LegalHold(
                        row.getString("name"),
                        new LegalHold.About(
                                Optional.ofNullable(row.getString("person")),
                                Optional.ofNullable(row.getString("table_name")),
                                Optional.ofNullable(row.getString("table_uuid")).map(UUID::fromString),
                                moment(row.getObject("held_from")),
                                moment(row.getObject("held_until"))),
                        row.getString("reason"),
                        row.getString("placed_by"),
                        moment(row.getObject("placed_at")).orElseThrow()))
                .list());
    }

    private static Optional<Instant> moment(@Nullable Object micros) {
        return Optional.ofNullable(micros)
                .map(value -> Instant.EPOCH.plus(((Number) value).longValue(), ChronoUnit.MICROS));
    }

    private static Long micros(Instant moment) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, moment);
    }

    /** The hold of that name. */
    public Optional<LegalHold> find(String name) {
        return list().stream().filter(hold -> hold.name().equals(name)).findFirst();
    }

    /**
     * Places a hold; does nothing if there is one of that name about the same.
     *
     * @return false if there is one of that name about something else
     */
    public boolean place(String name, LegalHold.About about, String reason, String placedBy) {
        changing.lock();
        try {
            Optional<LegalHold> placed = find(name);
            if (placed.isEmpty()) {
                insert(new LegalHold(name, about, reason, placedBy, clock.instant()));
            }
            return placed.isEmpty() || placed.get().about().equals(about);
        } finally {
            changing.unlock();
        }
    }

    private void insert(LegalHold hold) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        INSERT INTO legal_hold
                            (name, person, table_name, table_uuid, held_from, held_until, reason, placed_by, placed_at)
                        VALUES (:name, :person, :table, :uuid, :from, :until, :reason, :by, :at)
                        """)
                .bind("name", hold.name())
                .bind("person", hold.about().person())
                .bind("table", hold.about().table())
                .bind("uuid", hold.about().uuid().map(UUID::toString))
                .bind("from", hold.about().from().map(LegalHolds::micros))
                .bind("until", hold.about().until().map(LegalHolds::micros))
                .bind("reason", hold.reason())
                .bind("by", hold.placedBy())
                .bind("at", micros(hold.placedAt()))
                .execute());
    }

    /** Lets go of what was held; false if there is no such hold. */
    public boolean release(String name) {
        return jdbi.withHandle(handle -> handle.execute("DELETE FROM legal_hold WHERE name = ?", name)) > 0;
    }
}

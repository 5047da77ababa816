package io.atalaya.catalog.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** Erasing people from the log, and the holds that forbid it. */
public final class Erasures {
    private final Jdbi jdbi;
    private final MerkleAuditLog log;
    private final AuditProjection projection;
    private final Clock clock;

    public Erasures(Jdbi jdbi, MerkleAuditLog log, AuditProjection projection, Clock clock) {
        this.jdbi = jdbi;
        this.log = log;
        this.projection = projection;
        this.clock = clock;
    }

    /** That the records about somebody must stay as they are. */
    public record Hold(String person, String reason, String placedBy, Instant placedAt) {}

    /** All holds, in the order of names. */
    public List<Hold> holds() {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT person, reason, placed_by, placed_at FROM audit_hold ORDER BY person")
                .map((row, _) -> new Hold(
                        row.getString("person"),
                        row.getString("reason"),
                        row.getString("placed_by"),
                        Instant.EPOCH.plus(row.getLong("placed_at"), ChronoUnit.MICROS)))
                .list());
    }

    /** Holds somebody's records; does nothing if they are held. */
    public void hold(String person, String reason, String placedBy) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        INSERT INTO audit_hold (person, reason, placed_by, placed_at)
                        VALUES (:person, :reason, :by, :at) ON CONFLICT (person) DO NOTHING
                        """)
                .bind("person", person)
                .bind("reason", reason)
                .bind("by", placedBy)
                .bind("at", ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()))
                .execute());
    }

    /** Lets go of somebody's records; false if they were not held. */
    public boolean release(String person) {
        return jdbi.withHandle(handle -> handle.execute("DELETE FROM audit_hold WHERE person = ?", person)) > 0;
    }

    /** Whether somebody's records are held. */
    public boolean isHeld(String person) {
        return holds().stream().anyMatch(hold -> hold.person().equals(person));
    }

    /** How somebody is called in the lines of the log; empty if no record is about them. */
    public Optional<String> inLines(String person) {
        return log.person(person);
    }

    /** Makes it impossible to tell which records are about somebody; empty if none is. What queries read is made anew. */
    public Optional<String> erase(String person) {
        try {
            Optional<String> erased = log.erase(person);
            if (erased.isPresent()) {
                projection.rebuild();
            }
            return erased;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.atalaya.catalog.dataset;

import io.atalaya.lakehouse.catalog.CatalogChanges;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;

/** Which datasets were certified, by the UUID of their table, and how that came and went. */
public final class CertificationStore {
    private final Jdbi jdbi;
    private final Clock clock;

    public CertificationStore(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /** One thing that was said: that it is certified, or with {@code certified} false that it is not any more. */
    public record Said(boolean certified, Certification what) {}

    /** The last of each table, if it was not withdrawn, whether or not its day is over. */
    Map<UUID, Certification> all() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT table_uuid, at, person, certified, note, until_day FROM dataset_certification AS c
                        WHERE certified = TRUE
                            AND number = (SELECT max(number) FROM dataset_certification WHERE table_uuid = c.table_uuid)
                        """)
                .map((row, context) -> Map.entry(
                        UUID.fromString(row.getString("table_uuid")),
                        said(row, context).what()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    /** The last of one table, likewise. */
    Optional<Certification> of(UUID table) {
        return jdbi.withHandle(handle -> last(handle, table));
    }

    private static Optional<Certification> last(Handle handle, UUID table) {
        return history(handle, table, 1).stream()
                .filter(Said::certified)
                .map(Said::what)
                .findFirst();
    }

    /** What was said of a table, the newest first. */
    public List<Said> history(UUID table, int most) {
        return jdbi.withHandle(handle -> history(handle, table, most));
    }

    private static List<Said> history(Handle handle, UUID table, int most) {
        return handle.createQuery("""
                        SELECT at, person, certified, note, until_day FROM dataset_certification
                        WHERE table_uuid = :table ORDER BY number DESC LIMIT :most
                        """)
                .bind("table", table.toString())
                .bind("most", most)
                .map(CertificationStore::said)
                .list();
    }

    /** Says that it is certified. */
    public void certify(UUID table, String person, String note, Optional<LocalDate> until) {
        jdbi.useTransaction(handle -> say(handle, table, person, true, note, until));
    }

    /** Withdraws it; false if there is none that holds today. */
    public boolean withdraw(UUID table, String person, String note, LocalDate today) {
        return jdbi.inTransaction(handle -> {
            boolean there = last(handle, table)
                    .filter(certification -> certification.holds(today))
                    .isPresent();
            if (there) {
                say(handle, table, person, false, note, Optional.empty());
            }
            return there;
        });
    }

    private void say(
            Handle handle, UUID table, String person, boolean certified, String note, Optional<LocalDate> until) {
        long at = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
        int said = 0;
        // Whoever takes the number at the same time has it first; the next is free.
        while (said == 0) {
            said = handle.createUpdate("""
                            INSERT INTO dataset_certification (table_uuid, number, at, person, certified, note, until_day)
                            SELECT :table, coalesce(max(number), 0) + 1, :at, :person, :certified, :note, :until
                            FROM dataset_certification WHERE table_uuid = :table
                            ON CONFLICT (table_uuid, number) DO NOTHING
                            """)
                    .bind("table", table.toString())
                    .bind("at", at)
                    .bind("person", person)
                    .bind("certified", certified)
                    .bind("note", note)
                    .bindByType("until", until.map(LocalDate::toEpochDay).orElse(null), Long.class)
                    .execute();
        }
        CatalogChanges.note(handle, Set.of(table));
    }

    private static Said said(ResultSet row, StatementContext context) throws SQLException {
        long until = row.getLong("until_day");
        Optional<LocalDate> day = row.wasNull() ? Optional.empty() : Optional.of(LocalDate.ofEpochDay(until));
        return new Said(
                row.getBoolean("certified"),
                new Certification(
                        Instant.EPOCH.plus(row.getLong("at"), ChronoUnit.MICROS),
                        row.getString("person"),
                        row.getString("note"),
                        day));
    }
}

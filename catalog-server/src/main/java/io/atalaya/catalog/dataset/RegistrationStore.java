package io.atalaya.catalog.dataset;

import io.atalaya.lakehouse.catalog.CatalogChanges;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The registrations, by the UUID of their table: a table that takes a name over does not take this over. */
public final class RegistrationStore {
    private final Jdbi jdbi;

    public RegistrationStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Every registration. */
    public Map<UUID, Registration> all() {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT table_uuid, owner, description, freshness_column, freshness_s, workspace FROM dataset")
                .map((row, _) -> Map.entry(UUID.fromString(row.getString("table_uuid")), registration(row)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    /** What was said about one table. */
    public Registration of(UUID table) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT owner, description, freshness_column, freshness_s, workspace FROM dataset WHERE table_uuid = :table
                        """)
                .bind("table", table.toString())
                .map((row, _) -> registration(row))
                .findOne()
                .orElse(Registration.NONE));
    }

    /** Says it, in one transaction for all. */
    public void putAll(Map<UUID, Registration> registrations, Instant now) {
        jdbi.useTransaction(handle -> {
            registrations.forEach((table, registration) -> put(handle, table, registration, now));
            CatalogChanges.note(handle, registrations.keySet());
        });
    }

    private static void put(Handle handle, UUID table, Registration registration, Instant now) {
        handle.createUpdate("""
                        INSERT INTO dataset (table_uuid, owner, description, freshness_column, freshness_s, workspace, updated_at)
                        VALUES (:table, :owner, :description, :column, :freshness, :workspace, :now)
                        ON CONFLICT (table_uuid) DO UPDATE SET owner = excluded.owner,
                            description = excluded.description, freshness_column = excluded.freshness_column, freshness_s = excluded.freshness_s,
                            workspace = excluded.workspace, updated_at = excluded.updated_at
                        """)
                .bind("table", table.toString())
                .bind("owner", registration.owner().orElse(null))
                .bind("description", registration.description().orElse(null))
                .bind(
                        "freshness",
                        registration
                                .freshness()
                                .map(promise -> promise.within().toSeconds())
                                .orElse(null))
                .bind(
                        "column",
                        registration
                                .freshness()
                                .flatMap(promise -> promise.column())
                                .orElse(null))
                .bind("workspace", registration.workspace().orElse(null))
                .bind("now", ChronoUnit.MICROS.between(Instant.EPOCH, now))
                .execute();
    }

    private static Registration registration(ResultSet row) throws SQLException {
        long freshness = row.getLong("freshness_s");
        boolean fresh = !row.wasNull();
        return new Registration(
                Optional.ofNullable(row.getString("owner")),
                Optional.ofNullable(row.getString("description")),
                fresh
                        ? Optional.of(new Registration.Freshness(
                                Optional.ofNullable(row.getString("freshness_column")), Duration.ofSeconds(freshness)))
                        : Optional.empty(),
                Optional.ofNullable(row.getString("workspace")));
    }
}

package io.atalaya.ingestion.model;

import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Which tables are models. */
public final class ModelStore {
    private final Jdbi jdbi;

    /** Those of that database. */
    public ModelStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Notes that a table is one. */
    void add(UUID table) {
        jdbi.useHandle(handle ->
                handle.execute("INSERT INTO model (table_uuid) VALUES (?) ON CONFLICT DO NOTHING", table.toString()));
    }

    /** All of them, also some that were dropped. */
    public List<UUID> all() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT table_uuid FROM model ORDER BY table_uuid")
                .map((row, _) -> UUID.fromString(row.getString("table_uuid")))
                .list());
    }
}

package io.atalaya.ingestion.model;

import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Which tables are models, and what stages have made versions of. */
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

    /**
     * What a stage was about to write as a version.
     *
     * @param sha256 of the artifact of which it was looked at what it says
     * @param sound whether nothing was against its use
     */
    record Made(String sha256, boolean sound) {}

    /**
     * Notes what a stage is about to write; a run that is resumed may make another version by the same stage.
     *
     * @param by pipeline and stage
     */
    void making(UUID table, String run, String by, Made made) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                INSERT INTO model_version (table_uuid, run_id, made_by, artifact_sha256, sound)
                VALUES (:table, :run, :by, :sha256, :sound)
                ON CONFLICT (table_uuid, run_id, made_by, artifact_sha256) DO UPDATE SET sound = excluded.sound
                """)
                .bind("table", table.toString())
                .bind("run", run)
                .bind("by", by)
                .bind("sha256", made.sha256())
                .bind("sound", made.sound())
                .execute());
    }

    /** What a stage has made of that table in a run, most often one. */
    List<Made> made(UUID table, String run, String by) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                SELECT artifact_sha256, sound FROM model_version
                WHERE table_uuid = :table AND run_id = :run AND made_by = :by
                """)
                .bind("table", table.toString())
                .bind("run", run)
                .bind("by", by)
                .map((row, _) -> new Made(row.getString("artifact_sha256"), row.getBoolean("sound")))
                .list());
    }

    /** All of them, also some that were dropped. */
    public List<UUID> all() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT table_uuid FROM model ORDER BY table_uuid")
                .map((row, _) -> UUID.fromString(row.getString("table_uuid")))
                .list());
    }
}

package io.atalaya.ingestion.profile;

import io.atalaya.ingestion.run.RunRows;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.predicate.Predicate;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** The newest profile of each column. */
public final class ProfileStore {
    private final Jdbi jdbi;

    /** The profiles in that database. */
    public ProfileStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Keeps the profiles of a table in place of those it had. */
    void save(UUID table, List<ColumnProfile> profiles) {
        jdbi.useTransaction(handle -> {
            handle.execute("DELETE FROM column_profile WHERE table_uuid = ?", table.toString());
            for (ColumnProfile profile : profiles) {
                handle.createUpdate("""
                        INSERT INTO column_profile (table_uuid, field_id, snapshot_id, run_id, stage, profiled_at,
                            column_name, profile)
                        VALUES (:table, :field, :snapshot, :run, :stage, :now, :column, :profile)
                        """)
                        .bind("table", table.toString())
                        .bind("field", profile.fieldId())
                        .bind("snapshot", profile.snapshotId())
                        .bind("run", profile.run().toString())
                        .bind("stage", profile.stage())
                        .bind("now", RunRows.micros(profile.at()))
                        .bind("column", profile.column())
                        .bind("profile", profile.json())
                        .execute();
            }
        });
    }

    /**
     * The profiles one may see: those of columns shown unmasked in every row. A profile is made of all rows, so whoever
     * sees only some of them sees none of it.
     */
    public List<ColumnProfile> visible(Decision.Allowed decision) {
        if (!(decision.rows() instanceof Predicate.Always)) {
            return List.of();
        }
        return all(decision.table().uuid()).stream()
                .filter(profile -> decision.columns().get(profile.fieldId()) instanceof ColumnAccess.Visible)
                .toList();
    }

    private List<ColumnProfile> all(UUID table) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT * FROM column_profile WHERE table_uuid = :table ORDER BY field_id")
                .bind("table", table.toString())
                .map((row, _) -> new ColumnProfile(
                        row.getInt("field_id"),
                        row.getString("column_name"),
                        row.getLong("snapshot_id"),
                        UUID.fromString(row.getString("run_id")),
                        row.getString("stage"),
                        RunRows.instant(row.getLong("profiled_at")),
                        row.getString("profile")))
                .list());
    }
}

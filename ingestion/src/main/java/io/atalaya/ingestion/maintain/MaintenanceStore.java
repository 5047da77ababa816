package io.atalaya.ingestion.maintain;

import io.atalaya.lakehouse.maintenance.Removed;
import io.atalaya.lakehouse.maintenance.TableShape;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jdbi.v3.core.Jdbi;

/** What maintenance has done, run by run and table by table. A run that is resumed goes on with the report it began. */
public final class MaintenanceStore {
    private final Jdbi jdbi;

    /** The reports in that database. */
    public MaintenanceStore(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** One table of one stage of one run. */
    record Key(UUID run, String stage, UUID table) {}

    /** Notes what the table was like before anything was done. */
    void begin(Key key, TableIdentifier name, TableShape before) {
        jdbi.useTransaction(handle -> handle.createUpdate("""
                INSERT INTO maintenance_report (run_id, stage, table_uuid, table_name, files_before, files_after,
                    bytes_before, bytes_after, manifests_before, manifests_after, snapshots_before, snapshots_after,
                    snapshots_held, expired_files, expired_bytes, orphan_files, orphan_bytes)
                VALUES (:run, :stage, :table, :name, :files, :files, :bytes, :bytes, :manifests, :manifests, :snapshots,
                    :snapshots, 0, 0, 0, 0, 0)
                ON CONFLICT (run_id, stage, table_uuid) DO NOTHING
                """)
                .bind("run", key.run().toString())
                .bind("stage", key.stage())
                .bind("table", key.table().toString())
                .bind("name", name.toString())
                .bind("files", before.files())
                .bind("bytes", before.bytes())
                .bind("manifests", before.manifests())
                .bind("snapshots", before.snapshots())
                .execute());
    }

    /** Notes what the table is like now, and what has gone in this try. */
    void done(Key key, TableShape after, long held, Removed expired, Removed orphans, Optional<String> message) {
        jdbi.useTransaction(handle -> handle.createUpdate("""
                UPDATE maintenance_report
                SET files_after = :files, bytes_after = :bytes, manifests_after = :manifests,
                    snapshots_after = :snapshots, snapshots_held = :held, message = :message,
                    expired_files = expired_files + :expiredFiles, expired_bytes = expired_bytes + :expiredBytes,
                    orphan_files = orphan_files + :orphanFiles, orphan_bytes = orphan_bytes + :orphanBytes
                WHERE run_id = :run AND stage = :stage AND table_uuid = :table
                """)
                .bind("run", key.run().toString())
                .bind("stage", key.stage())
                .bind("table", key.table().toString())
                .bind("files", after.files())
                .bind("bytes", after.bytes())
                .bind("manifests", after.manifests())
                .bind("snapshots", after.snapshots())
                .bind("held", held)
                .bind("message", message.orElse(null))
                .bind("expiredFiles", expired.files())
                .bind("expiredBytes", expired.bytes())
                .bind("orphanFiles", orphans.files())
                .bind("orphanBytes", orphans.bytes())
                .execute());
    }

    /** What a run has done, by stage and name of the table. */
    public List<TableReport> of(UUID run) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT * FROM maintenance_report WHERE run_id = :run ORDER BY stage, table_name, table_uuid")
                .bind("run", run.toString())
                .map((row, _) -> report(row))
                .list());
    }

    private static TableReport report(ResultSet row) throws SQLException {
        return new TableReport(
                row.getString("stage"),
                UUID.fromString(row.getString("table_uuid")),
                TableIdentifier.parse(row.getString("table_name")),
                shape(row, "before"),
                shape(row, "after"),
                row.getLong("snapshots_held"),
                new Removed(row.getLong("expired_files"), row.getLong("expired_bytes")),
                new Removed(row.getLong("orphan_files"), row.getLong("orphan_bytes")),
                Optional.ofNullable(row.getString("message")));
    }

    private static TableShape shape(ResultSet row, String when) throws SQLException {
        return new TableShape(
                row.getLong("files_" + when),
                row.getLong("bytes_" + when),
                row.getLong("manifests_" + when),
                row.getLong("snapshots_" + when));
    }
}

package io.atalaya.ingestion.run;

import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.RowHistory;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Policies;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.query.access.TableAccess;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jdbi.v3.core.Jdbi;

/** Tables whose changes start pipelines, and which change has started each last. */
public final class Upstream {
    private final Jdbi jdbi;
    private final LakeCatalog catalog;
    private final TableAccess tables;
    private final Policies policies;

    public Upstream(Jdbi jdbi, LakeCatalog catalog, TableAccess tables, Policies policies) {
        this.jdbi = jdbi;
        this.catalog = catalog;
        this.tables = tables;
        this.policies = policies;
    }

    /**
     * A change that the pipeline was not started for.
     *
     * @param snapshot the newest of the table that changed rows
     */
    record Change(String pipeline, UUID table, long snapshot) {}

    /** What is new in the table; to whom the pipeline runs as may not know of, there is no table. */
    Optional<Change> change(Pipeline pipeline, TableIdentifier name) {
        return tables.table(name)
                .filter(table -> mayKnow(pipeline, table))
                .flatMap(table -> RowHistory.lastChange(catalog.loadTable(name)).stream()
                        .mapToObj(snapshot -> new Change(pipeline.name(), table.uuid(), snapshot))
                        .findFirst())
                .filter(change -> startedFor(change)
                        .filter(last -> last == change.snapshot())
                        .isEmpty());
    }

    private boolean mayKnow(Pipeline pipeline, GovernedTable table) {
        PolicySnapshot now = policies.current();
        Principal principal = now.principal(pipeline.runAs()).to(pipeline.purpose());
        return now.decide(principal, Permission.SELECT, table) instanceof Decision.Allowed;
    }

    private Optional<Long> startedFor(Change change) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT snapshot_id FROM pipeline_upstream WHERE pipeline = :pipeline AND table_uuid = :table")
                .bind("pipeline", change.pipeline())
                .bind("table", change.table().toString())
                .mapTo(Long.class)
                .findOne());
    }

    /** Notes that a run was started for the change. Before that, a crash only starts it once more. */
    void started(Change change) {
        jdbi.useTransaction(handle -> handle.createUpdate("""
                INSERT INTO pipeline_upstream (pipeline, table_uuid, snapshot_id) VALUES (:pipeline, :table, :snapshot)
                ON CONFLICT (pipeline, table_uuid) DO UPDATE SET snapshot_id = excluded.snapshot_id
                """)
                .bind("pipeline", change.pipeline())
                .bind("table", change.table().toString())
                .bind("snapshot", change.snapshot())
                .execute());
    }
}

package io.atalaya.ingestion.table;

import io.atalaya.ingestion.run.StageWork;
import io.atalaya.policies.Principal;
import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.policies.audit.AuditLog;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.catalog.TableIdentifier;

/** Writes to tables, on record before and after. */
public final class Writes {
    private final AuditLog audit;

    public Writes(AuditLog audit) {
        this.audit = audit;
    }

    /** Is about to write; if this throws, the write must not happen. */
    public void intent(StageWork work, Principal principal, TableIdentifier table, String how, String commitId) {
        Map<String, Object> details = about(work, how, commitId);
        audit.append(new AuditEvent("data.write.intent", principal.name(), table.toString(), details));
    }

    /** Has written. */
    public void outcome(
            StageWork work,
            Principal principal,
            TableIdentifier table,
            String how,
            String commitId,
            long rows,
            long snapshotId) {
        outcome(work, principal, table, how, commitId, Map.of("rows", rows, "snapshot", Long.toString(snapshotId)));
    }

    /** Has written, with what is to be known of it. */
    public void outcome(
            StageWork work,
            Principal principal,
            TableIdentifier table,
            String how,
            String commitId,
            Map<String, Object> done) {
        Map<String, Object> details = new HashMap<>(about(work, how, commitId));
        details.putAll(done);
        audit.append(new AuditEvent("data.write.outcome", principal.name(), table.toString(), details));
    }

    private static Map<String, Object> about(StageWork work, String how, String commitId) {
        return Map.of(
                "pipeline", work.pipeline().name(),
                "stage", work.stage(),
                "run", work.run().toString(),
                "operation", how,
                "commitId", commitId);
    }
}

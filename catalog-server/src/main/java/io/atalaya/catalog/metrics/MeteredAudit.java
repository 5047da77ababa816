package io.atalaya.catalog.metrics;

import io.atalaya.policies.audit.AuditEvent;
import io.atalaya.policies.audit.AuditLog;

/** The audit log, counting what is put on record. Outcomes of queries and runs are counted by what they say of themselves. */
public final class MeteredAudit implements AuditLog {
    private final AuditLog audit;
    private final Metrics metrics;

    public MeteredAudit(AuditLog audit, Metrics metrics) {
        this.audit = audit;
        this.metrics = metrics;
    }

    @Override
    public long append(AuditEvent event) {
        long sequence = audit.append(event);
        count(event);
        return sequence;
    }

    @Override
    public Sent send(AuditEvent event) {
        Sent sent = audit.send(event);
        count(event);
        return sent;
    }

    private void count(AuditEvent event) {
        metrics.audited(event.kind());
        if (event.kind().endsWith(".outcome") && event.details().get("state") instanceof String state) {
            metrics.ended(event.kind(), state);
        }
    }
}

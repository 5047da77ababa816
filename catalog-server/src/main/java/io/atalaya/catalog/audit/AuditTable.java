package io.atalaya.catalog.audit;

import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.query.access.SystemTable;
import io.atalaya.query.access.SystemTables;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.catalog.TableIdentifier;

/** The log as {@code system.audit_events}. */
public final class AuditTable implements SystemTables {
    private static final SystemTable EVENTS = new SystemTable(
            UUID.fromString("00000000-0000-8000-8000-000000000001"),
            TableIdentifier.of(DATABASE, "audit_events"),
            AuditRows.COLUMNS);

    private final AuditProjection projection;

    public AuditTable(AuditProjection projection) {
        this.projection = projection;
    }

    @Override
    public List<SystemTable> of(Principal principal, PolicySnapshot policies) {
        return AuditReaders.include(principal, policies.isAdministrator(principal)) ? List.of(EVENTS) : List.of();
    }

    @Override
    public SystemTable.Rows rows(SystemTable table, Principal principal, PolicySnapshot policies) {
        return projection.rows();
    }
}

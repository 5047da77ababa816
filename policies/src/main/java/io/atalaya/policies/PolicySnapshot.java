package io.atalaya.policies;

import java.util.UUID;
import org.apache.iceberg.catalog.Namespace;

/**
 * All policies as they stood at one epoch, immutable, so that everything one request asks is decided at one moment.
 * Whatever no grant allows is denied.
 */
public interface PolicySnapshot {
    /** Grows by at least one with every change of grants, tags, guards, filters or memberships. */
    long epoch();

    /** Decides and explains; does no I/O. For {@code SELECT} the decision holds a row filter and each column's access. */
    Decision decide(Principal principal, Permission permission, GovernedTable table);

    /** Whether the principal may do this to the database itself. */
    boolean allows(Principal principal, Permission permission, UUID databaseUuid, Namespace database);

    /** Whether the principal may know that the table exists and what its columns are. */
    boolean mayDescribe(Principal principal, GovernedTable table);

    /** Whether the principal may know that the database exists. */
    boolean mayDescribe(Principal principal, UUID databaseUuid, Namespace database);

    /** Whether the principal may administer the service: users, workgroups, policies. Gives no access to data. */
    boolean isAdministrator(Principal principal);
}

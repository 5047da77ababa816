package io.atalaya.query.access;

import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import java.util.List;
import java.util.Optional;

/**
 * The tables of the database {@code system}: what the service knows of itself. They are read like any other by those who may;
 * to everybody else they do not exist.
 */
public interface SystemTables {
    /** The database they are in. No other table is. */
    String DATABASE = "system";

    /** None at all. */
    SystemTables NONE = new SystemTables() {
        @Override
        public List<SystemTable> of(Principal principal, PolicySnapshot policies) {
            return List.of();
        }

        @Override
        public SystemTable.Rows rows(SystemTable table, Principal principal, PolicySnapshot policies) {
            throw new IllegalArgumentException(table.name().toString());
        }
    };

    /** Those that the principal may read, in name order. */
    List<SystemTable> of(Principal principal, PolicySnapshot policies);

    /** What is in one of them now, for that principal. */
    SystemTable.Rows rows(SystemTable table, Principal principal, PolicySnapshot policies);

    /** The one of that name, if the principal may read it. */
    default Optional<SystemTable> find(String name, Principal principal, PolicySnapshot policies) {
        return of(principal, policies).stream()
                .filter(table -> table.name().name().equals(name))
                .findFirst();
    }
}

package io.atalaya.policies;

import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A table as policies see it. Policies bind to {@code uuid} and to the field ids of {@code schema}, never to names, so
 * that they survive a rename and do not pass to a table that takes a name over.
 *
 * @param uuid the table's UUID in its Iceberg metadata
 * @param databaseUuid identity of its namespace
 * @param name what it is called now
 * @param schema its current schema, or that of the snapshot being read
 * @param partitionSources field ids that a partition field of any spec is made from
 */
public record GovernedTable(
        UUID uuid, UUID databaseUuid, TableIdentifier name, Schema schema, Set<Integer> partitionSources) {
    public GovernedTable {
        partitionSources = Set.copyOf(partitionSources);
    }
}

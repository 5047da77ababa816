package io.atalaya.query.statement;

import io.atalaya.query.lineage.Inheritance;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A table to be made.
 *
 * @param schema with ids from 1 in the order of the columns
 * @param location where its files go; empty for a folder of its own
 * @param inheritance what its columns inherit from those they are made of
 * @param ifNotExists whether one that exists is left alone
 * @param replaces the table in whose place it comes, whose identity it keeps
 */
public record TableDefinition(
        TableIdentifier name,
        Schema schema,
        PartitionSpec partitioning,
        Map<String, String> properties,
        Optional<String> location,
        Inheritance inheritance,
        boolean ifNotExists,
        Optional<UUID> replaces) {
    public TableDefinition {
        properties = Map.copyOf(properties);
    }
}

package io.atalaya.lakehouse.write;

import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A table to be made.
 *
 * @param location inside the warehouse; empty for a folder of its own
 * @param replaces whether it takes the place of the table of that name, with its identity, its history and its folder
 */
public record NewTable(
        TableIdentifier name,
        Schema schema,
        PartitionSpec partitioning,
        Map<String, String> properties,
        Optional<String> location,
        boolean replaces) {
    public NewTable {
        properties = Map.copyOf(properties);
    }
}

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
 */
public record NewTable(
        TableIdentifier name,
        Schema schema,
        PartitionSpec partitioning,
        Map<String, String> properties,
        Optional<String> location) {
    public NewTable {
        properties = Map.copyOf(properties);
    }
}

package io.atalaya.lakehouse.catalog;

import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.catalog.Namespace;

/**
 * A namespace as the catalog lists it.
 *
 * @param uuid stays the same for as long as the namespace exists
 * @param properties all of them, {@code zone} among them
 */
public record NamespaceEntry(UUID uuid, Namespace namespace, Zone zone, Map<String, String> properties) {
    public NamespaceEntry {
        properties = Map.copyOf(properties);
    }
}

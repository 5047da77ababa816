package io.atalaya.lakehouse.catalog;

import java.util.UUID;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A table as the catalog lists it, without a look at its metadata.
 *
 * @param uuid the table's UUID in its metadata; a table made again under the same name has another
 * @param metadataLocation the file that describes it now; files never change, so this is a version of the table
 */
public record TableEntry(UUID uuid, UUID namespaceUuid, TableIdentifier identifier, String metadataLocation) {}

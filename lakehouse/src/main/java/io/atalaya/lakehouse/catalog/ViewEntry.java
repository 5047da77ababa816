package io.atalaya.lakehouse.catalog;

import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A view as the catalog keeps it.
 *
 * @param uuid stays the same when its query is replaced
 * @param query as it was written
 * @param columns with ids that stay with their names when the query is replaced
 * @param defaultDatabase where names without a database are looked up
 * @param definer whether it reads with the rights of its owner, not of whoever asks
 * @param owner who wrote the query
 */
public record ViewEntry(
        UUID uuid,
        UUID namespaceUuid,
        TableIdentifier identifier,
        String query,
        Schema columns,
        Optional<Namespace> defaultDatabase,
        boolean definer,
        String owner,
        Optional<String> comment) {}

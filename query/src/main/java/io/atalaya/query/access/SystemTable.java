package io.atalaya.query.access;

import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/**
 * What the service knows of itself, as a table that one principal may read as it is.
 *
 * @param columns in order; their ids are on record with whoever reads it
 */
public record SystemTable(UUID uuid, TableIdentifier name, List<Types.NestedField> columns) {
    public SystemTable {
        columns = List.copyOf(columns);
    }

    /**
     * Its rows at one moment.
     *
     * @param version grows with what is in it, and is on record like a snapshot; empty if it has none
     * @param sql a query for the reader, with a column of the table's name for each
     * @param bytes of the files it reads
     */
    public record Rows(OptionalLong version, String sql, long bytes) {}
}

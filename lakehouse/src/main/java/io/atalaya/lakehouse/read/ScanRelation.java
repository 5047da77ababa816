package io.atalaya.lakehouse.read;

import java.util.List;
import org.apache.iceberg.Schema;

/**
 * A part of a snapshot as a DuckDB query, deletes applied.
 *
 * @param sql a SELECT whose columns are those of {@code schema}, by name and in order; with no column wanted it has one
 *     of no meaning, so that rows can be counted
 * @param schema the wanted columns
 * @param paths the data files it reads
 * @param files how many those are
 * @param bytes how large those are
 * @param records how many rows those hold, before deletes
 * @param columns how much of the files each column of the table takes
 */
public record ScanRelation(
        String sql, Schema schema, List<String> paths, long files, long bytes, long records, ColumnBytes columns) {
    public ScanRelation {
        paths = List.copyOf(paths);
    }
}

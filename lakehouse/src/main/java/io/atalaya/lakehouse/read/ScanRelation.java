package io.atalaya.lakehouse.read;

import java.util.List;
import org.apache.iceberg.Schema;

/**
 * A part of a snapshot as a DuckDB query, deletes applied.
 *
 * @param sql a SELECT whose columns are those of {@code schema}, by name and in order; with no column wanted it has one
 *     of no meaning, so that rows can be counted
 * @param schema the wanted columns
 * @param sources the data files it reads
 * @param bytes how large those are
 * @param records how many rows those hold, before deletes
 * @param columns how much of the files each column of the table takes
 */
public record ScanRelation(
        String sql, Schema schema, List<PlannedFile> sources, long bytes, long records, ColumnBytes columns) {
    public ScanRelation {
        sources = List.copyOf(sources);
    }

    /** Where the engine finds the data files. */
    public List<String> paths() {
        return sources.stream().map(PlannedFile::path).toList();
    }

    /** How many data files it reads. */
    public long files() {
        return sources.size();
    }

    /** What the files are known to hold of a top-level column. */
    public ColumnExtent extent(int fieldId) {
        return ColumnExtent.of(sources, fieldId);
    }
}

package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.rowfile.FieldType;
import io.atalaya.lakehouse.rowfile.RowFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** What files a query's rows become. */
public sealed interface ExportFormat {
    /** Columns whose values name folders instead of standing in the files: the last ones. */
    List<String> partitionedBy();

    /** The shape of a file that the engine writes. */
    enum Kind {
        PARQUET,
        /** With a header; a missing value is an empty field, an empty text a quoted one. */
        CSV,
        /** An object a line. */
        JSON,
        /** The one column there is, a value a line, as it stands. */
        LINES
    }

    /**
     * Files that the engine writes.
     *
     * @param compression in the engine's words
     * @param level of the compression; empty for the engine's own
     */
    record ByEngine(Kind kind, String compression, OptionalInt level, List<String> partitionedBy)
            implements ExportFormat {
        public ByEngine {
            partitionedBy = List.copyOf(partitionedBy);
        }

        /** The options of a COPY; {@code name} begins the name of each file. */
        String options(String name) {
            List<String> options = new ArrayList<>(List.of(
                    kind == Kind.LINES
                            ? "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '', NULLSTR '', FILE_EXTENSION 'txt'"
                            : (kind == Kind.CSV ? "HEADER true, FILE_EXTENSION 'csv', " : "") + "FORMAT "
                                    + kind.name().toLowerCase(Locale.ROOT),
                    "COMPRESSION " + DuckSql.text(compression),
                    "FILENAME_PATTERN " + DuckSql.text(name + "_{i}"),
                    "RETURN_FILES true"));
            level.ifPresent(value -> options.add("COMPRESSION_LEVEL " + value));
            // A size makes the engine write a folder; partitions do so by themselves.
            options.add(partitionedBy.isEmpty() ? "FILE_SIZE_BYTES 536870912" : "PARTITION_BY (" + partitions() + ")");
            return String.join(", ", options);
        }

        String partitions() {
            return partitionedBy.stream().map(DuckSql::name).collect(Collectors.joining(", "));
        }
    }

    /**
     * Files that are written row by row.
     *
     * @param row the columns that stand in the files, the first ones of the query, which gives timestamps with the time zone UTC
     *     and the columns of {@code partitionedBy} as texts
     * @param compression as {@link RowFile#create} takes it
     */
    record ByRow(RowFile.Format format, FieldType.Struct row, String compression, List<String> partitionedBy)
            implements ExportFormat {
        public ByRow {
            partitionedBy = List.copyOf(partitionedBy);
        }
    }
}

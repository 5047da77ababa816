package io.atalaya.query.compile;

import io.atalaya.lakehouse.read.PlannedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;

/**
 * What {@code "$path"}, {@code "$file_modified_time"} and {@code "$partition"} say of files, beside the path by which the engine
 * knows each.
 */
record FilesTold(Table table, List<PlannedFile> files) {
    /** A relation of {@code k}, {@code p1}, {@code p2} and {@code p3}. */
    String sql() {
        String rows = files.isEmpty()
                ? "(NULL, NULL, NULL, NULL)"
                : files.stream().map(this::row).collect(Collectors.joining(", "));
        return "(SELECT CAST(k AS VARCHAR) AS k, CAST(p1 AS VARCHAR) AS p1, CAST(p2 AS TIMESTAMPTZ) AS p2, "
                + "CAST(p3 AS VARCHAR) AS p3 FROM (VALUES " + rows + ") AS v(k, p1, p2, p3))";
    }

    private String row(PlannedFile file) {
        PartitionSpec spec =
                Objects.requireNonNull(table.specs().get(file.file().specId()));
        return "(" + Sql.text(file.path()) + ", " + Sql.text(file.file().location()) + ", " + modified(file.path())
                + ", " + Sql.text(spec.partitionToPath(file.file().partition())) + ")";
    }

    private static String modified(String path) {
        try {
            return "make_timestamptz("
                    + Files.getLastModifiedTime(Path.of(path)).to(TimeUnit.MILLISECONDS) * 1000 + ")";
        } catch (NoSuchFileException e) {
            return "NULL";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

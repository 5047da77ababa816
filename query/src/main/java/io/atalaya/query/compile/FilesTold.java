package io.atalaya.query.compile;

import io.atalaya.lakehouse.read.PlannedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What {@code "$path"} and {@code "$file_modified_time"} say of files, beside the path by which the engine knows each. */
record FilesTold(List<PlannedFile> files) {
    /** A relation of {@code k}, {@code p1} and {@code p2}. */
    String sql() {
        String rows = files.isEmpty()
                ? "(NULL, NULL, NULL)"
                : files.stream().map(FilesTold::row).collect(Collectors.joining(", "));
        return "(SELECT CAST(k AS VARCHAR) AS k, CAST(p1 AS VARCHAR) AS p1, CAST(p2 AS TIMESTAMPTZ) AS p2 FROM (VALUES "
                + rows + ") AS v(k, p1, p2))";
    }

    private static String row(PlannedFile file) {
        return "(" + Sql.text(file.path()) + ", " + Sql.text(file.file().location()) + ", " + modified(file.path())
                + ")";
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

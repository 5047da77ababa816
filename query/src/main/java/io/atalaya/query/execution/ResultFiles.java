package io.atalaya.query.execution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** The folder of results. What a dead process left half written is removed at the start. */
final class ResultFiles {
    private final Path folder;

    ResultFiles(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            for (Path file : files()) {
                if (file.toString().endsWith(".unfinished")) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void removeOlderThan(Instant time) {
        try {
            for (Path file : files()) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(time)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }
}

package io.atalaya.query.execution;

import io.atalaya.query.result.TypedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
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

    /** Where an execution's result is, or will be. */
    Path of(UUID execution) {
        return folder.resolve(execution + ".rows");
    }

    /** Where it is as such a file, once somebody asked for that. */
    Path of(UUID execution, TypedFile format) {
        return folder.resolve(execution + "." + format.extension());
    }

    static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives one execution's result to another; false if it is no longer kept. */
    boolean share(UUID from, UUID to) {
        try {
            Files.createLink(of(to), of(from));
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (UnsupportedOperationException | IOException e) {
            return copy(from, to);
        }
    }

    private boolean copy(UUID from, UUID to) {
        Path unfinished = folder.resolve(to + ".rows.unfinished");
        try {
            Files.copy(of(from), unfinished, StandardCopyOption.COPY_ATTRIBUTES);
            Files.move(unfinished, of(to));
            return true;
        } catch (IOException e) {
            return false;
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

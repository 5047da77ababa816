package io.atalaya.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Where a benchmark keeps its data: a folder that was named, and stays, or a temporary one. */
final class Folders implements AutoCloseable {
    private final Path folder;
    private final boolean temporary;

    private Folders(Path folder, boolean temporary) {
        this.folder = folder;
        this.temporary = temporary;
    }

    /** The folder named by that argument, if there is one. */
    static Folders of(String[] arguments, int index) throws IOException {
        return arguments.length > index
                ? new Folders(Files.createDirectories(Path.of(arguments[index])).toRealPath(), false)
                : new Folders(Files.createTempDirectory("atalaya-bench-").toRealPath(), true);
    }

    Path path() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        if (!temporary) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

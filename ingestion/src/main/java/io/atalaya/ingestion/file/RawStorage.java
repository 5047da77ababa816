package io.atalaya.ingestion.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Files as they were delivered, for ever: {@code <root>/<pipeline>/<sha256>/<name>}. The same bytes are kept once for each
 * pipeline, under the name they first came with.
 */
public final class RawStorage {
    private final Path root;

    /** The storage under that folder. */
    public RawStorage(Path root) {
        this.root = root;
    }

    /** Copies the file; empty if it changed meanwhile: nothing is kept then. */
    public Optional<Copying> copy(String pipeline, DropPlace place, DropPlace.Entry file) throws IOException {
        Path folder = Files.createDirectories(root.resolve(pipeline));
        Copying copying = new Copying(folder, file.name(), () -> place.open(file));
        try {
            copying.hash();
            if (copying.bytes() == file.bytes() && place.isUnchanged(file)) {
                return Optional.of(copying);
            }
            copying.close();
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            copying.close();
            throw e;
        }
    }

    /** The file of those bytes, which was kept. */
    public Path find(String pipeline, String sha256) throws IOException {
        Path place = root.resolve(pipeline).resolve(sha256);
        try (Stream<Path> files = Files.list(place)) {
            return files.sorted()
                    .findFirst()
                    .orElseThrow(() -> new NoSuchFileException(place.toString(), null, "the file kept there is gone"));
        }
    }

    /** Removes what a process that died was copying; no other process may be at it. */
    public void removeUnfinished() throws IOException {
        if (!Files.isDirectory(root)) {
            return;
        }
        try (Stream<Path> files = Files.walk(root, 2)) {
            for (Path file : files.filter(RawStorage::isUnfinished).toList()) {
                Files.delete(file);
            }
        }
    }

    private static boolean isUnfinished(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.startsWith(".") && name.endsWith(".part");
    }
}

package io.atalaya.lakehouse.storage;

import io.atalaya.lakehouse.LakehouseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The folder below which every file of the lakehouse lives.
 *
 * @param root absolute, without symbolic links
 */
public record Warehouse(Path root) {
    private static final String STAGING = ".staging";

    /** The warehouse in {@code folder}, which is made if absent. */
    public static Warehouse at(Path folder) {
        try {
            return new Warehouse(Files.createDirectories(folder).toRealPath());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use the warehouse folder " + folder, e);
        }
    }

    /** Where files are written that no snapshot names yet. */
    public Path staging() {
        return root.resolve(STAGING);
    }

    /**
     * The file a location names.
     *
     * @param location an absolute path or a {@code file:} URI
     * @throws LakehouseException.OutsideWarehouse if it is not below the root, or a link leads it out
     */
    public Path resolve(String location) {
        Path path = plain(location);
        if (!path.isAbsolute() || !path.normalize().equals(path) || !path.startsWith(root)) {
            throw new LakehouseException.OutsideWarehouse("location %s is not inside the warehouse", location);
        }
        try {
            if (!nearestExisting(path).toRealPath().startsWith(root)) {
                throw new LakehouseException.OutsideWarehouse("location %s leads out of the warehouse", location);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return path;
    }

    private Path nearestExisting(Path path) {
        Path parent = path.getParent();
        return parent == null || path.equals(root) || Files.exists(path) || Files.isSymbolicLink(path)
                ? path
                : nearestExisting(parent);
    }

    /** A location as a path, whichever of its spellings a writer chose. */
    public static Path plain(String location) {
        if (!location.startsWith("file:")) {
            return Path.of(location);
        }
        return location.startsWith("file://")
                ? Path.of(location.substring("file://".length()))
                : Path.of(URI.create("file:/").getPath(), location.substring("file:".length()));
    }

    /** Makes the folder and its parents, each entry on disk. */
    public void makeFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.getParent();
        if (parent == null) {
            throw new IOException("no folder above " + folder);
        }
        makeFolder(parent);
        Files.createDirectories(folder);
        sync(parent);
    }

    /** Waits until a file's bytes, or a folder's entries, are on disk. */
    public static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}

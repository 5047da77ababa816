package io.atalaya.catalog.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The folder in which everything of one server lies. */
public record DataDirectory(Path root) {
    /** The metadata database, if it is SQLite. */
    public Path metadata() {
        return root.resolve("metadata.db");
    }

    /** Tables. */
    public Path warehouse() {
        return root.resolve("warehouse");
    }

    /** Results of queries. */
    public Path results() {
        return root.resolve("results");
    }

    /** Files that statements unloaded. */
    public Path unloaded() {
        return root.resolve("unloaded");
    }

    /** Files as delivered. */
    public Path raw() {
        return root.resolve("raw");
    }

    /** Folders in which files are delivered. */
    public Path drop() {
        return root.resolve("drop");
    }

    /** The audit log. */
    public Path audit() {
        return root.resolve("audit");
    }

    /** What tables about the service are read from; made again when lost. */
    public Path system() {
        return root.resolve("system");
    }

    /** Keys of pseudonyms, checkpoints and access keys. */
    public Path keys() {
        return root.resolve("keys");
    }

    /** Logs. */
    public Path logs() {
        return root.resolve("logs");
    }

    /** What may be lost. */
    public Path temp() {
        return root.resolve("temp");
    }

    /** Locked by the process that serves this folder. */
    public Path lock() {
        return root.resolve("lock");
    }

    /** How the command line reaches the process that serves this folder. */
    public Path server() {
        return root.resolve("server.json");
    }

    /** The workspaces of the demonstration. */
    public Path workspaces() {
        return root.resolve("workspaces");
    }

    /** Secrets of the demonstration's users. */
    public Path credentials() {
        return root.resolve("credentials.json");
    }

    /** Makes what is missing, for the owner of the process only. */
    public void create() {
        for (Path folder : List.of(
                root, warehouse(), results(), unloaded(), raw(), drop(), audit(), system(), keys(), logs(), temp())) {
            try {
                if (!Files.isDirectory(folder)) {
                    Files.createDirectories(folder, ownerOnly(folder));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot make the folder " + folder + ": " + e.getMessage(), e);
            }
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path folder) {
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }
}

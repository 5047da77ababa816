package io.atalaya.lakehouse.storage;

import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.BulkDeletionFailureException;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SupportsBulkOperations;
import org.apache.iceberg.io.SupportsPrefixOperations;

/**
 * Iceberg's files on a local disk, confined to one folder. A written file appears whole or not at all, is on disk when
 * its stream is closed, and is never replaced.
 */
public final class LocalFileIO implements SupportsPrefixOperations, SupportsBulkOperations {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String root;

    /** Files below {@code root}. */
    public LocalFileIO(Path root) {
        this.root = root.toString();
    }

    /** The folder, as locations spell it. */
    public String root() {
        return root;
    }

    private Warehouse warehouse() {
        return new Warehouse(Path.of(root));
    }

    @Override
    public InputFile newInputFile(String location) {
        return new LocalInputFile(location, warehouse().resolve(location));
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return new LocalOutputFile(location, warehouse().resolve(location), warehouse());
    }

    @Override
    public void deleteFile(String location) {
        try {
            Files.deleteIfExists(warehouse().resolve(location));
        } catch (IOException e) {
            throw new RuntimeIOException(e, "cannot delete %s", location);
        }
    }

    @Override
    public void deleteFiles(Iterable<String> locations) {
        int failed = 0;
        for (String location : locations) {
            try {
                deleteFile(location);
            } catch (RuntimeIOException _) {
                failed++;
            }
        }
        if (failed > 0) {
            throw new BulkDeletionFailureException(failed);
        }
    }

    @Override
    public Iterable<FileInfo> listPrefix(String prefix) {
        List<FileInfo> found = new ArrayList<>();
        Path folder = warehouse().resolve(prefix);
        try {
            if (Files.exists(folder)) {
                Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (attributes.isRegularFile()) {
                            found.add(new FileInfo(
                                    file.toString(),
                                    attributes.size(),
                                    attributes.lastModifiedTime().toMillis()));
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) {
                        return FileVisitResult.CONTINUE;
                    }
                });
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    @Override
    public void deletePrefix(String prefix) {
        listPrefix(prefix).forEach(file -> deleteFile(file.location()));
    }
}

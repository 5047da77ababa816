package io.atalaya.migrations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** SQLite databases of tests. */
public final class SqliteFiles {
    private static final Path MIGRATED = migrated();

    private SqliteFiles() {}

    /** What {@link MetadataDatabase#sqlite} opens; if absent, a copy of one that was migrated once is put there before. */
    public static MetadataDatabase open(Path file) {
        try {
            if (Files.notExists(file)) {
                Files.copy(MIGRATED, file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return MetadataDatabase.sqlite(file);
    }

    private static Path migrated() {
        try {
            Path file = Files.createTempFile("atalaya-", ".db");
            file.toFile().deleteOnExit();
            MetadataDatabase.sqlite(file).close();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

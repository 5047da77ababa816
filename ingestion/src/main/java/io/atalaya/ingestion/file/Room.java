package io.atalaya.ingestion.file;

import io.atalaya.ingestion.IngestionException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What is free on the disk of a folder. Stages begin only while there is some to spare, so that data does not take the
 * last of it: that a run failed for lack of space must still be written down.
 */
public record Room(Path folder) {
    private static final long SPARE = 32L << 20;

    /** Refuses to go on. @throws IngestionException.OutOfSpace if less than 32 MiB are free */
    public void check() throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < SPARE) {
            throw new IngestionException.OutOfSpace(
                    new FileSystemException(folder.toString(), null, free + " bytes are free, less than " + SPARE));
        }
    }
}

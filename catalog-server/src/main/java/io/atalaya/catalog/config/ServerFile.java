package io.atalaya.catalog.config;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How the command line reaches the process that serves a data directory.
 *
 * @param address of its REST API, such as {@code http://127.0.0.1:8080}
 * @param token of the operator, good until the process ends
 */
public record ServerFile(String address, String token, long pid) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the process wrote; empty if none runs, as far as the file says. */
    public static Optional<ServerFile> read(DataDirectory data) {
        Path file = data.server();
        try {
            return Files.exists(file)
                    ? Optional.of(JSON.readValue(Files.readAllBytes(file), ServerFile.class))
                    : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** Writes it, readable by the owner only. */
    public void write(DataDirectory data) {
        try {
            OwnerFile.write(data.server(), JSON.writeValueAsBytes(this));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes it. */
    public static void remove(DataDirectory data) {
        try {
            Files.deleteIfExists(data.server());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return "ServerFile[" + address + ", " + pid + "]";
    }
}

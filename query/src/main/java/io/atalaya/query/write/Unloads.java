package io.atalaya.query.write;

import io.atalaya.lakehouse.write.Export;
import io.atalaya.policies.Principal;
import io.atalaya.query.QueryException;
import io.atalaya.query.statement.Command;
import io.atalaya.query.statement.UnloadLocation;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The files of {@code UNLOAD}: a folder for each user, in it the locations that the user chose. Nobody unloads into the folder
 * of another, into a table or over what is there.
 */
public final class Unloads {
    private static final String STAGING = ".staging";
    private static final String SCHEME = "s3://";

    private final Path root;

    /** Below that folder, which is made if absent; what a dead process left half written is removed. */
    public Unloads(Path folder) {
        try {
            this.root = Files.createDirectories(folder).toRealPath();
            for (Path path : below(root.resolve(STAGING))) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use the folder " + folder, e);
        }
    }

    /** Writes the files, and returns where each is, as the user would name it. */
    CommandOutcome write(Principal principal, Command.Unload unload, Export export) {
        UnloadLocation location = unload.location();
        Path folder = own(principal.name()).resolve(String.join("/", location.parts()));
        if (Files.exists(folder)) {
            throw taken(location);
        }
        try {
            Export.Written written = export.write(
                    unload.select(), unload.format(), UUID.randomUUID().toString(), root.resolve(STAGING), folder);
            List<String> files = written.files().stream()
                    .map(file -> location + file.toString())
                    .toList();
            return new CommandOutcome(written.rows(), Map.of("files", files.size()), files);
        } catch (FileAlreadyExistsException e) {
            throw taken(location);
        } catch (IOException e) {
            throw new QueryException.LimitExceeded(
                    "RESULT_STORAGE_FAILED", "The files could not be stored; the disk may be full");
        }
    }

    private static QueryException taken(UnloadLocation location) {
        return new QueryException.SemanticError(
                "HIVE_PATH_ALREADY_EXISTS", 0, 0, "Location {0} is not empty; choose another", location);
    }

    /**
     * A file of a user's, by the name that {@link #write} gave it.
     *
     * @throws FileNotFoundException if it is no longer kept
     */
    public Path file(String user, String name) throws IOException {
        Path own = own(user);
        Path file = own.resolve(name.substring(SCHEME.length())).normalize();
        if (!file.startsWith(own)
                || !Files.isRegularFile(file)
                || !file.toRealPath().startsWith(root)) {
            throw new FileNotFoundException(name);
        }
        return file;
    }

    private Path own(String user) {
        // Hexadecimal, as a user's name may be any text.
        return root.resolve(HexFormat.of().formatHex(user.getBytes(StandardCharsets.UTF_8)));
    }

    /** Removes the files that are older, and the folders that become empty. */
    public void removeOlderThan(Instant time) {
        try (Stream<Path> users = Files.list(root)) {
            for (Path user : users.filter(path -> !path.endsWith(STAGING)).toList()) {
                for (Path path : below(user)) {
                    boolean goes = Files.isDirectory(path)
                            ? isEmpty(path)
                            : Files.getLastModifiedTime(path).toInstant().isBefore(time);
                    if (goes) {
                        Files.deleteIfExists(path);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder and all in it, what is in a folder before the folder. */
    private static List<Path> below(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.sorted(Comparator.reverseOrder()).toList();
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }
}

package io.atalaya.catalog.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.atalaya.catalog.audit.AuditVerifier;
import io.atalaya.catalog.config.DataDirectory;
import io.atalaya.catalog.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * Copies a data directory, also while it is served: first the metadata as of one moment, then the files it speaks of,
 * which never change, then the audit log, which only grows.
 */
@Command(
        name = "backup",
        description = "Copies a data directory into a new folder, also while it is served.",
        mixinStandardHelpOptions = true)
public final class BackupCommand implements Callable<Integer> {
    static final String MANIFEST = "backup.json";
    static final List<String> FOLDERS = List.of("warehouse", "raw", "drop", "streams", "workspaces", "keys", "audit");

    @Parameters(paramLabel = "FOLDER", description = "Where to; must not exist.")
    private Path folder = Path.of("backup");

    @Mixin
    private DataOption data = new DataOption();

    @Override
    public Integer call() throws IOException, SQLException {
        ServerConfig config = data.config();
        DataDirectory directory = config.data();
        Path target = folder.toAbsolutePath().normalize();
        if (Files.exists(target)) {
            throw new CommandException(target + " exists; name a new folder");
        }
        if (!Files.isDirectory(directory.root())) {
            throw new CommandException("There is no data directory " + directory.root());
        }
        Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
        Files.createDirectories(unfinished);
        Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwx------"));
        switch (config.metadata()) {
            case ServerConfig.Metadata.Sqlite _ ->
                copyMetadata(directory.metadata(), unfinished.resolve("metadata.db"));
            case ServerConfig.Metadata.Postgresql _ ->
                Console.note("The metadata is in PostgreSQL: run pg_dump first, then this command, and keep both.");
        }
        for (String name : FOLDERS) {
            copy(directory.root().resolve(name), unfinished.resolve(name));
        }
        for (Path file : List.of(directory.credentials(), directory.root().resolve("atalaya.yaml"))) {
            if (Files.exists(file)) {
                Files.copy(file, unfinished.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        boolean holds = new AuditVerifier().verify(unfinished.resolve("audit")).holds();
        new ObjectMapper()
                .writeValue(
                        unfinished.resolve(MANIFEST).toFile(),
                        Map.of(
                                "data", directory.root().toString(),
                                "madeAt", Instant.now().toString(),
                                "auditHolds", holds));
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        Console.line("Backed up " + directory.root() + " to " + target + (holds ? "; its audit log holds." : "."));
        if (!holds) {
            throw new CommandException(
                    "The audit log of the copy does not hold; see './atalaya audit verify " + target + "/audit'");
        }
        return 0;
    }

    private static void copyMetadata(Path from, Path to) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + from);
                var statement = connection.prepareStatement("VACUUM INTO ?")) {
            statement.setString(1, to.toString());
            statement.execute();
        }
    }

    static void copy(Path from, Path to) throws IOException {
        if (!Files.isDirectory(from)) {
            return;
        }
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                    Files.setPosixFilePermissions(copy, Files.getPosixFilePermissions(file));
                } else if (!file.getFileName().toString().endsWith(".tmp") && Files.exists(file)) {
                    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }
}

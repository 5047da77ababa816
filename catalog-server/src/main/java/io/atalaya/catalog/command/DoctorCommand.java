package io.atalaya.catalog.command;

import io.atalaya.catalog.audit.AuditVerifier;
import io.atalaya.catalog.audit.Verification;
import io.atalaya.catalog.config.DataDirectory;
import io.atalaya.catalog.config.DataLock;
import io.atalaya.catalog.config.ServerConfig;
import io.atalaya.migrations.MetadataDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Looks a data directory over and says what to do about what is wrong. */
@Command(
        name = "doctor",
        description = "Looks a data directory over and says what to do about what is wrong.",
        mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {
    private static final long LITTLE_SPACE = 1L << 30;

    @Mixin
    private DataOption data = new DataOption();

    @Mixin
    private Output output = new Output();

    private final List<Finding> findings = new ArrayList<>();

    /** What was looked at; {@code advice} is empty if all is well. */
    private record Finding(String about, boolean well, String text) {}

    /** Something to look at; answers with what it found. */
    @FunctionalInterface
    private interface Look {
        String at() throws Exception;
    }

    @Override
    public Integer call() {
        ServerConfig config = data.config();
        DataDirectory directory = config.data();
        look("configuration", () -> "is understood");
        look("java", () -> System.getProperty("java.runtime.version"));
        if (!Files.isDirectory(directory.root())) {
            findings.add(
                    new Finding("data", false, directory.root() + " does not exist; ./atalaya demo or serve makes it"));
        } else {
            boolean running = isServed(directory);
            look("server", () -> running ? "runs" : "does not run");
            look("disk", () -> space(directory.root()));
            look("secrets", () -> secrets(directory));
            if (Files.exists(directory.metadata()) || config.metadata() instanceof ServerConfig.Metadata.Postgresql) {
                look("metadata", () -> metadata(config, running));
            }
            look("audit", () -> audit(directory));
            look("engine", DoctorCommand::engine);
        }
        output.write(
                findings.stream()
                        .map(one -> Map.of("about", one.about(), "well", one.well(), "text", one.text()))
                        .toList(),
                () -> findings.forEach(one ->
                        Console.line("%-5s %-14s %s".formatted(one.well() ? "ok" : "WRONG", one.about(), one.text()))));
        return findings.stream().allMatch(Finding::well) ? 0 : 1;
    }

    private void look(String about, Look look) {
        try {
            findings.add(new Finding(about, true, look.at()));
        } catch (Exception e) {
            findings.add(new Finding(about, false, Failures.sentence(e)));
        }
    }

    private static boolean isServed(DataDirectory directory) {
        Optional<DataLock> lock = DataLock.tryTake(directory);
        lock.ifPresent(DataLock::close);
        return lock.isEmpty();
    }

    private static String space(Path folder) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < LITTLE_SPACE) {
            throw new CommandException("only " + (free >> 20) + " MB are free; make room before loading more data");
        }
        return (free >> 30) + " GB are free";
    }

    private static String secrets(DataDirectory directory) throws IOException {
        List<Path> open = new ArrayList<>();
        List<Path> secret = new ArrayList<>(List.of(directory.credentials(), directory.server()));
        if (Files.isDirectory(directory.keys())) {
            try (Stream<Path> keys = Files.list(directory.keys())) {
                keys.forEach(secret::add);
            }
        }
        for (Path file : secret) {
            if (Files.exists(file)) {
                Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
                permissions.removeAll(Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
                if (!permissions.isEmpty()) {
                    open.add(file);
                }
            }
        }
        if (!open.isEmpty()) {
            throw new CommandException("can be read by others: " + open + "; chmod 600 them");
        }
        return "are readable by their owner only";
    }

    /** Migrates only what no other process has open. */
    private static String metadata(ServerConfig config, boolean running) throws Exception {
        switch (config.metadata()) {
            case ServerConfig.Metadata.Sqlite _ -> {
                Path file = config.data().metadata();
                try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                        var check = connection.createStatement().executeQuery("PRAGMA quick_check")) {
                    String answer = check.next() ? check.getString(1) : "nothing";
                    if (!answer.equals("ok")) {
                        throw new CommandException(file + " is damaged (" + answer + "); restore a backup");
                    }
                }
            }
            case ServerConfig.Metadata.Postgresql(var url, var user, var password) -> {
                if (!running) {
                    MetadataDatabase.postgresql(url, user, password).close();
                }
            }
        }
        return tables(config);
    }

    private static String tables(ServerConfig config) throws Exception {
        if (!(config.metadata() instanceof ServerConfig.Metadata.Sqlite)) {
            return "is reachable";
        }
        int tables = 0;
        List<String> lost = new ArrayList<>();
        try (var connection = DriverManager.getConnection(
                        "jdbc:sqlite:" + config.data().metadata());
                var rows = connection
                        .createStatement()
                        .executeQuery("SELECT name, metadata_location FROM iceberg_table")) {
            while (rows.next()) {
                tables++;
                String location = rows.getString(2).replaceFirst("^file:(//)?", "");
                if (!Files.exists(Path.of(location))) {
                    lost.add(rows.getString(1));
                }
            }
        }
        if (!lost.isEmpty()) {
            throw new CommandException("the metadata files of " + lost + " are gone; restore a backup");
        }
        return "is sound; " + tables + " tables, all with their metadata";
    }

    private static String audit(DataDirectory directory) throws IOException {
        if (!Files.isDirectory(directory.audit().resolve("checkpoints"))
                && !Files.exists(directory.audit().resolve("public-key"))) {
            return "has no record yet";
        }
        Verification verification = new AuditVerifier().verify(directory.audit());
        if (!verification.holds()) {
            throw new CommandException(
                    "does not hold: " + verification.findings().getFirst().text() + "; see './atalaya audit verify'");
        }
        return "holds; " + verification.records() + " records";
    }

    private static String engine() throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var row = connection.createStatement().executeQuery("SELECT version()")) {
            row.next();
            return "DuckDB " + row.getString(1);
        }
    }
}

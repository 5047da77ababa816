package io.atalaya.migrations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A PostgreSQL of our own, from the machine's packages, on a free port in a temporary folder. It is started once for a
 * test run and stopped with it. PostgreSQL refuses to run as root, so root runs it as {@code nobody}.
 */
public final class PostgresServer {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final String BASE = "jdbc:postgresql://127.0.0.1:%d/%s";
    private static final Optional<PostgresServer> SHARED = binaries().map(PostgresServer::new);

    private final Path folder;
    private final int port;
    private Optional<String> migrated = Optional.empty();

    private PostgresServer(Path binaries) {
        try {
            folder = Files.createTempDirectory("atalaya-postgres-");
            try (ServerSocket free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
            Path data = folder.resolve("data");
            boolean root = System.getProperty("user.name").equals("root");
            if (root) {
                run(List.of("chown", "nobody", folder.toString()));
            }
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(binaries, data, root)));
            run(as(
                    root,
                    binaries.resolve("initdb").toString(),
                    "-N",
                    "-D",
                    data.toString(),
                    "-U",
                    "atalaya",
                    "-A",
                    "trust"));
            run(as(
                    root,
                    binaries.resolve("pg_ctl").toString(),
                    "-D",
                    data.toString(),
                    "-w",
                    "-l",
                    folder.resolve("log").toString(),
                    "-o",
                    "-h 127.0.0.1 -p " + port + " -k " + folder
                            + " -c fsync=off -c full_page_writes=off -c wal_level=logical -c max_replication_slots=50 -c max_wal_senders=50",
                    "start"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The server of this test run, or empty where no PostgreSQL is installed. */
    public static Optional<PostgresServer> shared() {
        return SHARED;
    }

    /** A new, empty, migrated database: a copy of one that was migrated once, as migrating takes most of a second. */
    public synchronized MetadataDatabase freshDatabase() {
        if (migrated.isEmpty()) {
            migrated = Optional.of(create(""));
            MetadataDatabase.postgresql(BASE.formatted(port, migrated.get()), "atalaya", "")
                    .close();
        }
        return MetadataDatabase.postgresql(BASE.formatted(port, create(" TEMPLATE " + migrated.get())), "atalaya", "");
    }

    /** The JDBC URL of a new, empty database for user {@code atalaya} without a password. */
    public String freshUrl() {
        return BASE.formatted(port, create(""));
    }

    private String create(String how) {
        String name = "test_" + DATABASES.incrementAndGet();
        try (var connection = DriverManager.getConnection(BASE.formatted(port, "postgres"), "atalaya", "");
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + how);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return name;
    }

    private static Optional<Path> binaries() {
        try (Stream<Path> versions = Files.exists(Path.of("/usr/lib/postgresql"))
                ? Files.list(Path.of("/usr/lib/postgresql"))
                : Stream.of()) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.naturalOrder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> as(boolean root, String... command) {
        List<String> all = new ArrayList<>();
        if (root) {
            all.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"));
        }
        all.addAll(List.of(command));
        return all;
    }

    private static void run(List<String> command) throws IOException {
        Path output = Files.createTempFile("atalaya-command-", ".log");
        Process process = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(command + " failed: " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private void stop(Path binaries, Path data, boolean root) {
        try {
            run(as(root, binaries.resolve("pg_ctl").toString(), "-D", data.toString(), "-m", "immediate", "stop"));
            // The files of hundreds of databases take longer than a test run waits for its end.
            new ProcessBuilder("rm", "-rf", folder.toString()).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.atalaya.ingestion.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A MariaDB of our own, from the machine's packages, on a free port in a temporary folder, which writes its changes to a
 * log by row. It is started once for a test run and stopped with it.
 */
public final class MariaDbServer {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final Path BINARY = Path.of("/usr/sbin/mariadbd");
    private static final Optional<MariaDbServer> SHARED =
            Files.isExecutable(BINARY) ? Optional.of(new MariaDbServer()) : Optional.empty();

    private final Path folder;
    private final int port;

    private MariaDbServer() {
        try {
            folder = Files.createTempDirectory("atalaya-mariadb-");
            try (ServerSocket free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
            String data = "--datadir=" + folder.resolve("data");
            String user = "--user=" + System.getProperty("user.name");
            Path install = folder.resolve("install.log");
            Process installing = start(
                    install,
                    List.of(
                            "mariadb-install-db",
                            "--no-defaults",
                            data,
                            user,
                            "--skip-test-db",
                            "--auth-root-authentication-method=normal"));
            if (!installing.waitFor(120, TimeUnit.SECONDS) || installing.exitValue() != 0) {
                throw new IOException("mariadb-install-db failed: " + Files.readString(install));
            }
            Path init = Files.writeString(
                    folder.resolve("init.sql"),
                    "CREATE USER atalaya@'%' IDENTIFIED BY 'tower';\nGRANT ALL ON *.* TO atalaya@'%';\n");
            Process server = start(
                    folder.resolve("server.log"),
                    List.of(
                            BINARY.toString(),
                            "--no-defaults",
                            data,
                            user,
                            "--bind-address=127.0.0.1",
                            "--port=" + port,
                            "--socket=" + folder.resolve("socket"),
                            "--pid-file=" + folder.resolve("pid"),
                            "--init-file=" + init,
                            "--log-bin=" + folder.resolve("log"),
                            "--binlog-format=ROW",
                            "--binlog-row-image=FULL",
                            "--server-id=1"));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server)));
            awaitAnswer(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The server of this test run, or empty where no MariaDB is installed. */
    public static Optional<MariaDbServer> shared() {
        return SHARED;
    }

    /** The JDBC URL of a new, empty database, for user {@code atalaya} with the password {@code tower}. */
    public String freshUrl() {
        String name = "test_" + DATABASES.incrementAndGet();
        try (Connection connection = connect("");
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return url(name);
    }

    private String url(String database) {
        return "jdbc:mariadb://127.0.0.1:" + port + "/" + database;
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database), "atalaya", "tower");
    }

    private void awaitAnswer(Process server) throws IOException, InterruptedException {
        long until = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (true) {
            try (Connection _ = connect("")) {
                return;
            } catch (SQLException e) {
                if (!server.isAlive() || System.nanoTime() > until) {
                    throw new IOException(
                            "MariaDB does not answer: " + Files.readString(folder.resolve("server.log")), e);
                }
                Thread.sleep(100);
            }
        }
    }

    private static Process start(Path log, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private void stop(Process server) {
        try {
            server.destroyForcibly().waitFor();
            new ProcessBuilder("rm", "-rf", folder.toString()).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

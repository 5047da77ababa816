package io.atalaya.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Servers from the machine's packages that run beside a benchmark, on free ports. */
final class Peers implements AutoCloseable {
    private final List<Process> running = new ArrayList<>();
    private final List<Path> folders = new ArrayList<>();

    /** Starts a broker of MQTT, and returns its port. */
    int mosquitto(Path folder) throws IOException, InterruptedException {
        int port = freePort();
        Path settings = Files.createDirectories(folder).resolve("mosquitto.conf");
        Files.writeString(settings, """
                listener %d 127.0.0.1
                allow_anonymous true
                max_queued_messages 0
                user %s
                """.formatted(port, System.getProperty("user.name")));
        start(folder, List.of("/usr/sbin/mosquitto", "-c", settings.toString()), port);
        return port;
    }

    /** Starts a PostgreSQL that tells of changes, and returns the address of its database for user {@code atalaya}. */
    String postgresql() throws IOException, InterruptedException {
        int port = freePort();
        // Of its own, as it may run as a user who must not look into other folders.
        Path folder = Files.createTempDirectory("atalaya-bench-postgres-");
        folders.add(folder);
        Path data = folder.resolve("data");
        Path binaries = binaries();
        List<String> as = List.of();
        if (System.getProperty("user.name").equals("root")) {
            // It refuses to run as root.
            as = List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups");
            run(List.of("chown", "nobody", folder.toString()));
        }
        run(joined(as, binaries.resolve("initdb"), "-D", data, "-U", "atalaya", "-A", "trust"));
        start(
                folder,
                joined(
                        as,
                        binaries.resolve("postgres"),
                        "-D",
                        data,
                        "-h",
                        "127.0.0.1",
                        "-p",
                        port,
                        "-k",
                        folder,
                        "-c",
                        "wal_level=logical"),
                port);
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    private static Path binaries() throws IOException {
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                    .max(Path::compareTo)
                    .orElseThrow(() -> new IOException("no PostgreSQL is installed"));
        }
    }

    private static List<String> joined(List<String> first, Object... rest) {
        List<String> all = new ArrayList<>(first);
        for (Object one : rest) {
            all.add(one.toString());
        }
        return all;
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + " failed: " + said);
        }
    }

    private void start(Path folder, List<String> command, int port) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        running.add(process);
        long until = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!answers(port)) {
            if (!process.isAlive() || System.nanoTime() > until) {
                throw new IOException(command.getFirst() + " does not answer: " + Files.readString(log));
            }
            Thread.sleep(50);
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            for (Process process : running) {
                process.destroy();
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            }
            for (Path folder : folders) {
                new ProcessBuilder("rm", "-rf", folder.toString()).start().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while servers were stopped", e);
        }
    }
}

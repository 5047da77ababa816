package io.atalaya.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** {@code ./atalaya demo} as a process of its own, on a data directory that outlives it. */
final class ServiceProcess implements AutoCloseable {
    private static final Duration STARTED_BY = Duration.ofMinutes(5);

    private final Process process;
    private final URI address;
    private final Path data;

    private ServiceProcess(Process process, URI address, Path data) {
        this.process = process;
        this.address = address;
        this.data = data;
    }

    /** Starts it and returns when it is ready. */
    static ServiceProcess start(Path data) {
        try {
            int port;
            try (ServerSocket free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
            Path launcher = Path.of(System.getProperty("atalaya.home"), "atalaya");
            Process process = new ProcessBuilder(List.of(
                            launcher.toString(),
                            "demo",
                            "--only",
                            "complaints",
                            "--port",
                            Integer.toString(port),
                            "--data",
                            data.toString()))
                    .redirectErrorStream(true)
                    .start();
            ServiceProcess service = new ServiceProcess(process, URI.create("http://127.0.0.1:" + port), data);
            service.awaitReady();
            return service;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Until the line that says so, which comes when the data is loaded; all it prints is kept beside the data. */
    private void awaitReady() throws IOException {
        Path log = data.resolveSibling("service.log");
        CompletableFuture<Void> ready = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (BufferedReader lines = process.inputReader();
                    BufferedWriter kept =
                            Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    kept.append(line).append('\n').flush();
                    if (line.startsWith("Atalaya is ready")) {
                        ready.complete(null);
                    }
                }
            } catch (IOException e) {
                // The process was killed.
            }
            ready.completeExceptionally(new IllegalStateException("The service ended before it was ready; see " + log));
        });
        try {
            ready.orTimeout(STARTED_BY.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            close();
            throw new IllegalStateException("The service was not ready in " + STARTED_BY, e);
        }
    }

    /** A client that signs in as one of the demo's users. */
    Client as(String user) {
        try {
            JsonNode credentials = JsonMapper.builder()
                    .build()
                    .readTree(data.resolve("credentials.json").toFile());
            return new Client(address, credentials.path(user).path("token").textValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path data() {
        return data;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Asks it to end, and waits. */
    @Override
    public void close() {
        process.destroy();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

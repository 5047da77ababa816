package io.atalaya.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

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
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            data.resolveSibling("service.log").toFile()))
                    .start();
            ServiceProcess service = new ServiceProcess(process, URI.create("http://127.0.0.1:" + port), data);
            service.awaitReady();
            return service;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitReady() {
        long end = System.nanoTime() + STARTED_BY.toNanos();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest ready =
                    HttpRequest.newBuilder(address.resolve("/health/ready")).build();
            while (System.nanoTime() < end) {
                if (!process.isAlive()) {
                    throw new IllegalStateException("The service ended with " + process.exitValue() + "; see "
                            + data.resolveSibling("service.log"));
                }
                try {
                    if (http.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200
                            && Files.exists(data.resolve("credentials.json"))) {
                        return;
                    }
                } catch (IOException e) {
                    // Not listening yet.
                }
                Thread.sleep(50);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
        throw new IllegalStateException("The service was not ready in " + STARTED_BY);
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

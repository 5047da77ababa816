package io.atalaya.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Speaks the REST API with one user's token, by the thread that asks: no other has to wake up, whose time would be
 * counted as the service's. Thread-safe.
 */
final class Client {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final URI address;
    private final String token;

    Client(URI address, String token) {
        this.address = address;
        this.token = token;
    }

    /** An answer: its status, and its body as JSON, which is missing if there is none. */
    record Answer(int status, JsonNode body) {
        boolean isDone() {
            return status / 100 == 2;
        }
    }

    Answer get(String path) throws IOException {
        return ask("GET", path, new byte[0]);
    }

    Answer post(String path, Map<String, ?> body) throws IOException {
        return ask("POST", path, JSON.writeValueAsBytes(body));
    }

    Answer delete(String path) throws IOException {
        return ask("DELETE", path, new byte[0]);
    }

    /** Runs a statement to its end in one request. */
    Answer query(String sql) throws IOException {
        return post("queries", Map.of("sql", sql, "waitMs", 10_000));
    }

    /** The same however long it takes, up to a minute; the answer carries the first page of rows. */
    Answer queryToItsEnd(String sql) throws IOException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        Answer answer = query(sql);
        while (!answer.body().path("state").asText().matches("SUCCEEDED|FAILED|CANCELLED")
                && System.nanoTime() < until) {
            answer = query(sql);
        }
        return answer;
    }

    /** The same where names without a database are of that one. */
    Answer query(String sql, String database) throws IOException {
        return post("queries", Map.of("sql", sql, "database", database, "waitMs", 10_000));
    }

    /** Runs a statement however long it takes; gives what went wrong. */
    Optional<String> problemOf(String sql, String database) throws IOException, InterruptedException {
        Answer answer = query(sql, database);
        while (answer.isDone()
                && Set.of("QUEUED", "RUNNING")
                        .contains(answer.body().path("state").asText())) {
            Thread.sleep(20);
            answer = get("queries/" + answer.body().path("id").asText());
        }
        return answer.isDone() && answer.body().path("state").asText().equals("SUCCEEDED")
                ? Optional.empty()
                : Optional.of(answer.status() + " " + answer.body());
    }

    private Answer ask(String method, String path, byte[] body) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) address.resolve("/api/v1/" + path).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setReadTimeout(Math.toIntExact(PATIENCE.toMillis()));
        connection.setRequestProperty("Authorization", "Bearer " + token);
        if (body.length > 0) {
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body);
            }
        }
        int status = connection.getResponseCode();
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Answer(status, JSON.readTree(in == null ? new byte[0] : in.readAllBytes()));
        }
    }
}

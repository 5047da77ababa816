package io.atalaya.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** A Trino that is there already, asked over its own protocol. */
final class TrinoPeer {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI server;
    private final String schema;

    /** @param schema of its catalog {@code memory} */
    TrinoPeer(URI server, String schema) {
        this.server = server;
        this.schema = schema;
    }

    /** Runs a statement to its last page; gives the number of rows. */
    long ask(String sql) throws IOException, InterruptedException {
        JsonNode page = send(HttpRequest.newBuilder(server.resolve("/v1/statement"))
                .header("X-Trino-User", "benchmark")
                .header("X-Trino-Catalog", "memory")
                .header("X-Trino-Schema", schema)
                .POST(HttpRequest.BodyPublishers.ofString(sql))
                .build());
        long rows = 0;
        while (true) {
            if (page.has("error")) {
                throw new IllegalStateException(
                        page.get("error").path("message").asText());
            }
            rows += page.path("data").size();
            if (!page.has("nextUri")) {
                return rows;
            }
            page = send(HttpRequest.newBuilder(URI.create(page.get("nextUri").asText()))
                    .build());
        }
    }

    private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
        return JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
    }
}

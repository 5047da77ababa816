package io.atalaya.query.trino;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/** Asks a Trino over its protocol, where values arrive exactly. */
final class TrinoClient {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI server;
    private final String catalog;
    private final String schema;

    TrinoClient(URI server, String catalog, String schema) {
        this.server = server;
        this.catalog = catalog;
        this.schema = schema;
    }

    /** What Trino says to a statement. */
    Answer ask(String sql) throws IOException, InterruptedException {
        JsonNode page = send(HttpRequest.newBuilder(server.resolve("/v1/statement"))
                .header("X-Trino-User", "recorder")
                .header("X-Trino-Catalog", catalog)
                .header("X-Trino-Schema", schema)
                .header("X-Trino-Time-Zone", "UTC")
                .header("X-Trino-Language", "en-US")
                .header("X-Trino-Client-Capabilities", "PARAMETRIC_DATETIME,PATH,SESSION_AUTHORIZATION,NUMBER,VARIANT")
                .POST(HttpRequest.BodyPublishers.ofString(sql))
                .build());
        List<Answer.Column> columns = new ArrayList<>();
        List<TrinoText> texts = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        while (true) {
            if (page.has("error")) {
                JsonNode error = page.get("error");
                return Answer.error(error.get("errorName").asText(), error.path("message").asText());
            }
            if (columns.isEmpty() && page.has("columns")) {
                for (JsonNode column : page.get("columns")) {
                    columns.add(new Answer.Column(
                            column.get("name").asText(), column.get("type").asText()));
                    texts.add(new TrinoText(column.get("typeSignature")));
                }
            }
            for (JsonNode row : page.path("data")) {
                List<String> cells = new ArrayList<>();
                for (int index = 0; index < texts.size(); index++) {
                    cells.add(texts.get(index).of(row.get(index)));
                }
                rows.add(cells);
            }
            if (!page.has("nextUri")) {
                return Answer.rows(columns, rows);
            }
            page = send(HttpRequest.newBuilder(URI.create(page.get("nextUri").asText()))
                    .build());
        }
    }

    private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
        while (true) {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() == 200) {
                return JSON.readTree(response.body());
            }
            if (response.statusCode() != 503) {
                throw new IOException("Trino answered " + response.statusCode());
            }
            Thread.sleep(100);
        }
    }
}

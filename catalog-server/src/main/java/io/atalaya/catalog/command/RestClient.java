package io.atalaya.catalog.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.atalaya.catalog.http.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The REST API as commands use it; a problem becomes a {@link CommandException} with its detail. */
public final class RestClient {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final String address;
    private final String token;

    RestClient(HttpClient http, String address, String token) {
        this.http = http;
        this.address = address;
        this.token = token;
    }

    /** The same server, as somebody else. */
    public RestClient as(String otherToken) {
        return new RestClient(http, address, otherToken);
    }

    /** A part of a path, encoded. */
    public static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    public JsonNode get(String path) {
        return send("GET", path, null);
    }

    public JsonNode post(String path, @Nullable Object body) {
        return send("POST", path, body);
    }

    public JsonNode put(String path, @Nullable Object body) {
        return send("PUT", path, body);
    }

    public JsonNode delete(String path) {
        return send("DELETE", path, null);
    }

    /** Posts JSON objects, one a line. */
    public JsonNode postLines(String path, byte[] lines) {
        return send(request(path)
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofByteArray(lines)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + HttpServer.API + path))
                .timeout(Duration.ofMinutes(10))
                .header("Authorization", "Bearer " + token);
    }

    private JsonNode send(String method, String path, @Nullable Object body) {
        HttpRequest.Builder request = request(path);
        if (body == null) {
            return send(request.method(method, HttpRequest.BodyPublishers.noBody()));
        }
        try {
            return send(request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body))));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            JsonNode answer = response.body().length == 0 ? MissingNode.getInstance() : JSON.readTree(response.body());
            if (response.statusCode() >= 400) {
                throw refused(response.statusCode(), answer);
            }
            return answer;
        } catch (IOException e) {
            throw new CommandException("The server at " + address + " does not answer: " + e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new CommandException("Interrupted");
        }
    }

    /** What is at that path, into a file, however long. */
    public void download(String path, Path file) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + HttpServer.API + path))
                .timeout(Duration.ofHours(1))
                .header("Authorization", "Bearer " + token)
                .build();
        try {
            HttpResponse<Path> response = http.send(
                    request,
                    answer -> answer.statusCode() < 400
                            ? HttpResponse.BodySubscribers.ofFile(file)
                            : HttpResponse.BodySubscribers.replacing(file));
            if (response.statusCode() >= 400) {
                throw new CommandException("The server refused: HTTP status " + response.statusCode());
            }
        } catch (IOException e) {
            throw new CommandException("The server at " + address + " does not answer: " + e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new CommandException("Interrupted");
        }
    }

    private static CommandException refused(int status, JsonNode problem) {
        String detail = problem.path("detail").asText("HTTP status " + status);
        JsonNode line = problem.path("line");
        boolean placed = line.isInt() && !detail.contains(":" + line.asInt()) && !detail.startsWith("line ");
        return new CommandException(
                placed ? "line " + line.asInt() + ":" + problem.path("column").asInt() + ": " + detail : detail);
    }
}

package io.atalaya.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.atalaya.catalog.config.ServerConfig;
import io.atalaya.catalog.http.Route;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** A server on a free port over a data directory of its own, with the shop's tables, policies and people. */
public final class RunningServer implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();
    static final List<String> USERS = List.of("admin", "steward", "de", "ds", "analyst", "auditor", "nobody");
    static final String PASSWORD = "correct horse battery";

    private static final Path WORKSPACES = Path.of("src/test/resources/workspaces");

    private final Path folder;
    private final ServerConfig config;
    private final Clock clock;
    private Composition composition;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, Secrets> secrets = new HashMap<>();

    /** What a user proves itself with. */
    record Secrets(String token, String accessKeyId, String secretAccessKey) {}

    /** An answer. */
    record Answer(int status, Map<String, List<String>> headers, String text) {
        JsonNode json() {
            try {
                return text.isEmpty() ? MissingNode.getInstance() : JSON.readTree(text);
            } catch (IOException e) {
                throw new UncheckedIOException(text, e);
            }
        }

        Optional<String> header(String name) {
            return headers.getOrDefault(name, List.of()).stream().findFirst();
        }
    }

    private RunningServer(Path folder, ServerConfig config, Clock clock) {
        this.folder = folder;
        this.config = config;
        this.clock = clock;
        this.composition = Composition.start(config, clock);
    }

    /** Stops it, lets something happen, and starts it again over the same data, on another port. */
    void restart(Runnable meanwhile) {
        composition.close();
        meanwhile.run();
        composition = Composition.start(config, clock);
    }

    /** Starts one without tables. */
    static RunningServer empty(Map<String, String> settings) {
        try {
            return empty(Files.createTempDirectory("atalaya-it"), settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts one without tables that keeps everything in that folder, which goes with it. */
    static RunningServer empty(Path folder, Map<String, String> settings) {
        return empty(folder, settings, Clock.systemUTC());
    }

    private static RunningServer empty(Path folder, Map<String, String> settings, Clock clock) {
        Map<String, String> environment = new HashMap<>(
                Map.of("ATALAYA_SCHEDULER", "false", "ATALAYA_ENGINE_THREADS", "2", "ATALAYA_ENGINE_MEMORY", "512MB"));
        environment.putAll(settings);
        ServerConfig config = ServerConfig.read(
                environment,
                new ServerConfig.Overrides(Optional.of(folder.resolve("data")), Optional.empty(), Optional.of(0)));
        return new RunningServer(folder, config, clock);
    }

    /** Starts one with the shop that goes by that clock. */
    static RunningServer shop(Clock clock) {
        return shop(clock, Map.of());
    }

    /** The same with settings of its own. */
    static RunningServer shop(Clock clock, Map<String, String> settings) {
        try {
            return shop(empty(Files.createTempDirectory("atalaya-it"), settings, clock));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts one with the shop. */
    static RunningServer shop() {
        return shop(Map.of());
    }

    /** Starts one with the shop and settings of its own, such as {@code ATALAYA_METADATA}. */
    static RunningServer shop(Map<String, String> settings) {
        return shop(empty(settings));
    }

    private static RunningServer shop(RunningServer server) {
        for (String user : USERS) {
            server.addUser(user);
        }
        server.operator("PUT", "/users/admin/profiles/administrator", null);
        Answer applied = server.apply(server.copyOfWorkspace("shop"));
        if (applied.status() != 200) {
            throw new IllegalStateException(applied.text());
        }
        server.append("shop_curated.customers", """
                SELECT * FROM (VALUES
                    (1, 'Ann', 'ann@canary.example', 'CANARY-SSN-1', 91000.50, 'US'),
                    (2, 'Ben', 'ben@canary.example', 'CANARY-SSN-2', 92000.50, 'US'),
                    (3, 'Canary Eve', 'eve@canary.example', 'CANARY-SSN-3', 93000.50, 'EU'))
                    AS t(id, name, email, ssn, canary_salary, region)
                """);
        server.append("shop_curated.secrets_of_state", "SELECT 'CANARY-VALUE' AS canary_column");
        return server;
    }

    void addUser(String user) {
        operator("POST", "/users", Map.of("name", user, "displayName", "The " + user, "password", PASSWORD));
        addSecrets(user);
    }

    /** Somebody with a token and a key alone. */
    void addUserWithoutPassword(String user) {
        operator("POST", "/users", Map.of("name", user, "displayName", "The " + user));
        addSecrets(user);
    }

    private void addSecrets(String user) {
        String token = operator("POST", "/users/" + user + "/tokens", Map.of("name", "test"))
                .json()
                .path("token")
                .asText();
        JsonNode key = operator("POST", "/users/" + user + "/keys", null).json();
        secrets.put(
                user,
                new Secrets(
                        token,
                        key.path("accessKeyId").asText(),
                        key.path("secretAccessKey").asText()));
    }

    /** Loads examples as the demonstration does, with its users; what was told meanwhile. */
    List<String> loadExamples(Set<String> only) {
        List<String> told = new ArrayList<>();
        if (!composition.demo().load(Path.of("../examples"), only, told::add)) {
            throw new IllegalStateException(String.join("\n", told));
        }
        try {
            JSON.readTree(data().resolve("credentials.json").toFile())
                    .properties()
                    .forEach(user -> secrets.put(
                            user.getKey(),
                            new Secrets(
                                    user.getValue().path("token").asText(),
                                    user.getValue().path("accessKeyId").asText(),
                                    user.getValue().path("secretAccessKey").asText())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return told;
    }

    /** Rows into a table. */
    void append(String table, String select) {
        composition
                .lakehouse()
                .writer()
                .append(TableIdentifier.parse(table), RowSource.of(select), CommitProperties.none());
    }

    LakeCatalog catalog() {
        return composition.lakehouse().catalog();
    }

    Table table(String name) {
        return catalog().loadTable(TableIdentifier.parse(name));
    }

    /** Carries requests on as the scheduler would. */
    void sweepRequests() {
        composition.requests().sweep();
    }

    /** Classifies what is to be looked at, as the scheduler would. */
    void sweepClassification() {
        composition.classification().sweep();
    }

    /** Carries reviews on as the scheduler would. */
    void sweepReviews() {
        composition.reviews().sweep();
    }

    /** A workspace of the test resources, where it may be changed. */
    Path copyOfWorkspace(String name) {
        return copyOf(WORKSPACES.resolve(name));
    }

    /** A workspace, where it may be changed. */
    Path copyOf(Path source) {
        Path target = folder.resolve(source.getFileName());
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Path copy = target.resolve(source.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Answer plan(Path workspace) {
        return operator("POST", "/workspaces/plan", Map.of("folder", workspace.toString()));
    }

    Answer apply(Path workspace) {
        return operator("POST", "/workspaces/apply", Map.of("folder", workspace.toString()));
    }

    List<Route> routes() {
        return composition.routes();
    }

    Set<String> athenaOperations() {
        return composition.athenaOperations();
    }

    /** One operation of Athena's protocol, signed by the SDK's signer, or not at all for nobody. */
    Answer athena(Optional<String> user, String operation, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(URI.create(address() + "/athena"))
                .putHeader("Content-Type", "application/x-amz-json-1.1")
                .putHeader("X-Amz-Target", "AmazonAthena." + operation)
                .build();
        SdkHttpRequest ready = user.map(this::secrets)
                .map(keys -> AwsV4HttpSigner.create()
                        .sign(builder -> builder.identity(
                                        AwsCredentialsIdentity.create(keys.accessKeyId(), keys.secretAccessKey()))
                                .request(request)
                                .payload(() -> new ByteArrayInputStream(bytes))
                                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "athena")
                                .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1"))
                        .request())
                .orElse(request);
        Map<String, String> headers = new HashMap<>();
        ready.forEachHeader((name, values) -> {
            if (!name.equalsIgnoreCase("host")) {
                headers.put(name, values.getFirst());
            }
        });
        return send("POST", address() + "/athena", bytes, headers);
    }

    Path data() {
        return folder.resolve("data");
    }

    String address() {
        return composition.address();
    }

    Secrets secrets(String user) {
        Secrets known = secrets.get(user);
        if (known == null) {
            throw new IllegalArgumentException(user);
        }
        return known;
    }

    Answer operator(String method, String path, @Nullable Object body) {
        return send(
                method,
                path,
                body,
                Map.of("Authorization", "Bearer " + composition.serverFile().token()));
    }

    /** As a user, by token. */
    Answer as(String user, String method, String path, @Nullable Object body) {
        return send(
                method,
                path,
                body,
                Map.of("Authorization", "Bearer " + secrets(user).token()));
    }

    Answer get(String user, String path) {
        return as(user, "GET", path, null);
    }

    /** Runs a statement to its end, by REST. */
    JsonNode query(String user, String sql) {
        Answer answer = as(user, "POST", "/queries", Map.of("sql", sql, "waitMs", 10_000));
        return answer.json();
    }

    Answer send(String method, String path, @Nullable Object body, Map<String, String> headers) {
        try {
            URI uri = URI.create(path.startsWith("http") ? path : address() + "/api/v1" + path);
            HttpRequest.Builder request = HttpRequest.newBuilder(uri);
            headers.forEach(request::header);
            if (body == null) {
                request.method(method, HttpRequest.BodyPublishers.noBody());
            } else {
                if (!headers.containsKey("Content-Type")) {
                    request.header("Content-Type", "application/json");
                }
                byte[] bytes = body instanceof byte[] raw ? raw : JSON.writeValueAsBytes(body);
                request.method(method, HttpRequest.BodyPublishers.ofByteArray(bytes));
            }
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.headers().map(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        composition.close();
        http.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import io.atalaya.catalog.command.CommandException;
import io.atalaya.catalog.config.ServerConfig;
import io.atalaya.catalog.rest.OpenApiRoutes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerIT {
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.shop();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Answer get(String path) {
        return server.send("GET", server.address() + path, null, Map.of());
    }

    @Test
    void lives_and_is_ready() {
        assertThat(get("/health/live").status()).isEqualTo(200);
        Answer ready = get("/health/ready");
        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.json().path("checks")).extracting(JsonNode::asText).containsOnly("up");
    }

    @Test
    void tells_prometheus_numbers_and_no_names() {
        server.query("analyst", "SELECT name FROM shop_curated.customers");
        String text = get("/metrics").text();
        assertThat(text)
                .contains("atalaya_http_requests_seconds_count", "atalaya_audit_records", "jvm_memory_used_bytes")
                .contains("kind=\"data.read.outcome\"", "state=\"SUCCEEDED\"")
                .doesNotContain("customers\"", "analyst");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/catalog/shop_curated/customers", "/api/v1/me", "/health/live", "/nothing.js", "/athena"})
    void tells_browsers_what_to_refuse(String path) {
        Answer answer = get(path);
        assertThat(answer.header("content-security-policy").orElseThrow())
                .contains("default-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(answer.header("x-content-type-options")).contains("nosniff");
        assertThat(answer.header("x-frame-options")).contains("DENY");
        assertThat(answer.header("x-request-id")).isPresent();
        assertThat(answer.header("server")).isEmpty();
    }

    @Test
    void answers_with_problems_that_tell_nothing_of_the_inside() {
        Answer absent = get("/api/v1/no/such/thing");
        assertThat(absent.status()).isEqualTo(404);
        assertThat(absent.header("content-type").orElseThrow()).startsWith("application/problem+json");
        Answer anonymous = get("/api/v1/datasets");
        assertThat(anonymous.status()).isEqualTo(401);
        assertThat(anonymous.header("www-authenticate")).contains("Bearer");
        Answer wrong = server.as("analyst", "POST", "/queries", Map.of("sql", "SELECT 1", "colour", "red"));
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.json().path("detail").asText()).contains("'colour'", "sql");
        assertThat(wrong.text()).doesNotContain("Exception", "io.atalaya");
    }

    @Test
    void says_where_a_statement_is_wrong() {
        JsonNode execution = server.query("analyst", "SELECT name\nFORM shop_curated.customers");
        assertThat(execution.path("error").path("line").asInt()).isEqualTo(2);
    }

    @Test
    void refuses_what_is_too_large_or_not_json() {
        byte[] large = new byte[3 << 20];
        assertThat(server.as("analyst", "POST", "/queries", large).status()).isEqualTo(413);
        Answer text = server.send(
                "POST",
                "/queries",
                "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                Map.of("Authorization", "Bearer " + server.secrets("analyst").token(), "Content-Type", "text/plain"));
        assertThat(text.status()).isEqualTo(400);
        String longSql = "SELECT '" + "x".repeat(300_000) + "'";
        assertThat(server.as("analyst", "POST", "/queries", Map.of("sql", longSql))
                        .status())
                .isEqualTo(413);
    }

    @Test
    void lets_only_one_server_serve_a_data_directory() {
        ServerConfig config = ServerConfig.read(Map.of(), ServerConfig.Overrides.data(server.data()));
        assertThatThrownBy(() -> Composition.start(config))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("Another process serves " + server.data());
    }

    @Test
    void keeps_how_to_command_it_to_its_owner() throws IOException {
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(server.data().resolve("server.json"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.data())))
                .isEqualTo("rwx------");
    }

    @Test
    void describes_every_route_and_no_other() {
        Set<String> described = new HashSet<>();
        OpenApiRoutes.document()
                .path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(method ->
                                described.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey())));
        Set<String> registered = server.routes().stream()
                .map(route -> route.method() + " " + route.path())
                .collect(Collectors.toSet());
        assertThat(registered).isEqualTo(described);
        assertThat(get("/api/v1/openapi.json").json().path("openapi").asText()).isEqualTo("3.1.0");
    }

    @Test
    void describes_only_what_it_has_schemas_for() {
        JsonNode document = OpenApiRoutes.document();
        for (JsonNode reference : document.findValues("$ref")) {
            String pointer = reference.asText().substring(1);
            assertThat(document.at(pointer).isMissingNode()).as(pointer).isFalse();
        }
    }

    @Test
    void grants_to_nobody_who_is_not_there_and_lists_every_grant_page_by_page() {
        Map<String, Object> grant = Map.of(
                "grantee", Map.of("user", "stranger"),
                "resource", Map.of("table", "shop_curated.secrets_of_state"),
                "permissions", java.util.List.of("SELECT"));
        Answer refused = server.as("admin", "POST", "/grants", grant);
        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.text()).contains("there is no user 'stranger'");

        JsonNode whole = server.get("admin", "/grants?limit=1000").json();
        assertThat(whole.path("items").size()).isGreaterThan(3);
        java.util.List<String> paged = new java.util.ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = server.get("admin", "/grants?limit=2" + cursor).json();
            assertThat(page.path("items").size()).isBetween(1, 2);
            page.path("items").forEach(item -> paged.add(item.path("id").asText()));
            cursor = page.path("nextCursor").isTextual()
                    ? "&cursor=" + page.path("nextCursor").asText()
                    : "";
        } while (!cursor.isEmpty());
        assertThat(paged)
                .containsExactlyElementsOf(whole.path("items").findValuesAsText("id"))
                .doesNotHaveDuplicates();
    }

    @Test
    void grants_and_takes_back_at_once() {
        String sql = "SELECT canary_column FROM shop_curated.secrets_of_state";
        assertThat(server.query("nobody", sql).path("state").asText()).isEqualTo("FAILED");
        Map<String, Object> grant = Map.of(
                "grantee", Map.of("user", "nobody"),
                "resource", Map.of("table", "shop_curated.secrets_of_state"),
                "permissions", java.util.List.of("SELECT"));
        assertThat(server.as("analyst", "POST", "/grants", grant).status()).isEqualTo(404);
        Answer made = server.as("admin", "POST", "/grants", grant);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(server.query("nobody", sql).path("state").asText()).isEqualTo("SUCCEEDED");
        String id = made.json().path("id").asText();
        assertThat(server.as("analyst", "DELETE", "/grants/" + id, null).status())
                .isEqualTo(404);
        assertThat(server.as("admin", "DELETE", "/grants/" + id, null).status()).isEqualTo(204);
        assertThat(server.query("nobody", sql).path("state").asText()).isEqualTo("FAILED");
        String records =
                server.get("auditor", "/audit?kind=policy.change&limit=20").text();
        assertThat(records).contains("secrets_of_state");
    }
}

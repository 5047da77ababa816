package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches of the catalog that people keep are theirs alone, and on record. */
class SavedViewsIT {
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.shop();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void what_one_keeps_nobody_else_sees_and_it_is_on_record() {
        var kept = server.as(
                "analyst",
                "PUT",
                "/views/canary%20view",
                Map.of("conditions", Map.of("q", "sales", "tag", List.of("domain=sales"), "access", "read")));
        assertThat(kept.status()).isEqualTo(200);
        JsonNode item = server.get("analyst", "/views").json().path("items").path(0);
        assertThat(item.path("name").asText()).isEqualTo("canary view");
        assertThat(item.path("conditions").toString())
                .isEqualTo("{\"q\":\"sales\",\"tag\":[\"domain=sales\"],\"access\":\"read\"}");
        for (String user : RunningServer.USERS) {
            assertThat(server.get(user, "/views").text().contains("canary"))
                    .as(user)
                    .isEqualTo(user.equals("analyst"));
        }
        assertThat(server.as("admin", "DELETE", "/views/canary%20view", null).status())
                .isEqualTo(404);
        assertThat(server.as("analyst", "DELETE", "/views/canary%20view", null).status())
                .isEqualTo(204);
        assertThat(server.get("analyst", "/views").json().path("items")).isEmpty();
        for (String kind : List.of("view.save", "view.delete")) {
            JsonNode record = server.get("auditor", "/audit?kind=" + kind + "&principal=analyst")
                    .json()
                    .path("items")
                    .path(0);
            assertThat(record.path("subject").asText()).isEqualTo("canary view");
            assertThat(record.path("details").toString()).doesNotContain("sales");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"conditions\":{\"sql\":\"x\"}}",
                "{\"conditions\":{\"tag\":[null]}}",
                "{\"conditions\":{\"tag\":\"pii\"}}",
                "{\"conditions\":{\"tag\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\"]}}"
            })
    void what_is_no_search_is_refused(String body) {
        assertThat(server.as("ds", "PUT", "/views/wrong", body.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(400);
        assertThat(server.as("ds", "PUT", "/views/long", Map.of("conditions", Map.of("q", "x".repeat(401))))
                        .status())
                .isEqualTo(400);
        assertThat(server.get("ds", "/views").json().path("items")).isEmpty();
    }
}

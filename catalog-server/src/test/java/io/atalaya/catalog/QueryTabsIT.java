package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people have open in the console is theirs alone. */
class QueryTabsIT {
    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.shop();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static JsonNode tabs(String user) {
        return server.get(user, "/query-tabs").json().path("items");
    }

    @Test
    void what_one_has_open_nobody_else_sees_and_each_has_their_own_under_an_id() {
        assertThat(server.as("analyst", "PUT", "/query-tabs/second", Map.of("position", 2, "sql", "SELECT 'CANARY'"))
                        .status())
                .isEqualTo(204);
        Map<String, Object> first =
                Map.of("position", 1, "sql", "SELECT 1", "execution", "abc-1", "search", "?chart=bar&x=a");
        server.as("analyst", "PUT", "/query-tabs/first", first);
        server.as("ds", "PUT", "/query-tabs/second", Map.of("sql", "SELECT 3"));
        assertThat(tabs("analyst").findValuesAsText("id")).containsExactly("first", "second");
        assertThat(tabs("analyst").path(0).path("execution").asText()).isEqualTo("abc-1");
        assertThat(tabs("analyst").path(0).path("search").asText()).isEqualTo("?chart=bar&x=a");
        for (String user : RunningServer.USERS) {
            assertThat(server.get(user, "/query-tabs").text().contains("CANARY"))
                    .as(user)
                    .isEqualTo(user.equals("analyst"));
        }
        assertThat(server.as("admin", "DELETE", "/query-tabs/first", null).status())
                .isEqualTo(404);
        assertThat(server.as("ds", "DELETE", "/query-tabs/second", null).status())
                .isEqualTo(204);
        assertThat(tabs("ds")).isEmpty();
        assertThat(tabs("analyst")).hasSize(2);
        assertThat(server.get("auditor", "/audit?principal=analyst").text()).doesNotContain("CANARY");
    }

    @Test
    void a_text_that_another_window_kept_meanwhile_is_not_lost() {
        server.as("auditor", "PUT", "/query-tabs/both", Map.of("sql", "SELECT 1"));
        assertThat(server.as("auditor", "PUT", "/query-tabs/both", Map.of("sql", "SELECT 2", "was", "SELECT 1"))
                        .status())
                .isEqualTo(204);
        RunningServer.Answer late =
                server.as("auditor", "PUT", "/query-tabs/both", Map.of("sql", "SELECT 3", "was", "SELECT 1"));
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.json().path("code").asText()).isEqualTo("changed-elsewhere");
        assertThat(tabs("auditor").findValuesAsText("sql")).containsExactly("SELECT 2");
    }

    @Test
    void there_are_at_most_thirty() {
        for (int i = 0; i < 30; i++) {
            assertThat(server.as("de", "PUT", "/query-tabs/t" + i, Map.of("position", i, "sql", "SELECT " + i))
                            .status())
                    .isEqualTo(204);
        }
        assertThat(server.as("de", "PUT", "/query-tabs/more", Map.of("sql", "")).status())
                .isEqualTo(409);
        assertThat(server.as("de", "PUT", "/query-tabs/t7", Map.of("position", 7, "sql", "changed"))
                        .status())
                .isEqualTo(204);
        assertThat(tabs("de")).hasSize(30);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"text\":\"x\"}", "{\"execution\":\"../session\"}", "{\"sql\":{}}", "{\"position\":\"first\"}"
            })
    void what_is_no_tab_is_refused(String body) {
        assertThat(server.as("steward", "PUT", "/query-tabs/wrong", body.getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(400);
        assertThat(server.as("steward", "PUT", "/query-tabs/a%2Fb", Map.of("sql", "x"))
                        .status())
                .isEqualTo(400);
        assertThat(server.as("steward", "PUT", "/query-tabs/long", Map.of("sql", "x".repeat(262_145)))
                        .status())
                .isEqualTo(400);
        assertThat(tabs("steward")).isEmpty();
    }
}

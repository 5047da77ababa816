package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What each profile is told of how a table keeps its rules. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QualityIT {
    private static final String LANDED = "/datasets/shop_curated/landed/quality";

    private RunningServer server;

    @BeforeAll
    void start() throws IOException, InterruptedException {
        server = RunningServer.shop();
        server.operator("PUT", "/users/de/profiles/data-engineer", null);
        grant("de", Map.of("database", "shop_curated"), "CREATE_TABLE");
        Path workspace = server.data().resolveSibling("shop");
        Files.createDirectories(workspace.resolve("pipelines"));
        Files.createDirectories(workspace.resolve("drop"));
        Files.writeString(workspace.resolve("drop/one.csv"), "id,name,secret\n1,Ann,CANARY-A\n2,,CANARY-B\n");
        loads(workspace, "secret");
        ran();
        loads(workspace, "id");
        ran();
        grant("ds", Map.of("table", "shop_curated.landed", "columns", List.of("id", "name")), "SELECT");
        assertThat(server.operator(
                                "POST",
                                "/grants",
                                Map.of(
                                        "grantee", Map.of("user", "analyst"),
                                        "resource", Map.of("table", "shop_curated.landed"),
                                        "permissions", List.of("DESCRIBE")))
                        .status())
                .isEqualTo(201);
        grant("steward", Map.of("table", "shop_curated.landed"), "DESCRIBE");
    }

    /** @param moved what the rule is about that changes */
    private void loads(Path workspace, String moved) throws IOException {
        Files.writeString(workspace.resolve("pipelines/load.yaml"), """
                name: load
                owner: steward
                runAs: de
                stages:
                  - name: land
                    extract: {folder: drop, files: "*.csv", format: CSV, settle: 1ms, target: shop_curated.landed,
                      columns: [id, name, secret]}
                  - name: gate
                    needs: [land]
                    check:
                      table: shop_curated.landed
                      rules:
                        - {name: has-an-id, notNull: [id]}
                        - {name: has-a-name, onFailure: QUARANTINE, threshold: 90%%, notNull: [name]}
                        - {name: canary-secret, unique: [secret]}
                        - {name: canary-state, onFailure: WARN, count: "SELECT count(*) FROM shop_curated.secrets_of_state"}
                        - {name: moved, onFailure: WARN, notNull: [%s]}
                """.formatted(moved));
        assertThat(server.apply(workspace).text()).contains("load");
    }

    private void grant(String user, Map<String, Object> resource, String permission) {
        RunningServer.Answer answer = server.operator(
                "POST",
                "/grants",
                Map.of("grantee", Map.of("user", user), "resource", resource, "permissions", List.of(permission)));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    }

    private void ran() throws InterruptedException {
        String id = server.as("steward", "POST", "/pipelines/load/runs", null)
                .json()
                .path("id")
                .asText();
        long until = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (true) {
            JsonNode run = server.get("steward", "/runs/" + id).json();
            if (run.path("endedAt").isTextual()) {
                assertThat(run.path("state").asText()).as(run.toString()).isEqualTo("SUCCEEDED");
                return;
            }
            assertThat(System.nanoTime()).isLessThan(until);
            Thread.sleep(50);
        }
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static List<String> rules(JsonNode quality) {
        List<String> names = new ArrayList<>();
        quality.path("rules").forEach(rule -> names.add(rule.path("rule").asText()));
        return names;
    }

    @Test
    void who_operates_the_pipeline_is_told_all_with_run_and_quarantine_but_no_value() {
        JsonNode quality = server.get("steward", LANDED).json();
        assertThat(rules(quality)).containsExactly("has-an-id", "has-a-name", "canary-secret", "canary-state", "moved");
        assertThat(quality.path("told").asText()).isEqualTo("all");
        JsonNode name = quality.path("rules").path(1);
        assertThat(name.path("pipeline").asText()).isEqualTo("load");
        JsonNode point = name.path("points").path(0);
        assertThat(point.path("rowsFailing").asLong()).isEqualTo(1);
        assertThat(point.path("run").asText()).isNotEmpty();
        assertThat(point.path("quarantine").isNull()).isTrue();
        assertThat(quality.toString()).doesNotContain("CANARY-", "Ann");
    }

    @Test
    void the_quarantine_is_named_to_who_operates_the_pipeline_and_may_know_of_it() {
        JsonNode point = server.operator("GET", LANDED, null)
                .json()
                .path("rules")
                .path(1)
                .path("points")
                .path(0);
        assertThat(point.path("quarantine").path("table").asText()).isEqualTo("shop_curated.landed_quarantine");
        assertThat(point.path("quarantine").path("sql").asText()).contains("_run");
    }

    @Test
    void who_sees_every_row_is_told_the_rules_about_columns_that_are_shown() {
        JsonNode quality = server.get("ds", LANDED).json();
        assertThat(rules(quality)).containsExactly("has-an-id", "has-a-name", "moved");
        assertThat(quality.path("told").asText()).isEqualTo("some");
        assertThat(quality.toString()).doesNotContain("load", "gate", "canary", "quarantine\":{", "secret");
        assertThat(quality.path("rules")
                        .path(0)
                        .path("points")
                        .path(0)
                        .path("run")
                        .isNull())
                .isTrue();
        assertThat(rules(server.get("de", LANDED).json()))
                .containsExactly("has-an-id", "has-a-name", "canary-secret", "moved");
    }

    @Test
    void a_rule_that_was_about_a_hidden_column_is_told_from_when_it_was_not() {
        assertThat(points(server.get("steward", LANDED).json())).isEqualTo(2);
        assertThat(points(server.get("ds", LANDED).json())).isEqualTo(1);
    }

    private static int points(JsonNode quality) {
        for (JsonNode rule : quality.path("rules")) {
            if (rule.path("rule").asText().equals("moved")) {
                return rule.path("points").size();
            }
        }
        return 0;
    }

    @Test
    void who_may_know_of_the_table_alone_is_told_no_rule_and_others_nothing() {
        JsonNode quality = server.get("analyst", LANDED).json();
        assertThat(rules(quality)).isEmpty();
        assertThat(quality.path("told").asText()).isEqualTo("none");
        for (String user : List.of("auditor", "nobody")) {
            assertThat(server.get(user, LANDED).status()).as(user).isEqualTo(404);
        }
    }

    @Test
    void the_promise_is_told_to_whoever_may_know_of_the_table() {
        for (String user : List.of("analyst", "ds", "steward", "de")) {
            JsonNode promise = server.get(user, "/datasets/shop_curated/customers/quality")
                    .json()
                    .path("promise");
            assertThat(promise.path("withinSeconds").asLong()).as(user).isEqualTo(7 * 86_400);
            assertThat(promise.path("by").asText()).isEqualTo("commit");
            assertThat(promise.path("kept").asBoolean()).as(user).isTrue();
        }
    }
}

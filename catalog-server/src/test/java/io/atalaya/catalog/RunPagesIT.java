package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.atalaya.catalog.RunningServer.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the page of a run tells whom: its pipeline's owner, who need not see what the pipeline sees. */
class RunPagesIT {
    private static RunningServer server;

    @BeforeAll
    static void start() throws IOException {
        server = RunningServer.shop();
        server.operator("PUT", "/users/de/profiles/data-engineer", null);
        grant(Map.of("database", "shop_curated"), "CREATE_TABLE");
        grant(Map.of("table", "shop_curated.customers"), "ALTER");
        grant(Map.of("table", "shop_curated.secrets_of_state"), "ALTER");
        Path workspace = server.data().resolveSibling("shop");
        Files.createDirectories(workspace.resolve("pipelines"));
        Files.createDirectories(workspace.resolve("drop"));
        Files.writeString(workspace.resolve("drop/posted.csv"), "id,name\n1,Ann\n2,Canary Eve,too much\n");
        Files.writeString(workspace.resolve("pipelines/load.yaml"), """
                name: load
                owner: steward
                runAs: de
                stages:
                  - name: land
                    extract: {folder: drop, files: "*.csv", format: CSV, settle: 1ms, maxRejects: 50%,
                      target: shop_curated.landed, columns: [id, name]}
                  - {name: tell, needs: [land], notify: {message: done, to: [analyst, data-scientist, nobody-at-all]}}
                """);
        Files.createDirectories(workspace.resolve("strict"));
        Files.writeString(workspace.resolve("strict/wrong.csv"), "id,name\n1,Ann\n2,Canary Eve,too much\n");
        Files.writeString(workspace.resolve("pipelines/strict.yaml"), """
                name: strict
                owner: steward
                runAs: de
                stages:
                  - name: land
                    extract: {folder: strict, files: "*.csv", format: CSV, settle: 1ms, maxRejects: 10%,
                      target: shop_curated.strict, columns: [id, name]}
                """);
        Files.writeString(workspace.resolve("pipelines/tidy.yaml"), """
                name: tidy
                owner: steward
                runAs: de
                stages:
                  - {name: tidy, maintain: {tables: ["*.*"]}}
                """);
        assertThat(server.apply(workspace).status()).isEqualTo(200);
    }

    private static void grant(Map<String, Object> resource, String permission) {
        assertThat(server.operator(
                                "POST",
                                "/grants",
                                Map.of(
                                        "grantee", Map.of("user", "de"),
                                        "resource", resource,
                                        "permissions", List.of(permission)))
                        .status())
                .isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static JsonNode ran(String pipeline) throws InterruptedException {
        JsonNode run = ended(pipeline);
        assertThat(run.path("state").asText()).as(run.toString()).isEqualTo("SUCCEEDED");
        return run;
    }

    private static JsonNode ended(String pipeline) throws InterruptedException {
        String id = server.as("steward", "POST", "/pipelines/" + pipeline + "/runs", null)
                .json()
                .path("id")
                .asText();
        long until = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (true) {
            JsonNode run = server.get("steward", "/runs/" + id).json();
            if (run.path("endedAt").isTextual()) {
                return run;
            }
            assertThat(System.nanoTime()).isLessThan(until);
            Thread.sleep(50);
        }
    }

    private static JsonNode asked(String user, JsonNode stage) {
        return server.query(user, stage.path("quarantine").path("sql").asText());
    }

    @Test
    void who_is_told_reads_it_once_and_nobody_else_does() throws Exception {
        JsonNode run = ran("load");
        for (String user : List.of("analyst", "ds")) {
            JsonNode told = server.get(user, "/notifications").json();
            assertThat(told.path("items"))
                    .as(user)
                    .filteredOn(item -> item.path("run").equals(run.path("id")))
                    .singleElement()
                    .satisfies(item -> {
                        assertThat(item.path("message").asText()).isEqualTo("load: done");
                        assertThat(item.path("kind").asText()).isEqualTo("succeeded");
                        assertThat(item.path("unread").asBoolean()).isTrue();
                    });
            assertThat(server.get(user, "/runs/" + run.path("id").asText()).status())
                    .isEqualTo(404);
        }
        assertThat(server.get("auditor", "/notifications").json().path("items")).isEmpty();
    }

    @Test
    void rows_put_aside_are_seen_by_who_may_see_their_table_and_by_nobody_else() throws Exception {
        JsonNode run = ran("load");
        JsonNode land = run.path("stages").path(0);
        assertThat(land.path("rowsRejected").asLong()).isEqualTo(1);
        assertThat(land.path("quarantine").path("table").asText()).isEqualTo("shop_curated.landed_quarantine");
        assertThat(run.path("stages").path(1).path("needs").path(0).asText()).isEqualTo("land");
        assertThat(run.path("stages").path(1).path("quarantine").isNull()).isTrue();
        assertThat(server.operator(
                                "POST",
                                "/grants",
                                Map.of(
                                        "grantee", Map.of("user", "de"),
                                        "resource", Map.of("table", "shop_curated.landed_quarantine"),
                                        "permissions", List.of("SELECT")))
                        .status())
                .isEqualTo(201);
        JsonNode seen = asked("de", land);
        assertThat(seen.path("state").asText()).as(seen.toString()).isEqualTo("SUCCEEDED");
        assertThat(seen.path("results").path("rows")).hasSize(1);
        assertThat(seen.toString()).contains("Canary Eve,too much");
        String id = run.path("id").asText();
        for (String user : List.of("analyst", "ds", "steward", "auditor")) {
            JsonNode refused = asked(user, land);
            assertThat(refused.path("state").asText()).as(user).isEqualTo("FAILED");
            assertThat(refused.toString()).as(user).doesNotContain("Canary Eve");
            for (String part : List.of("", "/logs", "/maintenance")) {
                assertThat(server.get(user, "/runs/" + id + part).text())
                        .as(user + part)
                        .doesNotContain("Canary Eve");
            }
            assertThat(server.get(user, "/runs/" + id).status()).isEqualTo(user.equals("steward") ? 200 : 404);
        }
    }

    @Test
    void files_that_came_are_told_to_who_operates_the_pipeline_without_what_is_in_them() throws Exception {
        assertThat(ended("strict").path("state").asText()).isEqualTo("FAILED");
        String path = "/pipelines/strict/deliveries";
        JsonNode wrong = server.get("steward", path + "?state=REFUSED")
                .json()
                .path("items")
                .path(0);
        assertThat(wrong.path("name").asText()).isEqualTo("wrong.csv");
        assertThat(wrong.path("message").asText()).contains("wrong.csv").doesNotContain("Canary");
        assertThat(wrong.path("dismissedBy").isNull()).isTrue();
        assertThat(server.get("steward", path + "?state=LANDED").json().path("items"))
                .isEmpty();
        assertThat(server.get("steward", path + "?state=LOST").text())
                .contains("'state' must be one of RECEIVED, LANDED");

        String file = path + "/land/" + wrong.path("sha256").asText();
        for (String user : List.of("analyst", "ds", "de", "auditor")) {
            for (Answer answer : List.of(
                    server.get(user, path),
                    server.as(user, "POST", file + "/dismiss", null),
                    server.as(user, "POST", file + "/retry", null))) {
                assertThat(answer.status()).as(user).isEqualTo(404);
                assertThat(answer.text()).as(user).doesNotContain("wrong.csv", "Canary");
            }
        }
        assertThat(server.as("steward", "POST", file + "/dismiss", null)
                        .json()
                        .path("dismissedBy")
                        .asText())
                .isEqualTo("steward");
        ran("strict");
        assertThat(server.as("steward", "POST", file + "/retry", null)
                        .json()
                        .path("state")
                        .asText())
                .isEqualTo("RECEIVED");
        assertThat(server.as("steward", "POST", file + "/retry", null).status()).isEqualTo(409);
        assertThat(ended("strict").path("state").asText()).isEqualTo("FAILED");
        assertThat(server.get("auditor", "/audit?kind=delivery.dismiss").json().path("items"))
                .singleElement()
                .satisfies(record -> assertThat(record.toString()).contains("wrong.csv", "steward", "pipeline strict"));
    }

    @Test
    void maintenance_is_told_of_the_tables_that_one_may_know_of() throws Exception {
        JsonNode run = ran("tidy");
        String path = "/runs/" + run.path("id").asText() + "/maintenance";
        assertThat(server.operator("GET", path, null).text())
                .contains("\"table\":\"shop_curated.customers\"", "\"table\":\"shop_curated.secrets_of_state\"");
        assertThat(server.get("steward", path).text())
                .contains("\"table\":\"shop_curated.customers\"")
                .doesNotContain("secrets_of_state");
        assertThat(server.get("steward", "/runs/" + run.path("id").asText() + "/logs")
                        .text())
                .doesNotContain("secrets_of_state");
        assertThat(run.toString()).doesNotContain("secrets_of_state");
        assertThat(server.get("analyst", path).status()).isEqualTo(404);
    }

    @Test
    void the_last_run_of_a_pipeline_is_told_with_it() throws Exception {
        String id = ran("tidy").path("id").asText();
        JsonNode items = server.get("steward", "/pipelines").json().path("items");
        for (JsonNode pipeline : items) {
            if (pipeline.path("name").asText().equals("tidy")) {
                assertThat(pipeline.path("lastRun").path("id").asText()).isEqualTo(id);
            }
        }
        JsonNode again = server.as("steward", "POST", "/runs/" + id + "/resume", Map.of("from", "tidy"))
                .json();
        assertThat(again.path("state").asText()).isIn("QUEUED", "RUNNING", "SUCCEEDED");
        assertThat(server.as("steward", "POST", "/runs/" + id + "/resume", Map.of("from", "nothing"))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void a_dry_run_says_what_would_be_done_and_starts_nothing() {
        JsonNode plan = server.as("steward", "POST", "/pipelines/tidy/runs", Map.of("dryRun", true))
                .json();
        assertThat(plan.path("stages").path(0).path("writes").path(0).asText()).isEqualTo("*.*");
        assertThat(plan.path("stages").path(0).path("problems")).isEmpty();
        assertThat(server.as("analyst", "POST", "/pipelines/tidy/runs", Map.of("dryRun", true))
                        .status())
                .isEqualTo(404);
        assertThat(server.as("steward", "POST", "/pipelines/tidy/runs", Map.of("date", "tomorrow"))
                        .text())
                .contains("'date' is no day such as 2026-01-31");
    }
}

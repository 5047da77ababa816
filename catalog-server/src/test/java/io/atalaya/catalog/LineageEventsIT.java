package io.atalaya.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements and stages are told of as OpenLineage has it, and no value is. */
class LineageEventsIT {
    @TempDir
    static Path folder;

    private static Path file;
    private static RunningServer server;

    @BeforeAll
    static void start() throws IOException {
        file = folder.resolve("events.jsonl");
        server = RunningServer.shop(
                Map.of("ATALAYA_LINEAGE_FILE", file.toString(), "ATALAYA_LINEAGE_NAMESPACE", "lake"));
        assertThat(server.operator(
                                "POST",
                                "/grants",
                                Map.of(
                                        "grantee", Map.of("user", "de"),
                                        "resource", Map.of("database", "shop_curated"),
                                        "permissions", List.of("CREATE_TABLE")))
                        .status())
                .isEqualTo(201);
        Path workspace = server.data().resolveSibling("shop");
        Files.createDirectories(workspace.resolve("pipelines"));
        for (String name : List.of("good", "bad")) {
            Files.writeString(workspace.resolve("pipelines/" + name + ".yaml"), """
                    name: %s
                    owner: steward
                    runAs: de
                    stages:
                      - name: copy
                        sql: {text: "SELECT id, %s AS label FROM shop_curated.customers", mode: OVERWRITE, target: shop_curated.%s}
                    """.formatted(
                            name, name.equals("good") ? "name || region" : "1 / (id - id)", name));
        }
        Files.createDirectories(workspace.resolve("drop"));
        Files.writeString(workspace.resolve("drop/one.csv"), "id,name\n1,CANARY\n");
        Files.writeString(workspace.resolve("pipelines/landing.yaml"), """
                name: landing
                owner: steward
                runAs: de
                stages:
                  - name: land
                    extract: {folder: drop, files: "*.csv", format: CSV, settle: 1ms, target: shop_curated.landed, columns: [id, name]}
                """);
        assertThat(server.apply(workspace).status()).isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<JsonNode> events(String job, int wanted) throws IOException, InterruptedException {
        long until = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (true) {
            List<JsonNode> found = new ArrayList<>();
            for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
                assertThat(line).doesNotContain("CANARY", "canary.example");
                JsonNode event = new ObjectMapper().readTree(line);
                if (event.at("/job/name").asText().equals(job)) {
                    found.add(event);
                }
            }
            if (found.size() >= wanted) {
                return found;
            }
            assertThat(System.nanoTime())
                    .as("%s of %s", found.size(), Files.exists(file) ? Files.readString(file) : "")
                    .isLessThan(until);
            Thread.sleep(50);
        }
    }

    private static List<String> sources(JsonNode event, String column) {
        return StreamSupport.stream(
                        event.at("/outputs/0/facets/columnLineage/fields/" + column + "/inputFields")
                                .spliterator(),
                        false)
                .map(source -> source.path("name").asText() + "."
                        + source.path("field").asText())
                .sorted()
                .toList();
    }

    @Test
    void a_statement_is_told_when_it_is_done() throws Exception {
        JsonNode done =
                server.query("de", "CREATE TABLE shop_curated.told AS SELECT id, email FROM shop_curated.customers");
        assertThat(done.path("state").asText()).as("%s", done).isEqualTo("SUCCEEDED");
        JsonNode event =
                events("statement.CREATE_TABLE_AS_SELECT.shop_curated.told", 1).getFirst();
        assertThat(event.path("eventType").asText()).isEqualTo("COMPLETE");
        assertThat(event.path("schemaURL").asText()).contains("openlineage.io/spec");
        assertThat(event.at("/job/namespace").asText()).isEqualTo("lake");
        assertThat(event.at("/inputs/0/name").asText()).isEqualTo("shop_curated.customers");
        assertThat(event.at("/outputs/0/name").asText()).isEqualTo("shop_curated.told");
        assertThat(event.at("/outputs/0/facets/schema/fields/1/name").asText()).isEqualTo("email");
        assertThat(sources(event, "email")).containsExactly("shop_curated.customers.email");
    }

    @Test
    void each_try_of_a_stage_begins_and_ends_and_names_its_run() throws Exception {
        String run = started("good");
        List<JsonNode> events = events("good.copy", 2);
        assertThat(events).extracting(event -> event.path("eventType").asText()).containsExactly("START", "COMPLETE");
        assertThat(events.get(0).at("/run/runId")).isEqualTo(events.get(1).at("/run/runId"));
        assertThat(events.get(1).at("/run/facets/parent/run/runId").asText()).isEqualTo(run);
        assertThat(events.get(1).at("/run/facets/parent/job/name").asText()).isEqualTo("good");
        assertThat(sources(events.get(1), "label"))
                .containsExactly("shop_curated.customers.name", "shop_curated.customers.region");
    }

    @Test
    void what_comes_from_outside_is_named_as_its_pipeline_names_it() throws Exception {
        started("landing");
        List<JsonNode> events = events("landing.land", 2);
        assertThat(events).extracting(event -> event.path("eventType").asText()).containsExactly("START", "COMPLETE");
        assertThat(events).allSatisfy(event -> {
            assertThat(event.path("inputs")).hasSize(1);
            assertThat(event.at("/inputs/0/namespace").asText()).isEqualTo("files:landing");
            assertThat(event.at("/inputs/0/name").asText()).isEqualTo("*.csv");
            assertThat(event.toString())
                    .doesNotContain(server.data().resolveSibling("shop").toString());
        });
        assertThat(events.get(1).at("/outputs/0/name").asText()).isEqualTo("shop_curated.landed");
    }

    @Test
    void a_stage_that_fails_is_told_without_its_reason() throws Exception {
        started("bad");
        List<JsonNode> events = events("bad.copy", 2);
        assertThat(events.get(1).path("eventType").asText()).isEqualTo("FAIL");
        assertThat(events.get(1).at("/run/facets/errorMessage/message").asText())
                .isEqualTo("The stage failed; its log says why");
    }

    private static String started(String pipeline) {
        return server.as("steward", "POST", "/pipelines/" + pipeline + "/runs", null)
                .json()
                .path("id")
                .asText();
    }
}

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
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The shipped example with its model, as each profile finds it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelsIT {
    private static final String MODEL = "/models/complaints_curated/product_of_narrative";

    private RunningServer server;
    private Path workspace;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException, InterruptedException {
        server = RunningServer.empty(folder, Map.of());
        for (String user : List.of("analyst", "ds", "de", "steward", "auditor")) {
            server.addUser(user);
        }
        workspace = server.copyOf(Path.of("../examples/complaints"));
        elsewhere();
        assertThat(server.apply(workspace).status()).isEqualTo(200);
        // Run here, and not by what changes before it.
        server.operator("POST", "/pipelines/complaints/pause", null);
        succeeded("complaints-land");
        succeeded("complaints");
        succeeded("elsewhere");
    }

    /** A model of how long narratives are, which knows nothing of the service. */
    private void elsewhere() throws IOException {
        Path pipelines = workspace.resolve("pipelines");
        Files.copy(
                Path.of("../ingestion/src/test/resources/io/atalaya/ingestion/sides.onnx"),
                pipelines.resolve("sides.onnx"));
        Files.writeString(workspace.resolve("policies/elsewhere.yaml"), """
                assignments:
                  - {table: complaints_curated.shape_of_narrative, columns: {pii=none: [version, stage]}}
                """);
        Files.writeString(pipelines.resolve("elsewhere.yaml"), """
                name: elsewhere
                owner: de
                runAs: complaints-pipeline
                stages:
                  - name: take
                    register:
                      artifact: sides.onnx
                      task: CLASSIFICATION
                      text: >
                        SELECT length(narrative) / 1000e0 AS width, length(product) / 10 AS height,
                            CASE WHEN length(narrative) / 1000e0 > length(product) / 10 THEN 'wide' ELSE 'high' END AS shape
                        FROM complaints_curated.complaints WHERE narrative IS NOT NULL
                      model: complaints_curated.shape_of_narrative
                      label: shape
                      inputs: [width, height]
                      classes: [wide, high]
                  - name: tell
                    needs: [take]
                    score:
                      model: complaints_curated.shape_of_narrative
                      text: >
                        SELECT complaint_key, length(narrative) / 1000e0 AS width, length(product) / 10 AS height
                        FROM complaints_curated.complaints WHERE narrative IS NOT NULL
                      mode: OVERWRITE
                      target: complaints_curated.told_shapes
                """);
    }

    private void succeeded(String pipeline) throws InterruptedException {
        String run = server.operator("POST", "/pipelines/" + pipeline + "/runs", null)
                .json()
                .path("id")
                .asText();
        long until = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        JsonNode now = server.operator("GET", "/runs/" + run, null).json();
        while (!now.path("endedAt").isTextual() && System.nanoTime() < until) {
            Thread.sleep(200);
            now = server.operator("GET", "/runs/" + run, null).json();
        }
        assertThat(now.path("state").asText()).as(now.toString()).isEqualTo("SUCCEEDED");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private JsonNode versions(String user) {
        return server.get(user, MODEL).json().path("versions");
    }

    private String answer(String user, String sql) {
        JsonNode query = server.query(user, sql);
        return query.path("state").asText().equals("SUCCEEDED")
                ? query.path("results").path("rows").toString()
                : "refused: " + query.path("error").path("message").asText();
    }

    @Test
    void the_workspaces_own_tests_hold() {
        Answer report = server.operator("POST", "/workspaces/test", Map.of("folder", workspace.toString()));
        assertThat(report.json().path("failed").asInt()).as(report.text()).isZero();
    }

    @Test
    void an_analyst_sees_how_good_the_model_is_and_not_what_it_knows() {
        JsonNode version = versions("analyst").path(0);
        assertThat(version.path("stage").asText()).isEqualTo("champion");
        assertThat(version.path("metrics").asText()).contains("macroF1");
        assertThat(version.has("features")).isFalse();
        assertThat(version.has("artifact")).isFalse();
        assertThat(server.get("analyst", MODEL).json().path("mayPromote").asBoolean())
                .isFalse();
        assertThat(answer("analyst", "SELECT artifact FROM complaints_curated.product_of_narrative"))
                .startsWith("refused");
        assertThat(answer("analyst", "SELECT narrative FROM complaints_curated.told_products"))
                .startsWith("refused");
        assertThat(answer(
                        "analyst",
                        "SELECT count(told_product), count(confidence) FROM complaints_curated.told_products"))
                .isEqualTo("[[\"1673\",\"1673\"]]");
    }

    @Test
    void a_data_scientist_sees_the_model_without_its_words() {
        assertThat(answer("ds", "SELECT count(artifact), count(metrics) FROM complaints_curated.product_of_narrative"))
                .isEqualTo("[[\"0\",\"1\"]]");
        assertThat(
                        answer(
                                "ds",
                                "SELECT count(*) FROM complaints_curated.told_products WHERE regexp_like(narrative, '[0-9]{4}')"))
                .isEqualTo("[[\"0\"]]");
    }

    @Test
    void a_data_engineer_decides_which_version_is_in_use() {
        assertThat(answer("de", "SELECT length(artifact) > 100000 FROM complaints_curated.product_of_narrative"))
                .isEqualTo("[[\"true\"]]");
        String stage = MODEL + "/versions/1/stage";
        for (String user : List.of("analyst", "ds", "steward", "auditor")) {
            assertThat(server.as(user, "POST", stage, Map.of("stage", "retired"))
                            .status())
                    .as(user)
                    .isEqualTo(403);
        }
        assertThat(server.as("de", "POST", stage, Map.of("stage", "better")).status())
                .isEqualTo(422);
        assertThat(server.as("de", "POST", MODEL + "/versions/7/stage", Map.of("stage", "champion"))
                        .status())
                .isEqualTo(404);
        Answer retired = server.as("de", "POST", stage, Map.of("stage", "retired", "reason", "It was wrong"));
        assertThat(retired.json().path("versions").path(0).path("stage").asText())
                .as(retired.text())
                .isEqualTo("retired");
        Answer again = server.as("de", "POST", stage, Map.of("stage", "champion"));
        assertThat(again.json().path("versions").path(0).path("stage").asText()).isEqualTo("champion");
        assertThat(server.operator("GET", "/audit?kind=model.stage", null).text())
                .contains("It was wrong", "complaints_curated.product_of_narrative");
    }

    @Test
    void a_model_from_elsewhere_shows_no_more_than_one_made_here() {
        String table = "complaints_curated.shape_of_narrative";
        assertThat(answer("de", "SELECT stage, length(artifact), agreement IS NULL FROM " + table))
                .isEqualTo("[[\"champion\",\"341\",\"true\"]]");
        assertThat(answer("analyst", "SELECT count(version), count(stage) FROM " + table))
                .isEqualTo("[[\"1\",\"1\"]]");
        // What it tells comes of narratives too, other than with the model that was made here.
        for (String column : List.of("artifact", "features", "reference", "learned", "metrics", "label", "classes")) {
            assertThat(answer("analyst", "SELECT " + column + " FROM " + table))
                    .as(column)
                    .startsWith("refused");
        }
        assertThat(answer("ds", "SELECT count(artifact), count(version) FROM " + table))
                .isEqualTo("[[\"0\",\"1\"]]");
        JsonNode shown = server.get("analyst", "/models/complaints_curated/shape_of_narrative")
                .json()
                .path("versions")
                .path(0);
        assertThat(shown.path("stage").asText()).isEqualTo("champion");
        assertThat(shown.has("metrics") || shown.has("features") || shown.has("artifact"))
                .isFalse();
        for (String user : List.of("steward", "auditor")) {
            assertThat(answer(user, "SELECT count(artifact) FROM " + table))
                    .as(user)
                    .isEqualTo(answer(user, "SELECT count(artifact) FROM complaints_curated.product_of_narrative")
                            .replace("product_of_narrative", "shape_of_narrative"))
                    .startsWith("refused");
        }
        assertThat(answer("analyst", "SELECT width FROM complaints_curated.told_shapes"))
                .startsWith("refused");
        assertThat(answer("analyst", "SELECT prediction FROM complaints_curated.told_shapes"))
                .startsWith("refused");
    }

    @Test
    void models_are_found_by_those_who_may_know_of_them() {
        for (String user : List.of("analyst", "ds", "de", "steward", "auditor")) {
            assertThat(server.get(user, "/models").json().path("items"))
                    .as(user)
                    .extracting(item -> item.path("name").asText())
                    .containsExactly("product_of_narrative", "shape_of_narrative");
        }
        assertThat(versions("steward")).isEmpty();
        assertThat(server.get("ds", "/models/complaints_curated/complaints").status())
                .isEqualTo(404);
        assertThat(server.get("analyst", "/models/complaints_raw/complaints").status())
                .isEqualTo(404);
    }
}

package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.run.StagePlan;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** What a dry run says, and that it does nothing. */
class DryRunTest extends IngestionContract {
    @Override
    IngestionWorld open(Path where) {
        return IngestionWorld.sqlite(where);
    }

    private List<StagePlan> plan(String pipeline) {
        Principal admin = world.policies().current().principal("admin");
        return world.ingestion()
                .dryRuns()
                .plan(admin, world.ingestion().runs().pipeline(DE, pipeline), LocalDate.parse("2026-01-01"));
    }

    @Test
    void says_what_would_be_read_and_made_and_makes_nothing() {
        world.pipeline("orders", LAND + CURATE);
        world.drop("one.csv", "id,day,amount\n1,2026-01-01,5\n");
        List<StagePlan> plans = plan("orders");
        assertThat(plans).extracting(StagePlan::stage).containsExactly("land", "curate", "total");
        assertThat(plans).allSatisfy(plan -> assertThat(plan.problems()).isEmpty());
        assertThat(plans.getFirst())
                .isEqualTo(new StagePlan(
                        "land",
                        "extract",
                        List.of(Sentence.of("files {0} delivered to a folder", "*.csv*")),
                        List.of("shop_raw.orders"),
                        List.of(Sentence.of("Makes table {0}", TableIdentifier.parse("shop_raw.orders"))),
                        List.of()));
        assertThat(plans.get(1).notes())
                .extracting(Sentence::toString)
                .containsExactly(
                        "Can be checked when shop_raw.orders is there, which a stage before it makes",
                        "Makes table shop_curated.orders");
        assertThat(world.lakehouse().catalog().tables()).isEmpty();
        assertThat(world.ingestion()
                        .deliveries()
                        .list("orders", Optional.empty(), Optional.empty(), 10)
                        .deliveries())
                .isEmpty();
        assertThat(world.audit).noneMatch(event -> event.kind().startsWith("data.write"));
        succeeded(world.run("orders"));
        assertThat(plan("orders").get(1))
                .isEqualTo(new StagePlan(
                        "curate",
                        "sql",
                        List.of(Sentence.of("{0}", TableIdentifier.parse("shop_raw.orders"))),
                        List.of("shop_curated.orders"),
                        List.of(),
                        List.of()));
    }

    @Test
    void knows_that_the_file_of_a_model_has_changed() throws IOException {
        Path artifact = world.workspace.resolve("pipelines/m.onnx");
        Files.writeString(artifact, "a model");
        world.pipeline("models", """
                stages:
                  - name: take
                    register:
                      {artifact: m.onnx, task: REGRESSION, text: "SELECT 1 AS x, 2 AS y", model: shop_curated.m, label: y, inputs: [x]}
                """);
        assertThat(plan("models"))
                .containsExactly(new StagePlan(
                        "take",
                        "register",
                        List.of(),
                        List.of("shop_curated.m"),
                        List.of(Sentence.of("Makes table {0}", TableIdentifier.parse("shop_curated.m"))),
                        List.of()));
        Files.writeString(artifact, "another");
        assertThat(plan("models").getFirst().problems())
                .extracting(Sentence::toString)
                .containsExactly("The file 'm.onnx' has changed since the pipeline was applied; apply it again");
    }

    @Test
    void finds_what_a_run_would_fail_with() {
        var catalog = world.lakehouse().catalog();
        catalog.createNamespace(Namespace.of("hr_raw"), Map.of("zone", "raw"));
        catalog.createTable(
                TableIdentifier.of("hr_raw", "people"),
                new Schema(Types.NestedField.optional(1, "id", Types.LongType.get())));
        world.pipeline("bad", """
                stages:
                  - {name: secret, sql: {text: SELECT id FROM hr_raw.people, mode: OVERWRITE, target: shop_raw.copy}}
                  - {name: typo, sql: {text: SELEC 1, mode: OVERWRITE, target: shop_raw.copy}}
                  - {name: nowhere, sql: {text: SELECT 1 AS n, mode: OVERWRITE, target: nowhere.copy}}
                  - {name: foreign, sql: {text: SELECT 1 AS n, mode: OVERWRITE, target: hr_raw.copy}}
                  - {name: gate, check: {table: shop_raw.nothing, rules: [{name: a, notNull: [id]}]}}
                  - {name: tidy, maintain: {tables: [hr_raw.people]}}
                """);
        Map<String, String> problems = new java.util.TreeMap<>();
        plan("bad")
                .forEach(plan -> problems.put(
                        plan.stage(), Sentence.joined("; ", plan.problems()).toString()));
        assertThat(problems.get("secret")).contains("hr_raw.people");
        assertThat(problems.get("typo")).contains("SELEC");
        assertThat(problems.get("nowhere")).contains("There is no database 'nowhere'");
        assertThat(problems.get("foreign")).contains("'robot' may not make one");
        assertThat(problems.get("gate")).isEqualTo("There is no table shop_raw.nothing");
        assertThat(problems.get("tidy")).contains("'robot' may not ALTER hr_raw.people");
        Principal nobody = new Principal("nobody", Set.of(), Map.of());
        world.pipeline("orders", LAND + CURATE);
        world.drop("one.csv", "id,day,amount\n1,2026-01-01,5\n");
        succeeded(world.run("orders"));
        world.pipeline("orders", LAND + CURATE.replace("AS double)", "AS varchar)"));
        assertThat(plan("orders").get(1).problems())
                .singleElement()
                .asString()
                .contains("amount double", "amount string");
        world.pipeline("orders", LAND + CURATE);
        assertThat(world.ingestion()
                        .dryRuns()
                        .plan(nobody, world.ingestion().runs().pipeline(DE, "orders"), LocalDate.parse("2026-01-01"))
                        .get(1)
                        .reads())
                .isEmpty();
    }
}

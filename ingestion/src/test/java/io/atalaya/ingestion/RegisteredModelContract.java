package io.atalaya.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.run.StageRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Models that were made elsewhere and are registered, on one kind of metadata database. */
abstract class RegisteredModelContract extends IngestionContract {
    private static final String REGISTER = """
            stages:
              - name: land
                extract: {folder: drop, files: "*.csv", format: CSV, target: shop_raw.frames, settle: 50ms, columns: [id, width, height, shape]}
              - name: register
                needs: [land]
                register:
                  artifact: sides.onnx
                  task: CLASSIFICATION
                  text: SELECT CAST(width AS double) AS width, CAST(height AS bigint) AS height, shape FROM shop_raw.frames
                  model: shop_curated.shape
                  label: shape
                  inputs: [width, height]
                  classes: [wide, high]
                  promote: {atLeast: {accuracy: 0.8}}
            """;

    private static final String SCORE_FRAMES = """
              - name: score
                needs: [register]
                score:
                  model: shop_curated.shape
                  text: SELECT id, CAST(height AS bigint) AS height, CAST(width AS double) AS width FROM shop_raw.frames
                  mode: APPEND
                  target: shop_curated.shapes
                  columns: {label: shape}
                  review: {below: 0.6}
            """;

    /** Frames; one in twenty is called what it is not. */
    private static String frames(int from, int to) {
        StringBuilder csv = new StringBuilder("id,width,height,shape\n");
        for (int i = from; i < to; i++) {
            SplittableRandom random = new SplittableRandom(i);
            double width = random.nextDouble() * 8;
            int height = random.nextInt(8);
            boolean wide = width > height ^ i % 20 == 0;
            csv.append("%d,%s,%d,%s%n".formatted(i, width, height, wide ? "wide" : "high"));
        }
        return csv.toString();
    }

    /** A file that the tests of module models write and hold against what it should be. */
    private void artifact(String resource) {
        try (InputStream in =
                Objects.requireNonNull(RegisteredModelContract.class.getResourceAsStream(resource), resource)) {
            Files.write(world.workspace.resolve("pipelines").resolve("sides.onnx"), in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_model_that_was_made_elsewhere_is_a_version_like_any_other() {
        artifact("sides.onnx");
        world.pipeline("frames", REGISTER + SCORE_FRAMES);
        world.drop("a.csv", frames(0, 400));
        succeeded(world.run("frames"));
        assertThat(world.ask("shop_curated.shape", """
                        SELECT version, stage, task, algorithm, label, features, classes, seed, rows, agreement, doubts, octet_length(artifact) > 100,
                            training_snapshots LIKE '{"%' FROM t"""))
                .containsExactly("1|champion|classification|made elsewhere (atalaya), ONNX|shape"
                        + "|[{\"name\":\"width\",\"kind\":\"NUMBER\"},{\"name\":\"height\",\"kind\":\"NUMBER\"}]"
                        + "|[\"wide\",\"high\"]|null|400|null|[]|true|true");
        assertThat(world.ask("shop_curated.shape", """
                        SELECT metrics->>'accuracy', (baselines->'most frequent class'->>'accuracy')::DOUBLE < 0.7, evaluation->>'split' FROM t""")).containsExactly("0.95|true|given");
        assertThat(world.ask("shop_curated.shapes", """
                        SELECT count(*), count(*) FILTER (shape = CASE WHEN width > height THEN 'wide' ELSE 'high' END),
                            max(abs(confidence - 1 / (1 + exp(-abs(width - height))))) < 1e-6, min(model_version) FROM t""")).containsExactly("400|400|true|1");
        assertThat(world.ask("shop_curated.shapes_review", "SELECT count(*) > 0, max(confidence) < 0.6 FROM t"))
                .containsExactly("true|true");
    }

    @Test
    void a_model_of_anomalies_from_elsewhere_is_a_version_like_any_other() {
        artifact("apart.onnx");
        world.pipeline(
                "readings",
                AnomalyContract.ANOMALIES.substring(0, AnomalyContract.ANOMALIES.indexOf("  - name: train")) + """
              - name: train
                needs: [land]
                register:
                  artifact: sides.onnx
                  task: ANOMALY
                  text: SELECT CAST(a AS double) AS a, CAST(b AS double) AS b, odd FROM shop_raw.readings
                  model: shop_curated.usual
                  label: odd
                  inputs: [a, b]
                  promote: {atLeast: {averagePrecision: 0.6}}
            """
                        + AnomalyContract.ANOMALIES.substring(AnomalyContract.ANOMALIES.indexOf("  - name: score")));
        world.drop("a.csv", AnomalyContract.readings());
        succeeded(world.run("readings"));
        assertThat(world.ask("shop_curated.usual", """
                        SELECT version, stage, task, algorithm, doubts, (baselines->'largest z-score'->>'auc')::DOUBLE < (metrics->>'auc')::DOUBLE FROM t"""))
                .containsExactly("1|champion|anomaly|made elsewhere (atalaya), ONNX|[]|true");
        assertThat(world.ask("shop_curated.readings", """
                        SELECT count(*), bool_and(abs(as_unlike + (a - b) * (a - b)) < 1e-4), min(model_version) FROM t""")).containsExactly("1500|true|1");
    }

    private static final String HEADINGS = REGISTER.replace("CLASSIFICATION", "EMBEDDING")
                    .replace(
                            "CAST(height AS bigint) AS height, shape",
                            "CAST(height AS double) AS height, CAST(width AS double) - CAST(height AS double) BETWEEN -2 AND 2 AS shape")
                    .replace("      classes: [wide, high]\n", "")
                    .replace("accuracy: 0.8", "sameLabelAt10: 0.8")
            + """
              - name: embed
                needs: [register]
                embed:
                  model: shop_curated.shape
                  text: SELECT id, CAST(height AS double) AS height, CAST(width AS double) AS width FROM shop_raw.frames
                  mode: APPEND
                  target: shop_curated.headings
              - name: near
                needs: [embed]
                index: {table: shop_curated.headings, column: embedding}
            """;

    @Test
    void vectors_of_a_model_from_elsewhere_are_searched_like_any_other() {
        artifact("heading.onnx");
        world.pipeline("frames", HEADINGS);
        world.drop("a.csv", frames(0, 400));
        succeeded(world.run("frames"));
        assertThat(world.ask("shop_curated.shape", "SELECT version, stage, task, classes, doubts FROM t"))
                .containsExactly("1|champion|embedding|[]|[]");
        assertThat(world.ask("shop_curated.headings", """
                        SELECT count(embedding), bool_and(abs(embedding[1] - ((width - height) * (width - height) - 4)) < 1e-3), max(len(embedding)) FROM t""")).containsExactly("400|true|2");
        assertThat(world.seen("robot", """
                        SELECT count_if(abs(width - height) > 2) FROM TABLE(vector_search(
                            input => TABLE(shop_curated.headings), column => DESCRIPTOR(embedding),
                            query => ARRAY[1.0, 0.0], k => 10))""")).containsExactly("10");
    }

    @Test
    void a_file_is_registered_once_until_there_is_another() {
        artifact("sides.onnx");
        world.pipeline("frames", REGISTER);
        world.drop("a.csv", frames(0, 200));
        succeeded(world.run("frames"));
        world.drop("b.csv", frames(200, 300));
        assertThat(world.run("frames").stage("register").message()).contains("The file is version 1 already");

        artifact("surer-sides.onnx");
        Run changed = world.run("frames");
        assertThat(changed.stage("register").state()).isEqualTo(StageRun.State.FAILED);
        assertThat(changed.stage("register").message().orElse(""))
                .contains("'sides.onnx' has changed since the pipeline was applied");
        world.apply(world.workspace);
        succeeded(world.run("frames"));
        artifact("sides.onnx");
        world.apply(world.workspace);
        succeeded(world.run("frames"));
        assertThat(world.run("frames").stage("register").message()).contains("The file is version 3 already");

        assertThat(world.ask("shop_curated.shape", "SELECT version, stage, rows FROM t ORDER BY version"))
                .containsExactly("1|retired|200", "2|retired|300", "3|champion|300");
        assertThat(world.ask("shop_curated.shape", "SELECT count(DISTINCT artifact) FROM t"))
                .containsExactly("2");
    }

    @Test
    void a_model_from_elsewhere_that_is_no_better_than_none_is_not_used() {
        artifact("sides.onnx");
        world.pipeline("frames", REGISTER.replace("[wide, high]", "[high, wide]") + SCORE_FRAMES);
        world.drop("a.csv", frames(0, 400));
        Run run = world.run("frames");
        assertThat(run.stage("register").message().orElse("")).contains("not in use");
        assertThat(world.ask("shop_curated.shape", "SELECT doubts->>0 FROM t"))
                .singleElement()
                .asString()
                .startsWith("it does not beat 'most frequent class' on the rows given");
        assertThat(run.stage("score").message().orElse("")).contains("No version of shop_curated.shape is in use");
    }

    @Test
    void a_file_that_is_no_model_of_these_columns_is_refused() {
        world.drop("a.csv", frames(0, 100));
        artifact("outside.onnx");
        world.pipeline("frames", REGISTER);
        assertThat(world.run("frames").stage("register").message().orElse("")).contains("has numbers in other files");
        artifact("sides.onnx");
        world.pipeline("frames", REGISTER.replace("inputs: [width, height]", "inputs: [height]"));
        assertThat(world.run("frames").stage("register").message().orElse("")).contains("It takes [height, width]");
        world.pipeline("frames", REGISTER.replace("inputs: [width, height]", "inputs: [width, depth]"));
        assertThat(world.run("frames").stage("register").message().orElse(""))
                .contains("has no column 'depth', which its 'inputs' names");
        assertThat(world.ask("shop_curated.shape", "SELECT count(*) FROM t")).containsExactly("0");
    }

    @Test
    void a_model_from_elsewhere_is_governed_like_what_it_looks_at() {
        artifact("sides.onnx");
        world.pipeline("frames", REGISTER.substring(0, REGISTER.indexOf("  - name: register")));
        world.drop("a.csv", frames(0, 300));
        succeeded(world.run("frames"));
        world.policies("""
                profiles: {analyst: {}, scientist: {}, robots: {}}
                users: {ana: {profiles: analyst}, sci: {profiles: scientist}, robot: {profiles: robots}}
                tags: {pii: [none, high]}
                assignments:
                  - {table: shop_raw.frames, columns: {pii=high: [width], pii=none: [id, height, shape]}}
                grants:
                  - {to: {profile: analyst}, allow: [SELECT, DESCRIBE], on: {tablesTagged: {pii: none}}}
                  - {to: {profile: scientist}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_curated}}
                guards:
                  texts: {on: {columnsTagged: {pii: high}}, mask: {"null": true}, except: [robots]}
                """);
        world.pipeline("frames", REGISTER + SCORE_FRAMES);
        succeeded(world.run("frames"));

        assertThat(world.seen("ana", "SELECT label, metrics LIKE '%accuracy%' FROM shop_curated.shape"))
                .containsExactly("shape|true");
        for (String column : List.of("artifact", "features", "reference", "learned")) {
            assertThat(world.seen("ana", "SELECT " + column + " FROM shop_curated.shape"))
                    .as(column)
                    .singleElement()
                    .asString()
                    .startsWith("refused");
            assertThat(world.seen("sci", "SELECT version, " + column + " IS NULL FROM shop_curated.shape"))
                    .as(column)
                    .containsExactly("1|true");
        }
        assertThat(world.seen("sci", "SELECT count(shape) FROM shop_curated.shapes"))
                .containsExactly("0");
    }

    @Test
    void vectors_of_a_model_from_elsewhere_are_governed_like_what_it_looks_at() {
        artifact("heading.onnx");
        world.pipeline("frames", HEADINGS.substring(0, HEADINGS.indexOf("  - name: register")));
        world.drop("a.csv", frames(0, 300));
        succeeded(world.run("frames"));
        world.policies("""
                profiles: {analyst: {}, scientist: {}, robots: {}}
                users: {ana: {profiles: analyst}, sci: {profiles: scientist}, robot: {profiles: robots}}
                tags: {pii: [none, high]}
                assignments:
                  - {table: shop_raw.frames, columns: {pii=high: [width], pii=none: [id, height, shape]}}
                grants:
                  - {to: {profile: analyst}, allow: [SELECT, DESCRIBE], on: {tablesTagged: {pii: none}}}
                  - {to: {profile: scientist}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_curated}}
                guards:
                  texts: {on: {columnsTagged: {pii: high}}, mask: {"null": true}, except: [robots]}
                """);
        world.pipeline("frames", HEADINGS);
        succeeded(world.run("frames"));

        assertThat(world.seen("ana", "SELECT count(height) FROM shop_curated.headings"))
                .containsExactly("300");
        for (String hidden : List.of(
                "metrics FROM shop_curated.shape",
                "version FROM shop_curated.shape",
                "artifact FROM shop_curated.shape",
                "embedding FROM shop_curated.headings")) {
            assertThat(world.seen("ana", "SELECT " + hidden))
                    .as(hidden)
                    .singleElement()
                    .asString()
                    .startsWith("refused");
        }
        assertThat(world.seen("sci", "SELECT metrics IS NULL, artifact IS NULL FROM shop_curated.shape"))
                .containsExactly("true|true");
        assertThat(world.seen("sci", "SELECT count(embedding), count(height) FROM shop_curated.headings"))
                .containsExactly("0|300");
    }

    @Test
    void a_process_that_dies_leaves_one_version_of_a_file() {
        List<String> deadly = List.of("read", "assessed", "begun", "intended", "written", "committed", "done");
        world.pipeline("frames", REGISTER.substring(0, REGISTER.indexOf("  - name: register")));
        world.drop("a.csv", frames(0, 200));
        succeeded(world.run("frames"));
        for (int i = 0; i < deadly.size(); i++) {
            String step = "register/" + deadly.get(i);
            artifact(i % 2 == 0 ? "sides.onnx" : "surer-sides.onnx");
            world.pipeline("frames", REGISTER);
            IngestionWorld.Death death = world.dyingAt(step);
            UUID run = death.of("frames");
            world.restart(_ -> {}).start();
            succeeded(world.await(run));
            assertThat(world.ask("shop_curated.shape", "SELECT count(*), max(version) FROM t"))
                    .as(step)
                    .containsExactly((i + 1) + "|" + (i + 1));
            assertThat(world.ask("shop_curated.shape", "SELECT count(*), max(version) FROM t WHERE stage = 'champion'"))
                    .as(step)
                    .containsExactly("1|" + (i + 1));
        }
    }
}

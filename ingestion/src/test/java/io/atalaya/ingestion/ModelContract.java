package io.atalaya.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.ingestion.check.CheckResult;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.run.StageRun;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Principal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** Models that pipelines make and carry out, on one kind of metadata database. */
abstract class ModelContract extends IngestionContract {
    private static final String LAND_LETTERS = """
            stages:
              - name: land
                extract:
                  folder: drop
                  files: "*.csv"
                  format: CSV
                  target: shop_raw.letters
                  settle: 50ms
                  columns: [id, about, letter]
            """;

    private static final String TRAIN = """
              - name: train
                needs: [land]
                train:
                  task: TEXT_CLASSIFICATION
                  text: SELECT DISTINCT letter, about FROM shop_raw.letters WHERE about IS NOT NULL
                  model: shop_curated.topic
                  label: about
                  texts: [letter]
                  seed: 42
                  promote: {atLeast: {accuracy: 0.8}}
            """;

    private static final String SCORE = """
              - name: score
                needs: [train]
                score:
                  model: shop_curated.topic
                  text: SELECT id, letter FROM shop_raw.letters
                  mode: APPEND
                  target: shop_curated.topics
                  columns: {label: topic}
                  review: {below: 0.6}
            """;

    /** Letters about three things, in words that overlap; the last has no word. */
    static String letters(int from, int to) {
        List<List<String>> words = List.of(
                List.of("loan", "house", "payment", "bank", "rate"),
                List.of("card", "fee", "payment", "bank", "charge"),
                List.of("score", "report", "error", "bureau", "bank"));
        StringBuilder csv = new StringBuilder("id,about,letter\n");
        for (int i = from; i < to; i++) {
            Random random = new Random(i);
            int about = i % 3;
            csv.append(i)
                    .append(',')
                    .append(List.of("mortgage", "card", "credit").get(about))
                    .append(',');
            for (int word = 0; word < 5; word++) {
                csv.append(words.get(about).get(random.nextInt(5))).append(' ');
            }
            // What is repeated says no more than once, which naive Bayes does not see.
            String other = words.get((about + 1 + random.nextInt(2)) % 3).get(random.nextInt(3));
            csv.append((other + " ").repeat(5 + random.nextInt(20)));
            csv.append('\n');
        }
        return csv.append(to).append(",card,\n").toString();
    }

    @Test
    void a_model_is_a_table_and_what_it_says_another() {
        world.pipeline("letters", LAND_LETTERS + TRAIN + SCORE);
        world.drop("a.csv", letters(0, 300));
        Run run = world.run("letters");
        succeeded(run);
        assertThat(
                        world.ask(
                                "shop_curated.topic",
                                "SELECT version, stage, task, label, classes, seed, agreement, doubts, octet_length(artifact) > 1000 FROM t"))
                .containsExactly(
                        "1|champion|text-classification|about|[\"card\",\"credit\",\"mortgage\"]|42|1.0|[]|true");
        assertThat(world.ask("shop_curated.topics", "SELECT count(*), count(DISTINCT id), min(model_version) FROM t"))
                .containsExactly("301|301|1");
        assertThat(world.ask("shop_curated.topics", "SELECT topic FROM t WHERE id IN ('0', '1', '2') ORDER BY id"))
                .containsExactly("mortgage", "card", "credit");
        assertThat(world.ask("shop_curated.topics_review", "SELECT count(*) > 0, max(confidence) < 0.6 FROM t"))
                .containsExactly("true|true");
        assertThat(world.ask("shop_curated.topics_review", "SELECT count(*) FROM t"))
                .isEqualTo(world.ask("shop_curated.topics", "SELECT count(*) FROM t WHERE confidence < 0.6"));
    }

    @Test
    void what_arrives_is_scored_once_with_the_version_in_use() {
        world.pipeline("letters", LAND_LETTERS + TRAIN);
        world.pipeline("scores", "stages:\n" + SCORE.replace("    needs: [train]\n", ""));
        world.drop("a.csv", letters(0, 200));
        succeeded(world.run("letters"));
        succeeded(world.run("scores"));
        world.drop("b.csv", letters(200, 300));
        succeeded(world.run("letters"));
        succeeded(world.run("scores"));
        Run same = world.run("letters");
        assertThat(same.stage("train").message().orElse("")).startsWith("Nothing to learn from has changed");
        assertThat(world.run("scores").stage("score").message().orElse("")).startsWith("Nothing is new");

        assertThat(world.ask("shop_curated.topic", "SELECT version, stage FROM t ORDER BY version"))
                .containsExactly("1|retired", "2|champion");
        assertThat(world.ask(
                        "shop_curated.topics",
                        "SELECT model_version, count(*) FROM t GROUP BY model_version ORDER BY model_version"))
                .containsExactly("1|201", "2|101");
    }

    @Test
    void the_text_that_a_model_looks_at_need_not_be_kept() {
        world.pipeline("letters", LAND_LETTERS + TRAIN + SCORE + "      exclude: [letter]\n");
        world.drop("a.csv", letters(0, 300));
        succeeded(world.run("letters"));
        assertThat(world.ask("shop_curated.topics", "SELECT count(*), count(topic) FROM t"))
                .containsExactly("301|301");
        assertThat(world.tables()
                        .table(TableIdentifier.parse("shop_curated.topics"))
                        .orElseThrow()
                        .schema()
                        .columns())
                .extracting(Types.NestedField::name)
                .containsExactly("id", "topic", "confidence", "model_version");
        world.pipeline("letters", LAND_LETTERS + TRAIN + SCORE + "      exclude: [sender]\n");
        world.drop("b.csv", letters(300, 310));
        assertThat(world.run("letters").stage("score").message().orElse("")).contains("no column 'sender' to exclude");
    }

    @Test
    void a_version_that_is_not_good_enough_is_kept_and_not_used() {
        world.pipeline("letters", LAND_LETTERS + TRAIN.replace("0.8", "0.9999") + SCORE);
        world.drop("a.csv", letters(0, 300));
        Run run = world.run("letters");
        assertThat(run.stage("train").message().orElse(""))
                .contains("not in use")
                .doesNotContain("0.9");
        assertThat(run.stage("score").message().orElse("")).contains("No version of shop_curated.topic is in use");
        assertThat(world.ask("shop_curated.topic", "SELECT stage, doubts LIKE '%accuracy%' FROM t"))
                .containsExactly("candidate|true");
    }

    @Test
    void rows_unlike_those_it_has_learned_from_are_told_or_refused() {
        world.pipeline("letters", LAND_LETTERS + TRAIN + SCORE);
        world.drop("a.csv", letters(0, 300));
        succeeded(world.run("letters"));
        world.pipeline(
                "strange",
                LAND_LETTERS.replace("shop_raw.letters", "shop_raw.strange")
                        + SCORE.replace("shop_raw.letters", "shop_raw.strange")
                                .replace("needs: [train]", "needs: [land]")
                                .replace("shop_curated.topics", "shop_curated.strange")
                        + "      drift: {warn: 0.25, fail: 2}\n");
        world.drop("a.csv", letters(0, 300).replace("bank", "unheard of").replace("payment", "nowhere"));
        Run run = world.run("strange");
        assertThat(run.stage("score").state()).isEqualTo(StageRun.State.FAILED);
        assertThat(run.stage("score").message().orElse("")).contains("drift of letter known words");
        assertThat(world.ask("shop_curated.strange", "SELECT count(*) FROM t")).containsExactly("0");
        assertThat(world.ingestion().checks().of(run.id()))
                .filteredOn(result -> !result.passed())
                .extracting(CheckResult::rule)
                .contains("drift of letter known words");
    }

    @Test
    void a_recommendation_leaves_vectors_to_search_and_scores_pairs() {
        StringBuilder csv = new StringBuilder("customer,product,taken\n");
        Random random = new Random(9);
        for (int customer = 0; customer < 60; customer++) {
            for (int product = 0; product < 40; product++) {
                if (product % 2 == customer % 2 && random.nextInt(3) > 0) {
                    csv.append(customer).append(",p").append(product).append(",1\n");
                }
            }
        }
        world.pipeline("taste", """
                stages:
                  - name: land
                    extract: {folder: drop, files: "*.csv", format: CSV, target: shop_raw.taken, settle: 50ms, columns: [customer, product, taken]}
                  - name: train
                    needs: [land]
                    train:
                      task: RECOMMENDATION
                      text: SELECT CAST(customer AS bigint) AS customer, product, CAST(taken AS double) AS taken FROM shop_raw.taken
                      model: shop_curated.taste
                      label: taken
                      embeddings: {users: shop_curated.customer_tastes, items: shop_curated.product_tastes}
                  - name: score
                    needs: [train]
                    score:
                      model: shop_curated.taste
                      text: >
                        SELECT DISTINCT CAST(c.customer AS bigint) AS customer, p.product
                        FROM shop_raw.taken c CROSS JOIN shop_raw.taken p WHERE c.customer = '0'
                      mode: OVERWRITE
                      target: shop_consumption.likes
                      columns: {label: liking}
                """);
        world.drop("a.csv", csv.toString());
        succeeded(world.run("taste"));
        assertThat(world.ask(
                        "shop_curated.product_tastes",
                        "SELECT count(*), min(len(embedding)), max(len(embedding)) FROM t"))
                .containsExactly("40|16|16");
        assertThat(world.ask("shop_curated.customer_tastes", "SELECT count(*) FROM t"))
                .containsExactly("60");
        assertThat(world.ask("shop_consumption.likes", """
                        SELECT min(liking) FILTER (substr(product, 2)::INT % 2 = 0) > max(liking) FILTER (substr(product, 2)::INT % 2 = 1)
                        FROM t""")).containsExactly("true");
    }

    @Test
    void whoever_does_not_see_the_artifact_cannot_use_the_model() {
        world.pipeline("letters", LAND_LETTERS + TRAIN);
        world.drop("a.csv", letters(0, 300));
        succeeded(world.run("letters"));
        world.policies("""
                profiles: {robots: {}}
                users: {robot: {profiles: robots}}
                guards:
                  secret: {on: {table: shop_curated.topic, columns: artifact}, mask: {"null": true}}
                """);
        world.pipeline("scores", "stages:\n" + SCORE.replace("    needs: [train]\n", ""));
        Run run = world.run("scores");
        assertThat(run.stage("score").message().orElse(""))
                .contains("'robot' may not carry out the model shop_curated.topic: its column 'artifact'");
    }

    @Test
    void a_model_is_governed_like_what_it_has_learned_from() {
        world.pipeline("letters", LAND_LETTERS);
        world.drop("a.csv", letters(0, 300));
        succeeded(world.run("letters"));
        world.policies("""
                profiles: {analyst: {}, scientist: {}, robots: {}}
                users: {ana: {profiles: analyst}, sci: {profiles: scientist}, robot: {profiles: robots}}
                tags: {pii: [none, high]}
                assignments:
                  - {table: shop_raw.letters, columns: {pii=high: [letter], pii=none: [id, about]}}
                grants:
                  - {to: {profile: analyst}, allow: [SELECT, DESCRIBE], on: {tablesTagged: {pii: none}}}
                  - {to: {profile: scientist}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_curated}}
                guards:
                  texts: {on: {columnsTagged: {pii: high}}, mask: {redact: true}, except: [robots]}
                """);
        world.pipeline("letters", LAND_LETTERS + TRAIN + SCORE);
        succeeded(world.run("letters"));

        assertThat(world.seen("ana", "SELECT label, metrics LIKE '%accuracy%' FROM shop_curated.topic"))
                .containsExactly("about|true");
        assertThat(world.seen("ana", "SELECT artifact FROM shop_curated.topic"))
                .singleElement()
                .asString()
                .startsWith("refused");
        assertThat(world.seen("ana", "SELECT topic FROM shop_curated.topics"))
                .singleElement()
                .asString()
                .startsWith("refused");
        assertThat(world.seen("sci", "SELECT version, artifact IS NULL FROM shop_curated.topic"))
                .containsExactly("1|true");
        assertThat(world.seen("sci", "SELECT DISTINCT topic FROM shop_curated.topics ORDER BY topic"))
                .allMatch(topic -> topic.matches("x+"));
    }

    @Test
    void a_process_that_dies_leaves_one_version_and_each_row_scored_once() {
        world.pipeline("letters", LAND_LETTERS + TRAIN + SCORE);
        List<String> artifacts = new ArrayList<>();
        List<String> deadly = List.of(
                "train/read",
                "train/trained",
                "train/begun",
                "train/intended",
                "train/written",
                "train/committed",
                "train/done",
                "score/begun",
                "score/intended",
                "score/written",
                "score/committed",
                "score/done");
        for (int i = 0; i < deadly.size(); i++) {
            String step = deadly.get(i);
            IngestionWorld.Death death = world.dyingAt(step);
            world.drop("f" + i + ".csv", letters(i * 100, i * 100 + 100));
            UUID run = death.of("letters");
            world.restart(_ -> {}).start();
            succeeded(world.await(run));
            assertThat(world.ask("shop_curated.topic", "SELECT count(*), max(version) FROM t"))
                    .as(step)
                    .containsExactly((i + 1) + "|" + (i + 1));
            assertThat(world.ask("shop_curated.topic", "SELECT count(*) FROM t WHERE stage = 'champion'"))
                    .as(step)
                    .containsExactly("1");
            assertThat(world.ask(
                            "shop_curated.topics",
                            "SELECT count(*), count(DISTINCT id || coalesce(letter, '')) FROM t"))
                    .as(step)
                    .containsExactly((i + 1) * 101 + "|" + (i + 1) * 101);
            artifacts.add(
                    world.ask("shop_curated.topic", "SELECT md5(artifact::VARCHAR) FROM t WHERE version = " + (i + 1))
                            .getFirst());
        }
        assertThat(artifacts).doesNotHaveDuplicates();
    }

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
        try (InputStream in = Objects.requireNonNull(ModelContract.class.getResourceAsStream(resource), resource)) {
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
                ANOMALIES.substring(0, ANOMALIES.indexOf("  - name: train")) + """
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
                        + ANOMALIES.substring(ANOMALIES.indexOf("  - name: score")));
        world.drop("a.csv", readings());
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

    private static final String ANOMALIES = """
            stages:
              - name: land
                extract: {folder: drop, files: "*.csv", format: CSV, target: shop_raw.readings, settle: 50ms, columns: [at, a, b, odd]}
              - name: train
                needs: [land]
                train:
                  task: ANOMALY
                  text: SELECT CAST(at AS bigint) AS at, CAST(a AS double) AS a, CAST(b AS double) AS b, odd FROM shop_raw.readings
                  model: shop_curated.usual
                  label: odd
                  time: at
                  promote: {atLeast: {averagePrecision: 0.6}}
              - name: score
                needs: [train]
                score:
                  model: shop_curated.usual
                  text: SELECT at, CAST(a AS double) AS a, CAST(b AS double) AS b, odd FROM shop_raw.readings
                  mode: OVERWRITE
                  target: shop_curated.readings
                  columns: {label: as_unlike}
            """;

    /** Readings of which {@code b} follows {@code a}, but for one in twenty. */
    private static String readings() {
        StringBuilder csv = new StringBuilder("at,a,b,odd\n");
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 1500; i++) {
            boolean odd = i % 20 == 7;
            double a = random.nextGaussian();
            double b = (odd ? -a : a) + random.nextGaussian() * 0.1;
            csv.append("%d,%s,%s,%d%n".formatted(i, a, b, odd ? 1 : 0));
        }
        return csv.toString();
    }

    @Test
    void rows_unlike_the_others_are_told_by_the_share_that_is_as_unlike() {
        world.pipeline("readings", ANOMALIES);
        world.drop("a.csv", readings());
        succeeded(world.run("readings"));
        assertThat(world.ask("shop_curated.usual", """
                        SELECT version, stage, task, agreement, doubts, evaluation->>'split',
                            (metrics->>'averagePrecision')::DOUBLE > 2 * (baselines->'largest z-score'->>'averagePrecision')::DOUBLE
                        FROM t""")).containsExactly("1|champion|anomaly|1.0|[]|time|true");
        assertThat(world.ask("shop_curated.readings", """
                        SELECT count(*), max(as_unlike) <= 1, min(as_unlike) > 0,
                            median(as_unlike) FILTER (odd = '1') < 0.01, avg(as_unlike) FILTER (odd = '0') BETWEEN 0.45 AND 0.55
                        FROM t""")).containsExactly("1500|true|true|true|true");
    }

    @Test
    void rows_of_another_type_than_a_model_looks_at_are_told_by_column() {
        world.pipeline("readings", ANOMALIES);
        world.drop("a.csv", readings());
        succeeded(world.run("readings"));
        String again = "stages:\n"
                + ANOMALIES.substring(ANOMALIES.indexOf("  - name: score")).replace("    needs: [train]\n", "");
        Map<String, String> refused = Map.of(
                "CAST('2020-01-01' AS date) AS a",
                        "Column 'a' of stage 'score' is a date, and shop_curated.usual looks at it as a number; CAST it",
                "CAST('2020-01-01 01:02:03' AS timestamp) AS a", "Column 'a' of stage 'score' is a timestamp",
                "ARRAY[1] AS a", "Column 'a' of stage 'score' is a list",
                "'secret' AS a",
                        "Version 1 of shop_curated.usual cannot be carried out: it looks at numbers in column 'a', and there are texts in it",
                "b AS c", "The SELECT of stage 'score' has no column 'a', which shop_curated.usual looks at");
        refused.forEach((given, why) -> {
            world.pipeline("again", again.replace("CAST(a AS double) AS a", given));
            Run run = world.run("again");
            assertThat(run.stage("score").state()).as(given).isEqualTo(StageRun.State.FAILED);
            assertThat(run.stage("score").message().orElse(""))
                    .as(given)
                    .contains(why)
                    .doesNotContain("secret");
        });
        for (String given : List.of(
                "a",
                "true AS a",
                "CAST(a AS decimal(38, 10)) AS a",
                "nan() AS a",
                "infinity() AS a",
                "CAST(NULL AS double) AS a")) {
            world.pipeline("again", again.replace("CAST(a AS double) AS a", given));
            succeeded(world.run("again"));
        }
    }

    @Test
    void rows_that_nothing_can_be_learned_from_are_told_by_column() {
        world.pipeline("readings", ANOMALIES.substring(0, ANOMALIES.indexOf("  - name: train")));
        world.drop("a.csv", readings());
        succeeded(world.run("readings"));
        String train = "stages:\n"
                + ANOMALIES
                        .substring(ANOMALIES.indexOf("  - name: train"), ANOMALIES.indexOf("  - name: score"))
                        .replace("    needs: [land]\n", "");
        Map<String, String> refused = Map.of(
                "CAST('2020-01-01' AS date) AS a",
                        "Column 'a' of stage 'train' is neither text, number nor boolean; CAST it",
                "CASE WHEN at = '3' THEN NULL ELSE a END AS a, CASE WHEN at = '3' THEN NULL ELSE CAST(at AS bigint) END AS at",
                        "There are rows of which the column that 'time' names is empty",
                "CAST(a AS double) AS a, 1 AS at", "too many are of one and the same time");
        refused.forEach((given, why) -> {
            world.pipeline(
                    "again",
                    train.replace(
                            "CAST(at AS bigint) AS at, CAST(a AS double) AS a",
                            given.contains("AS at") ? given : given + ", CAST(at AS bigint) AS at"));
            Run run = world.run("again");
            assertThat(run.stage("train").message().orElse("")).as(given).contains(why);
        });
        world.pipeline(
                "again",
                train.replace(
                        "CAST(a AS double) AS a",
                        "CAST(a AS double) AS a, nan() AS nothing, CAST(NULL AS varchar) AS none"));
        succeeded(world.run("again"));
    }

    @Test
    void without_a_label_somebody_decides_whether_anomalies_are_told() {
        world.pipeline(
                "readings",
                ANOMALIES
                        .replace("      label: odd\n", "")
                        .replace("      promote: {atLeast: {averagePrecision: 0.6}}\n", "")
                        .replace("AS b, odd FROM", "AS b FROM"));
        world.drop("a.csv", readings());
        Run run = world.run("readings");
        assertThat(run.stage("train").message().orElse("")).contains("awaits approval");
        assertThat(run.stage("score").message().orElse("")).contains("No version of shop_curated.usual is in use");
        assertThat(world.ask(
                        "shop_curated.usual", "SELECT stage, doubts, label, metrics->>'alarms' LIKE '0.0%' FROM t"))
                .containsExactly("candidate|[]|null|true");
    }

    private static final String REPLACE = """
            stages:
              - name: replace
                sql:
                  text: >
                    SELECT version, stage, task, algorithm, label, features, classes, seed, rows, training_snapshots, trained_at, pipeline, %s AS run,
                        metrics, baselines, evaluation, agreement, '[]' AS doubts, learned, reference, %s AS artifact
                    FROM shop_curated.topic
                  mode: OVERWRITE
                  target: shop_curated.topic
            """;

    private void promote() {
        GovernedTable model = world.tables()
                .table(TableIdentifier.of("shop_curated", "topic"))
                .orElseThrow();
        Principal robot = world.policies().current().principal("robot");
        world.ingestion().models().require(robot, model, 1, "champion");
        world.ingestion().models().move(model, 1, "champion");
    }

    @Test
    void a_version_is_put_to_use_only_with_the_artifact_that_was_made() {
        world.pipeline(
                "letters", LAND_LETTERS + TRAIN.replace("{accuracy: 0.8}", "{accuracy: 0.8}, approval: REQUIRED"));
        world.drop("a.csv", letters(0, 300));
        succeeded(world.run("letters"));
        world.pipeline("replace", REPLACE.formatted("run", "CAST('another' AS varbinary)"));
        succeeded(world.run("replace"));
        assertThatThrownBy(this::promote)
                .isInstanceOf(IngestionException.Conflict.class)
                .hasMessageContaining("its artifact is another than the one that was made");
        assertThat(world.ask("shop_curated.topic", "SELECT stage FROM t")).containsExactly("candidate");
    }

    @Test
    void a_version_that_no_stage_has_made_is_not_put_to_use() {
        world.pipeline(
                "letters", LAND_LETTERS + TRAIN.replace("{accuracy: 0.8}", "{accuracy: 0.8}, approval: REQUIRED"));
        world.drop("a.csv", letters(0, 300));
        succeeded(world.run("letters"));
        world.pipeline("replace", REPLACE.formatted("'nobody'", "artifact"));
        succeeded(world.run("replace"));
        assertThatThrownBy(this::promote)
                .isInstanceOf(IngestionException.Conflict.class)
                .hasMessageContaining("it is not known which stage has made it");
    }

    @Test
    void doubts_that_somebody_has_taken_out_of_a_version_are_known_still() {
        world.pipeline("letters", LAND_LETTERS + TRAIN.replace("0.8", "0.9999"));
        world.drop("a.csv", letters(0, 300));
        succeeded(world.run("letters"));
        world.pipeline("replace", REPLACE.formatted("run", "artifact"));
        succeeded(world.run("replace"));
        assertThat(world.ask("shop_curated.topic", "SELECT stage, doubts FROM t"))
                .containsExactly("candidate|[]");
        assertThatThrownBy(this::promote)
                .isInstanceOf(IngestionException.Conflict.class)
                .hasMessageContaining("cannot be put to use; its 'doubts' say why");
    }

    @Test
    void a_version_as_it_was_made_is_put_to_use() {
        world.pipeline(
                "letters", LAND_LETTERS + TRAIN.replace("{accuracy: 0.8}", "{accuracy: 0.8}, approval: REQUIRED"));
        world.drop("a.csv", letters(0, 300));
        succeeded(world.run("letters"));
        promote();
        assertThat(world.ask("shop_curated.topic", "SELECT stage FROM t")).containsExactly("champion");
    }
}

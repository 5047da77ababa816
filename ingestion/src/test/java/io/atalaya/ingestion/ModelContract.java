package io.atalaya.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.ingestion.check.CheckResult;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.run.StageRun;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** Models that pipelines train, carry out and put to use, on one kind of metadata database. */
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

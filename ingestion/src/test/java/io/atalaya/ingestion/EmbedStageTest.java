package io.atalaya.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.check.CheckResult;
import io.atalaya.ingestion.run.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A pipeline that gives texts vectors, so that what is about the same is found. */
class EmbedStageTest extends IngestionContract {
    private static final String LAND_NOTES = """
            stages:
              - name: land
                extract: {folder: drop, files: "*.csv", format: CSV, target: shop_raw.notes, settle: 50ms, columns: [id, subject, note]}
            """;

    private static final String TRAIN = """
              - name: train
                needs: [land]
                train:
                  task: EMBEDDING
                  text: SELECT id, note FROM shop_raw.notes
                  model: shop_curated.meaning
                  texts: [note]
                  dimensions: 16
                  seed: 3
                  promote: {atLeast: {recallAt10: 0.3}}
            """;

    private static final String EMBED = """
              - name: embed
                needs: [train]
                embed:
                  model: shop_curated.meaning
                  text: SELECT id, note FROM shop_raw.notes
                  mode: APPEND
                  target: shop_curated.note_vectors
            """;

    private static final String INDEX = """
              - name: near
                needs: [embed]
                index: {table: shop_curated.note_vectors, column: embedding}
            """;

    @Override
    IngestionWorld open(Path where) {
        return IngestionWorld.sqlite(where);
    }

    /** Notes about twelve subjects, each of twenty words, of which a note has twelve; the last has no word that is known. */
    static String notes(int from, int to) {
        StringBuilder csv = new StringBuilder("id,subject,note\n");
        for (int i = from; i < to; i++) {
            Random random = new Random(i);
            csv.append(i).append(',').append(i % 12).append(',');
            for (int word = 0; word < 12; word++) {
                csv.append(word(i % 12, random.nextInt(20))).append(' ');
            }
            csv.append('\n');
        }
        return csv.append(to).append(",none,???\n").toString();
    }

    private static String word(int subject, int number) {
        return "w" + (char) ('a' + subject) + (char) ('a' + number);
    }

    private static String said(Run run, String stage) {
        return run.stage(stage).message().orElse("");
    }

    @Test
    void texts_become_vectors_that_are_near_where_they_are_about_the_same() {
        world.pipeline("notes", LAND_NOTES + TRAIN + EMBED + INDEX);
        world.drop("a.csv", notes(0, 480));
        Run run = world.run("notes");
        succeeded(run);
        assertThat(
                        world.ask(
                                "shop_curated.meaning",
                                "SELECT version, stage, task, label, classes, seed, agreement, doubts, (metrics->>'recallAt10')::DOUBLE > 0.3, (baselines->'word overlap') IS NOT NULL FROM t"))
                .containsExactly("1|champion|embedding|null|[]|3|1.0|[]|true|true");
        assertThat(
                        world.ask(
                                "shop_curated.note_vectors",
                                "SELECT count(*), count(embedding), min(len(embedding)), max(len(embedding)), min(model_version), typeof(any_value(embedding)) FROM t"))
                .containsExactly("481|480|16|16|1|FLOAT[]");
        assertThat(said(run, "near")).isEqualTo("481 vectors of 1 files indexed");
        String vector = world.ask("shop_curated.note_vectors", "SELECT embedding FROM t WHERE id = '7'")
                .getFirst();
        assertThat(world.seen("robot", """
                        SELECT count_if(CAST(id AS integer) %% 12 = 7) FROM TABLE(vector_search(
                            input => TABLE(shop_curated.note_vectors), column => DESCRIPTOR(embedding),
                            query => ARRAY%s, k => 10))""".formatted(vector))).containsExactly("10");
    }

    @Test
    void what_arrives_is_given_vectors_once_by_the_version_that_made_the_others() {
        world.pipeline("notes", LAND_NOTES + TRAIN);
        world.pipeline("vectors", "stages:\n" + EMBED.replace("    needs: [train]\n", ""));
        world.drop("a.csv", notes(0, 240));
        succeeded(world.run("notes"));
        succeeded(world.run("vectors"));
        world.drop("b.csv", notes(240, 480));
        succeeded(world.run("notes"));
        Run second = world.run("vectors");
        succeeded(second);
        assertThat(world.ask("shop_curated.meaning", "SELECT version, stage FROM t ORDER BY version"))
                .containsExactly("1|retired", "2|champion");
        assertThat(world.ask("shop_curated.note_vectors", "SELECT model_version, count(*) FROM t GROUP BY ALL"))
                .containsExactly("1|482");
        assertThat(logs(second))
                .anyMatch(line -> line.contains("vectors of version 1")
                        && line.contains("cannot be compared with those of version 2"));
        assertThat(said(world.run("vectors"), "embed")).startsWith("Nothing is new");

        world.pipeline(
                "vectors",
                "stages:\n" + EMBED.replace("    needs: [train]\n", "").replace("APPEND", "OVERWRITE"));
        succeeded(world.run("vectors"));
        assertThat(world.ask("shop_curated.note_vectors", "SELECT model_version, count(*) FROM t GROUP BY ALL"))
                .containsExactly("2|482");
    }

    @Test
    void vectors_of_two_models_or_versions_do_not_come_into_one_table() {
        world.pipeline("notes", LAND_NOTES + TRAIN + EMBED);
        world.drop("a.csv", notes(0, 240));
        succeeded(world.run("notes"));
        world.pipeline(
                "others",
                "stages:\n"
                        + TRAIN.replace("    needs: [land]\n", "").replace("meaning", "other_meaning")
                        + EMBED.replace("meaning", "other_meaning").replace("APPEND", "OVERWRITE"));
        assertThat(said(world.run("others"), "embed")).contains("that are not of shop_curated.other_meaning");
        world.drop("b.csv", notes(240, 480));
        world.pipeline("notes", LAND_NOTES + TRAIN + EMBED.replace("mode: APPEND", "mode: APPEND\n      version: 2"));
        assertThat(said(world.run("notes"), "embed")).contains("cannot be compared with those of version 2");
        assertThat(world.ask("shop_curated.note_vectors", "SELECT model_version, count(*) FROM t GROUP BY ALL"))
                .containsExactly("1|241");
    }

    @Test
    void a_model_that_gives_vectors_is_no_model_that_says_something() {
        String classes = TRAIN.replace("EMBEDDING", "TEXT_CLASSIFICATION\n      label: subject")
                .replace("SELECT id, note", "SELECT subject, note")
                .replace("      dimensions: 16\n", "")
                .replace("recallAt10: 0.3", "accuracy: 0.1");
        world.pipeline(
                "classes", LAND_NOTES + classes + EMBED.replace("mode: APPEND", "mode: APPEND\n      version: 1"));
        world.drop("a.csv", notes(0, 240));
        assertThat(said(world.run("classes"), "embed"))
                .endsWith("it gives texts no vectors; a stage 'score' keeps what it says");
        world.pipeline(
                "notes",
                LAND_NOTES
                        + TRAIN.replace("meaning", "vectors")
                        + EMBED.replace("meaning", "vectors").replace("    embed:", "    score:"));
        assertThat(said(world.run("notes"), "embed")).endsWith("it gives texts vectors, which a stage 'embed' keeps");
    }

    @Test
    void texts_unlike_those_it_has_learned_from_are_told_or_refused() {
        world.pipeline("notes", LAND_NOTES + TRAIN);
        world.drop("a.csv", notes(0, 240));
        succeeded(world.run("notes"));
        world.pipeline(
                "vectors",
                "stages:\n" + EMBED.replace("    needs: [train]\n", "") + "      drift: {warn: 0.1, fail: 0.5}\n");
        world.drop("b.csv", notes(240, 480).replace(" w", " v"));
        world.pipeline("land", LAND_NOTES);
        succeeded(world.run("land"));
        Run run = world.run("vectors");
        assertThat(said(run, "embed")).contains("are not like those shop_curated.meaning has learned from");
        assertThat(world.ingestion().checks().of(run.id()))
                .filteredOn(result -> !result.passed())
                .extracting(CheckResult::rule)
                .contains("drift of note known words");
        assertThat(world.count("shop_curated.note_vectors")).isZero();
    }

    @Test
    void whoever_does_not_see_the_artifact_cannot_make_vectors_with_it() {
        world.pipeline("notes", LAND_NOTES + TRAIN);
        world.drop("a.csv", notes(0, 240));
        succeeded(world.run("notes"));
        world.policies("""
                profiles: {robots: {}}
                users: {robot: {profiles: robots}}
                guards:
                  secret: {on: {table: shop_curated.meaning, columns: artifact}, mask: {"null": true}}
                """);
        world.pipeline("vectors", "stages:\n" + EMBED.replace("    needs: [train]\n", ""));
        assertThat(said(world.run("vectors"), "embed"))
                .contains("'robot' may not carry out the model shop_curated.meaning: its column 'artifact'");
    }

    @Test
    void a_vector_is_governed_like_its_text_and_like_the_model() {
        world.pipeline("notes", LAND_NOTES);
        world.drop("a.csv", notes(0, 240));
        succeeded(world.run("notes"));
        world.policies("""
                profiles: {analyst: {}, scientist: {}, maker: {}, robots: {}}
                users: {ana: {profiles: analyst}, sci: {profiles: scientist}, max: {profiles: maker}, robot: {profiles: robots}}
                tags: {pii: [none, high], learned: [yes]}
                assignments:
                  - {table: shop_raw.notes, columns: {pii=high: [note], pii=none: [id, subject]}}
                grants:
                  - {to: {profile: analyst}, allow: [SELECT, DESCRIBE], on: {tablesTagged: {pii: none}}}
                  - {to: {profile: scientist}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_curated}}
                  - {to: {profile: maker}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_curated}}
                guards:
                  texts: {on: {columnsTagged: {pii: high}}, mask: {redact: true}, except: [robots, maker]}
                """);
        world.pipeline("notes", LAND_NOTES + TRAIN);
        succeeded(world.run("notes"));
        world.policies("""
                profiles: {analyst: {}, scientist: {}, maker: {}, robots: {}}
                users: {ana: {profiles: analyst}, sci: {profiles: scientist}, max: {profiles: maker}, robot: {profiles: robots}}
                tags: {pii: [none, high], learned: ["yes"]}
                assignments:
                  - {table: shop_raw.notes, columns: {pii=high: [note], pii=none: [id, subject]}}
                  - {table: shop_curated.meaning, columns: {learned=yes: [artifact]}}
                grants:
                  - {to: {profile: analyst}, allow: [SELECT, DESCRIBE], on: {tablesTagged: {pii: none}}}
                  - {to: {profile: scientist}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_curated}}
                  - {to: {profile: maker}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_curated}}
                guards:
                  texts: {on: {columnsTagged: {pii: high}}, mask: {redact: true}, except: [robots, maker]}
                  learned: {on: {columnsTagged: {learned: "yes"}}, hide: true, except: [robots, scientist]}
                """);
        world.pipeline("vectors", "stages:\n" + EMBED.replace("    needs: [train]\n", ""));
        succeeded(world.run("vectors"));

        for (String column : List.of("embedding", "model_version")) {
            assertThat(world.seen("ana", "SELECT %s FROM shop_curated.note_vectors".formatted(column)))
                    .singleElement()
                    .asString()
                    .startsWith("refused");
        }
        assertThat(world.seen("sci", "SELECT count(*), count(embedding) FROM shop_curated.note_vectors"))
                .as("masked like the texts")
                .containsExactly("241|0");
        assertThat(world.seen("max", "SELECT embedding FROM shop_curated.note_vectors"))
                .as("hidden like the model")
                .singleElement()
                .asString()
                .startsWith("refused");
        assertThat(world.seen("robot", "SELECT count(embedding) FROM shop_curated.note_vectors"))
                .containsExactly("240");
    }

    private static final String SEARCH = """
            SELECT id FROM TABLE(vector_search(
                input => TABLE(shop_curated.note_vectors), column => DESCRIPTOR(embedding), query => '%s', k => 5))
            """;

    @Test
    void a_text_is_looked_for_by_the_version_that_made_the_vectors_if_one_may_use_it() {
        world.pipeline("notes", LAND_NOTES + TRAIN + EMBED + INDEX);
        world.drop("a.csv", notes(0, 480));
        succeeded(world.run("notes"));
        String people = """
                profiles: {whole: {}, part: {}, masked: {}, blind: {}, modelless: {}, robots: {}}
                users: {who: {profiles: whole}, par: {profiles: part}, mas: {profiles: masked}, bli: {profiles: blind}, mod: {profiles: modelless}, out: {}, robot: {profiles: robots}}
                grants:
                  - {to: {profile: whole}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_curated}}
                  - {to: {profile: part}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_curated}}
                  - {to: {profile: masked}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_curated}}
                  - {to: {profile: blind}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_curated}}
                  - {to: {profile: modelless}, allow: [SELECT, DESCRIBE], on: {table: shop_curated.note_vectors}}
                guards:
                  some: {on: {table: shop_curated.note_vectors}, rows: "id LIKE '%9'", except: [whole, masked, blind, modelless, robots]}
                  none: {on: {table: shop_curated.note_vectors, columns: embedding}, mask: {"null": true}, except: [whole, part, blind, modelless, robots]}
                  hidden: {on: {table: shop_curated.note_vectors, columns: embedding}, hide: true, except: [whole, part, masked, modelless, robots]}
                """;
        world.policies(people);
        String text = word(7, 1) + " " + word(7, 2) + " and whatever";
        assertThat(world.seen("who", SEARCH.formatted(text))).hasSize(5).allMatch(id -> Integer.parseInt(id) % 12 == 7);
        assertThat(world.seen("par", SEARCH.formatted(text)))
                .as("the nearest of those that one sees")
                .hasSize(5)
                .allMatch(id -> id.endsWith("9"))
                .anyMatch(id -> Integer.parseInt(id) % 12 == 7);
        List<String> nobody = world.seen("mod", SEARCH.formatted(text));
        assertThat(nobody)
                .singleElement()
                .asString()
                .contains("cannot be searched by a text")
                .doesNotContain("meaning");
        assertThat(world.seen("mas", SEARCH.formatted(text))).isEqualTo(nobody);
        assertThat(world.seen("bli", SEARCH.formatted(text)))
                .as("refused as with a vector")
                .isEqualTo(world.seen("bli", SEARCH.formatted(text).replace("'" + text + "'", "ARRAY[1, 2]")));
        assertThat(world.seen("out", SEARCH.formatted(text)))
                .isEqualTo(world.seen("out", SEARCH.formatted(text).replace("note_vectors", "no_vectors")).stream()
                        .map(line -> line.replace("no_vectors", "note_vectors"))
                        .toList());
        assertThat(world.seen("who", SEARCH.formatted("nobody knows that")))
                .singleElement()
                .asString()
                .contains("knows no word of it");
        assertThat(world.seen("who", SEARCH.formatted(text).replace("TABLE(shop", "TABLE(SELECT * FROM shop")))
                .singleElement()
                .asString()
                .contains("in a column of a table itself");

        // Another version comes into use, and the vectors stay those of the first.
        world.drop("b.csv", notes(480, 720));
        succeeded(world.run("notes"));
        assertThat(world.ask("shop_curated.meaning", "SELECT max(version) FROM t WHERE stage = 'champion'"))
                .containsExactly("2");
        assertThat(world.seen("who", SEARCH.formatted(text))).hasSize(5).allMatch(id -> Integer.parseInt(id) % 12 == 7);
        world.policies(
                people
                        + "  model: {on: {table: shop_curated.meaning, columns: artifact}, hide: true, except: [part, robots]}\n");
        assertThat(world.seen("who", SEARCH.formatted(text))).isEqualTo(nobody);
        world.policies(
                people
                        + "  versions: {on: {table: shop_curated.note_vectors, columns: model_version}, hide: true, except: [part, robots]}\n");
        assertThat(world.seen("who", SEARCH.formatted(text))).isEqualTo(nobody);
    }

    @Test
    void a_process_that_dies_leaves_each_text_one_vector() {
        world.pipeline("notes", LAND_NOTES + TRAIN + EMBED);
        world.drop("first.csv", notes(0, 120));
        succeeded(world.run("notes"));
        List<String> deadly =
                List.of("train/written", "embed/begun", "embed/intended", "embed/written", "embed/committed");
        for (int i = 0; i < deadly.size(); i++) {
            String step = deadly.get(i);
            IngestionWorld.Death death = world.dyingAt(step);
            world.drop("f" + i + ".csv", notes(1000 + i * 60, 1060 + i * 60));
            UUID run = death.of("notes");
            world.restart(_ -> {}).start();
            succeeded(world.await(run));
            int rows = 121 + (i + 1) * 61;
            assertThat(
                            world.ask(
                                    "shop_curated.note_vectors",
                                    "SELECT count(*), count(DISTINCT id || note), min(model_version), max(model_version) FROM t"))
                    .as(step)
                    .containsExactly(rows + "|" + rows + "|1|1");
        }
    }
}

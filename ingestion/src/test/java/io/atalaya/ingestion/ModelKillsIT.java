package io.atalaya.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Examples come, of which a model is made anew each time, and letters, which one that does not change tells apart, each
 * once.
 */
class ModelKillsIT extends KillsContract {
    private int letters;

    @Override
    protected int everyDay() {
        return 3;
    }

    @Override
    protected String pipeline() {
        return """
                stages:
                  - name: examples
                    extract: {folder: drop, files: "examples*.csv", format: CSV, target: shop_raw.examples, settle: 1ms, columns: [id, about, letter]}
                  - name: letters
                    extract: {folder: drop, files: "letters*.csv", format: CSV, target: shop_raw.letters, settle: 1ms, columns: [id, about, letter]}
                  - name: known
                    needs: [examples]
                    train:
                      task: TEXT_CLASSIFICATION
                      text: SELECT DISTINCT letter, about FROM shop_raw.examples WHERE about IS NOT NULL
                      model: shop_curated.topic
                      label: about
                      texts: [letter]
                      seed: 42
                      promote: {atLeast: {accuracy: 0.8}}
                  - name: learn
                    needs: [letters]
                    train:
                      task: TEXT_CLASSIFICATION
                      text: SELECT DISTINCT letter, about FROM shop_raw.letters WHERE about IS NOT NULL
                      model: shop_curated.newest
                      label: about
                      texts: [letter]
                      seed: 42
                  - name: score
                    needs: [known, letters]
                    score:
                      model: shop_curated.topic
                      text: SELECT id, letter FROM shop_raw.letters
                      mode: APPEND
                      target: shop_curated.topics
                      columns: {label: topic}
                      review: {below: 0.6}
                """;
    }

    @Override
    protected List<String> steps() {
        return List.of(
                "letters/committed",
                "learn/read",
                "learn/trained",
                "learn/begun",
                "learn/intended",
                "learn/written",
                "learn/committed",
                "learn/done",
                "score/begun",
                "score/intended",
                "score/written",
                "score/committed",
                "score/done",
                "ending");
    }

    /** What never changes is there before anything is killed. */
    @Override
    protected void awaitListening(IngestionWorld world) {
        for (String which : List.of("killed", "undisturbed")) {
            drop(which, "examples.csv", ModelContract.letters(0, 300));
        }
        happens();
        assertThat(world.run(FLOW).stage("known").message().orElse("")).contains("in use");
    }

    @Override
    protected void happens() {
        int from = letters;
        letters += random.nextInt(5, 40);
        for (String which : List.of("killed", "undisturbed")) {
            drop(which, "letters%06d.csv".formatted(from), ModelContract.letters(1000 + from, 1000 + letters));
        }
    }

    private void drop(String which, String name, String text) {
        try {
            Path drop = Files.createDirectories(folder(which).resolve("workspace/drop"));
            Path whole = Files.writeString(drop.resolve("next.part"), text);
            Files.move(whole, drop.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected List<String> rows(IngestionWorld world) {
        assertThat(world.ask("shop_curated.newest", """
                        SELECT count(*) = count(DISTINCT training_snapshots), count(*) = count(DISTINCT version), count(*) = max(version)
                        FROM t"""))
                .as("nothing is learned twice, and no version is missing")
                .containsExactly("true|true|true");
        List<String> all = new ArrayList<>();
        all.addAll(world.ask("shop_curated.topic", "SELECT version, stage, artifact FROM t"));
        all.addAll(world.ask("shop_curated.newest", "SELECT artifact FROM t ORDER BY version DESC LIMIT 1"));
        all.addAll(world.ask("shop_curated.topics", "SELECT * FROM t ORDER BY ALL"));
        all.addAll(world.ask("shop_curated.topics_review", "SELECT * FROM t ORDER BY ALL"));
        return all;
    }
}

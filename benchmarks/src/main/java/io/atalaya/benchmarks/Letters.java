package io.atalaya.benchmarks;

import io.atalaya.ingestion.run.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Letters about five things, of a hundred words each out of 21,000, in a table of a lakehouse. */
final class Letters {
    private static final String WORDS = """
            SELECT i AS id, 'topic' || (i % 5) AS topic, translate(list_aggregate(list_transform(range(100), lambda w:
                CASE WHEN hash(i, w, 1) % 10 < 2 THEN 't' || (i % 5) || 'x' || (hash(i, w, 2) % 200)
                ELSE 'w' || CAST(floor(20000 * pow((hash(i, w, 3) % 1000000) / 1e6, 3)) AS INT) END), 'string_agg', ' '), '0123456789', 'abcdefghij') AS letter
            FROM range(""";

    private final LoadedLake lake;
    private final Path folder;

    Letters(LoadedLake lake, Path folder) {
        this.lake = lake;
        this.folder = folder;
    }

    /** Loads so many into {@code bench.letters}. */
    void load(long rows) throws Exception {
        Path drop = Files.createDirectories(folder.resolve("workspaces/letters/drop"));
        lake.duck("COPY (" + WORDS + rows + ") r(i)) TO '" + drop.resolve("letters.csv") + "' (FORMAT csv, HEADER)");
        lake.pipeline("letters", """
                stages:
                  - name: land
                    extract: {folder: drop, format: CSV, target: bench.letters, columns: [id, topic, letter]}
                """);
        Run run = lake.run("letters");
        if (run.stage("land").rowsOut() != rows) {
            throw new IllegalStateException(run.toString());
        }
    }

    /** What to learn from. */
    static String select(long rows) {
        return "SELECT topic, letter FROM bench.letters WHERE CAST(id AS bigint) < " + rows;
    }

    /** Makes a pipeline of that name with a stage that trains on so many letters. */
    void training(String name, String model, long rows, int folds) throws Exception {
        lake.pipeline(name, """
                stages:
                  - name: learn
                    train:
                      task: TEXT_CLASSIFICATION
                      text: %s
                      model: bench.%s
                      label: topic
                      texts: [letter]
                      evaluate: {folds: %d}
                """.formatted(select(rows), model, folds));
    }

    /** The first letters, each as a row of cells. */
    List<List<String>> cells(long rows) throws Exception {
        List<List<String>> cells = new ArrayList<>();
        for (List<String> row : lake.ask("bench.letters", "SELECT letter FROM t WHERE CAST(id AS bigint) < " + rows)) {
            cells.add(row);
        }
        return cells;
    }
}

package io.atalaya.benchmarks;

import io.atalaya.models.Scorer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A stage that scores the letters of a table into another, which gets what was said of them and not the letters, from the
 * request to the end of its run, against the same model asked by as many threads about the same letters, which are in memory, with nothing done with the answers.
 *
 * <p>Arguments: rows (100000), turns (5).
 */
public final class Scoring {
    private static final int LEARNED = 5_000;

    private Scoring() {}

    public static void main(String[] arguments) throws Exception {
        long rows = arguments.length > 0 ? Long.parseLong(arguments[0]) : 100_000;
        int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        int threads = Runtime.getRuntime().availableProcessors();
        try (Folders folders = Folders.of(arguments, 3);
                LoadedLake lake = LoadedLake.open(folders.path());
                ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            Letters letters = new Letters(lake, folders.path());
            letters.load(rows);
            letters.training("learning", "topic", LEARNED, 2);
            lake.run("learning");
            lake.ask("bench.topic", "SELECT metrics, stage FROM t").forEach(System.out::println);
            List<List<@Nullable String>> cells = new ArrayList<>(letters.cells(rows));
            try (Scorer scorer = Scorer.open(lake.bytes("bench.topic", "SELECT artifact FROM t"))) {
                int[] turn = {0};
                double ratio = new Duel()
                        .compare("scoring %,d letters".formatted(rows), turns, () -> bare(pool, scorer, cells), () -> {
                            lake.pipeline("telling", """
                                            stages:
                                              - name: tell
                                                score:
                                                  model: bench.topic
                                                  version: 1
                                                  text: SELECT id, letter, %d AS turn FROM bench.letters
                                                  mode: OVERWRITE
                                                  target: bench.told
                                                  exclude: [letter]
                                            """.formatted(turn[0]++));
                            lake.run("telling");
                        });
                System.out.printf(Locale.ROOT, "of the bare library's rows a second: %.2f%n", 1 / ratio);
            }
        }
    }

    private static void bare(ExecutorService pool, Scorer scorer, List<List<@Nullable String>> cells) throws Exception {
        List<Future<?>> asked = new ArrayList<>();
        for (int from = 0; from < cells.size(); from += 2048) {
            List<List<@Nullable String>> some = cells.subList(from, Math.min(cells.size(), from + 2048));
            asked.add(pool.submit(() -> scorer.score(some)));
        }
        for (Future<?> one : asked) {
            one.get();
        }
    }
}

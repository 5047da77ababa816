package io.atalaya.benchmarks;

import io.atalaya.models.Scorer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * A stage that scores the letters of a table into another, which gets what was said of them and not the letters, from the
 * request to the end of its run, against the same model asked by as many threads: once by a program that reads the same
 * files and writes one with the same columns, without a catalog, and once about letters that are in memory, with nothing
 * done with the answers.
 *
 * <p>Arguments: rows (100000), turns (5).
 */
public final class Scoring {
    private static final int LEARNED = 5_000;
    private static final int TOGETHER = 2_048;
    private static final int AHEAD = 8;

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
            Path file = folders.path().resolve("told.parquet");
            try (Scorer scorer = Scorer.open(lake.bytes("bench.topic", "SELECT artifact FROM t"))) {
                // What was scored once is not scored again, so each run is of a pipeline of its own; applying them is
                // no part of it.
                for (int turn = 0; turn < 2 * (turns + 2); turn++) {
                    apply(lake, turn);
                }
                int[] turn = {0};
                Duel.Work stage = () -> lake.run("telling" + turn[0]++);
                compare("a program", rows, turns, () -> program(lake, pool, scorer, file), stage);
                List<List<@Nullable String>> cells = new ArrayList<>(letters.cells(rows));
                compare("the model alone", rows, turns, () -> bare(pool, scorer, cells), stage);
            }
        }
    }

    private static void compare(String with, long rows, int turns, Duel.Work theirs, Duel.Work ours) throws Exception {
        double ratio = new Duel().compare("scoring %,d letters against %s".formatted(rows, with), turns, theirs, ours);
        System.out.printf(Locale.ROOT, "of the rows a second of %s: %.2f%n", with, 1 / ratio);
    }

    private static void apply(LoadedLake lake, int turn) throws Exception {
        lake.pipeline("telling" + turn, """
                        stages:
                          - name: tell
                            score:
                              model: bench.topic
                              version: 1
                              text: SELECT id, letter, %d AS turn FROM bench.letters
                              mode: OVERWRITE
                              target: bench.told
                              exclude: [letter]
                        """.formatted(turn));
    }

    /** Letters that are asked about, and what is said of them once it is. */
    private record Asked(List<String> ids, Future<Scorer.Scores> said) {}

    /** Reads on one thread, asks on as many as there are processors, and writes in the order it has read. */
    private static void program(LoadedLake lake, ExecutorService pool, Scorer scorer, Path file) throws Exception {
        try (DuckDBConnection reading = lake.lakehouse().duckWriter().connect();
                DuckDBConnection writing = lake.lakehouse().duckWriter().connect();
                Statement reader = reading.createStatement();
                Statement writer = writing.createStatement()) {
            writer.execute("CREATE TEMP TABLE told (id VARCHAR, turn INTEGER, prediction VARCHAR, confidence DOUBLE,"
                    + " model_version BIGINT)");
            Queue<Asked> asked = new ArrayDeque<>();
            try (ResultSet row = reader.executeQuery(lake.over("bench.letters", "SELECT id, letter FROM t"));
                    DuckDBAppender told = writing.createAppender("temp", "main", "told")) {
                boolean more = row.next();
                while (more) {
                    List<String> ids = new ArrayList<>(TOGETHER);
                    List<List<@Nullable String>> cells = new ArrayList<>(TOGETHER);
                    for (; more && ids.size() < TOGETHER; more = row.next()) {
                        ids.add(row.getString(1));
                        List<@Nullable String> one = new ArrayList<>(1);
                        one.add(row.getString(2));
                        cells.add(one);
                    }
                    asked.add(new Asked(ids, pool.submit(() -> scorer.score(cells))));
                    if (asked.size() > AHEAD) {
                        put(asked.remove(), scorer.classes(), told);
                    }
                }
                while (!asked.isEmpty()) {
                    put(asked.remove(), scorer.classes(), told);
                }
            }
            Files.deleteIfExists(file);
            writer.execute("COPY told TO '" + file + "' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)");
        }
    }

    private static void put(Asked asked, List<String> classes, DuckDBAppender told) throws Exception {
        Scorer.Scores scores = asked.said().get();
        for (int i = 0; i < asked.ids().size(); i++) {
            told.beginRow()
                    .append(asked.ids().get(i))
                    .append(1)
                    .append(classes.get(scores.classes()[i]))
                    .append((double) scores.values()[i])
                    .append(1L)
                    .endRow();
        }
    }

    private static void bare(ExecutorService pool, Scorer scorer, List<List<@Nullable String>> cells) throws Exception {
        List<Future<?>> asked = new ArrayList<>();
        for (int from = 0; from < cells.size(); from += TOGETHER) {
            List<List<@Nullable String>> some = cells.subList(from, Math.min(cells.size(), from + TOGETHER));
            asked.add(pool.submit(() -> scorer.score(some)));
        }
        for (Future<?> one : asked) {
            one.get();
        }
    }
}

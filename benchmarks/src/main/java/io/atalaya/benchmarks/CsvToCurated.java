package io.atalaya.benchmarks;

import io.atalaya.ingestion.run.StageRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A dropped CSV file through a pipeline of two stages, one that lands it as text and one whose SQL makes typed, partitioned
 * rows of that, against DuckDB alone doing the same two with the same SQL: a COPY of the file as text, and a COPY of the
 * SELECT over what that wrote. In turns, in one run, with the same threads, memory and compression. Beside it DuckDB's
 * shortest way, one COPY of the SELECT over the file, which keeps nothing as it was delivered.
 *
 * <p>The pipeline is timed as a whole, from the request to the end of the run, with keeping, hashing, quarantine and
 * flushing; COPY flushes nothing.
 *
 * <p>Arguments: rows (5000000), turns (5), folder (a temporary one).
 */
public final class CsvToCurated {
    private static final String CURATE = """
            SELECT CAST(id AS bigint) AS id, CAST(customer AS integer) AS customer, lower(trim(product)) AS product, state, \
            CAST(price AS decimal(12, 2)) AS price, CAST(quantity AS integer) AS quantity, \
            CAST(price AS decimal(12, 2)) * CAST(quantity AS integer) AS amount, CAST(rate AS double) AS rate, \
            CAST(day AS date) AS day, CAST("at" AS timestamp) AS sold_at, note FROM %s \
            WHERE quantity <> '0' AND price IS NOT NULL""";

    private static final String PARQUET =
            "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 10000";

    /** Turns before it counts, after which the machine code of a service that has run for a while is there. */
    private static final int WARM_UP = 2;

    private CsvToCurated() {}

    private record Turn(double both, double shortest, double ours) {}

    public static void main(String[] arguments) throws Exception {
        long rows = arguments.length > 0 ? Long.parseLong(arguments[0]) : 5_000_000;
        int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        List<Turn> measured = new ArrayList<>();
        try (Folders folder = Folders.of(arguments, 2);
                LoadedLake lake = LoadedLake.open(folder.path())) {
            Path csv = folder.path().resolve("rows.csv");
            lake.duck("COPY (" + BulkLoad.rows(rows) + ") TO '" + csv + "' (FORMAT csv, HEADER)");
            System.out.printf(Locale.ROOT, "%,d rows, %,d bytes of CSV%n", rows, Files.size(csv));
            for (int turn = 0; turn < WARM_UP + turns; turn++) {
                double ours = turn % 2 == 0 ? piped(lake, folder.path(), csv, turn) : 0;
                double both = both(lake, folder.path(), csv);
                double shortest = shortest(lake, folder.path(), csv);
                Turn one = new Turn(both, shortest, ours > 0 ? ours : piped(lake, folder.path(), csv, turn));
                System.out.printf(
                        Locale.ROOT,
                        "%s: pipeline %,.0f rows/s, DuckDB in two steps %,.0f, in one %,.0f%n",
                        turn < WARM_UP ? "warm-up" : "turn " + (turn - WARM_UP + 1),
                        rows / one.ours(),
                        rows / one.both(),
                        rows / one.shortest());
                if (turn >= WARM_UP) {
                    measured.add(one);
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "medians of the ratios of rows per second: to two steps %.2f, to one %.2f%n",
                MessagesToTable.median(
                        measured.stream().map(one -> one.both() / one.ours()).toList()),
                MessagesToTable.median(measured.stream()
                        .map(one -> one.shortest() / one.ours())
                        .toList()));
        System.exit(0);
    }

    private static double piped(LoadedLake lake, Path folder, Path csv, int turn) throws Exception {
        String name = "turn" + turn;
        Path drop = Files.createDirectories(folder.resolve("workspaces/" + name + "/drop"));
        Path dropped = Files.copy(csv, drop.resolve("rows.csv"));
        LoadedLake.flush(dropped);
        Files.setLastModifiedTime(dropped, FileTime.from(Instant.now().minusSeconds(60)));
        lake.pipeline(name, """
                stages:
                  - name: land
                    extract: {folder: drop, format: CSV, target: bench.raw_%s}
                  - name: curate
                    needs: [land]
                    sql:
                      text: %s
                      mode: APPEND
                      target: bench.%s
                      partitioning: [year(day)]
                """.formatted(name, CURATE.formatted("bench.raw_" + name), name));
        long started = System.nanoTime();
        var run = lake.run(name);
        double seconds = (System.nanoTime() - started) / 1e9;
        if (run.stage("curate").rowsOut() == 0) {
            throw new IllegalStateException(run.toString());
        }
        System.out.printf(
                Locale.ROOT,
                "  pipeline: landing %.2f s, curating %.2f s, of %.2f%n",
                seconds(run.stage("land")),
                seconds(run.stage("curate")),
                seconds);
        lake.forget(name, List.of("raw_" + name, name), dropped);
        return seconds;
    }

    private static double seconds(StageRun stage) {
        return Duration.between(stage.startedAt().orElseThrow(), stage.endedAt().orElseThrow())
                        .toMillis()
                / 1e3;
    }

    private static double both(LoadedLake lake, Path folder, Path csv) throws Exception {
        Path raw = folder.resolve("raw.parquet");
        long started = System.nanoTime();
        lake.duck("COPY (SELECT * FROM read_csv('" + csv + "', header = true, all_varchar = true)) TO '" + raw + "' "
                + PARQUET + ")");
        double landed = (System.nanoTime() - started) / 1e9;
        lake.duck(curated("'" + raw + "'", folder));
        double seconds = (System.nanoTime() - started) / 1e9;
        System.out.printf(Locale.ROOT, "  DuckDB: landing %.2f s, curating %.2f s%n", landed, seconds - landed);
        LoadedLake.flush(raw);
        return seconds;
    }

    private static double shortest(LoadedLake lake, Path folder, Path csv) throws Exception {
        long started = System.nanoTime();
        lake.duck(curated("read_csv('" + csv + "', header = true, all_varchar = true)", folder));
        return (System.nanoTime() - started) / 1e9;
    }

    private static String curated(String from, Path folder) {
        return "COPY (SELECT *, year(day) AS day_year FROM (" + CURATE.formatted(from) + ")) TO '"
                + folder.resolve("curated") + "' " + PARQUET + ", PARTITION_BY (day_year), OVERWRITE_OR_IGNORE true)";
    }
}

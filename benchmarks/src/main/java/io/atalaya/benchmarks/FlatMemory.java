package io.atalaya.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What memory a load takes at most, and one of ten times the rows: a dropped CSV file through a pipeline that lands it and
 * curates it. Each load is a process of its own with the same settings, a heap of 512 MiB and 1 GiB for the engine; what counts
 * is the peak of all the memory the process had at once (VmHWM), not only its heap.
 *
 * <p>Arguments: rows of the smaller load (2000000), folder (a temporary one).
 */
public final class FlatMemory {
    private FlatMemory() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 3) {
            load(Path.of(arguments[0]), Path.of(arguments[1]), Long.parseLong(arguments[2]));
            System.exit(0);
        }
        long rows = arguments.length > 0 ? Long.parseLong(arguments[0]) : 2_000_000;
        try (Folders folder = Folders.of(arguments, 1)) {
            double[] peaks = new double[2];
            for (int turn = 0; turn < 2; turn++) {
                long count = turn == 0 ? rows : rows * 10;
                Path csv = folder.path().resolve("rows-" + count + ".csv");
                run(folder.path().resolve("made-" + count), csv, -count);
                peaks[turn] = run(folder.path().resolve("lake-" + count), csv, count);
                System.out.printf(Locale.ROOT, "%,d rows: %.0f MiB at most%n", count, peaks[turn]);
            }
            System.out.printf(Locale.ROOT, "ten times the rows take %.2f of the memory%n", peaks[1] / peaks[0]);
        }
    }

    /** Returns the peak of that process in MiB. */
    private static double run(Path folder, Path csv, long rows) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Process process = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FlatMemory.class.getName(),
                        folder.toString(),
                        csv.toString(),
                        Long.toString(rows)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("the load failed: " + said);
        }
        return rows < 0 ? 0 : Double.parseDouble(said.strip().lines().toList().getLast());
    }

    /** In the process of its own: loads the file, or with a negative number of rows only writes it. */
    private static void load(Path folder, Path csv, long rows) throws Exception {
        try (LoadedLake lake = LoadedLake.limited(folder, 1L << 30)) {
            if (rows < 0) {
                lake.duck("COPY (" + BulkLoad.rows(-rows) + ") TO '" + csv + "' (FORMAT csv, HEADER)");
                return;
            }
            Path drop = Files.createDirectories(folder.resolve("workspaces/load/drop"));
            Path dropped = Files.move(csv, drop.resolve("rows.csv"));
            Files.setLastModifiedTime(dropped, FileTime.from(Instant.now().minusSeconds(60)));
            lake.pipeline("load", """
                    stages:
                      - name: land
                        extract: {folder: drop, format: CSV, target: bench.landed}
                      - name: curate
                        needs: [land]
                        sql:
                          text: SELECT CAST(id AS bigint) AS id, product, CAST(price AS decimal(12, 2)) AS price, CAST(day AS date) AS day, note FROM bench.landed
                          mode: APPEND
                          target: bench.curated
                    """);
            var run = lake.run("load");
            if (run.stage("curate").rowsOut() != rows) {
                throw new IllegalStateException(run.toString());
            }
            System.out.println(peak());
        }
    }

    private static double peak() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(Path.of("/proc/self/status")));
        String line = lines.stream()
                .filter(one -> one.startsWith("VmHWM:"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
    }
}

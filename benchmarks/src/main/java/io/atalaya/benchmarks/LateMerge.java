package io.atalaya.benchmarks;

import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;

/**
 * One hundredth as many rows as a table has, half of which replace rows of it, through a stage that merges by key with a
 * window of three days, against DuckDB alone writing anew just the files that have such rows: it is told which, and does
 * what cannot be left out, with the same threads and memory, the same compression and one file for each day, and brings
 * them to disk. In turns, in one run. The stage is timed as a whole, from the request to the end of the run: it reads what is new of its input, finds
 * the window and the files, decides which row is the newest, commits and flushes.
 *
 * <p>Arguments: rows of the table (50000000), turns (3), folder (a temporary one).
 */
public final class LateMerge {
    private static final int DAYS = 50;
    private static final int WINDOW = 3;
    private static final TableIdentifier TARGET = TableIdentifier.of("bench", "pings");
    private static final TableIdentifier INPUT = TableIdentifier.of("bench", "delivered");
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.optional(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "fixed_at", Types.TimestampType.withoutZone()),
            Types.NestedField.optional(3, "device", Types.IntegerType.get()),
            Types.NestedField.optional(4, "latitude", Types.DoubleType.get()),
            Types.NestedField.optional(5, "longitude", Types.DoubleType.get()),
            Types.NestedField.optional(6, "state", Types.StringType.get()),
            Types.NestedField.optional(7, "delivered_at", Types.TimestampType.withoutZone()));

    private LateMerge() {}

    public static void main(String[] arguments) throws Exception {
        long rows = arguments.length > 0 ? Long.parseLong(arguments[0]) : 50_000_000;
        int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        List<Double> ratios = new ArrayList<>();
        try (Folders folder = Folders.of(arguments, 2);
                LoadedLake lake = LoadedLake.open(folder.path())) {
            fill(lake, rows / DAYS);
            lake.pipeline("late", """
                    stages:
                      - name: merge
                        sql:
                          text: SELECT * FROM bench.delivered
                          mode: MERGE
                          key: [id, fixed_at]
                          order: delivered_at
                          window: {column: fixed_at, length: %dd, late: bench.too_late}
                          target: bench.pings
                    """.formatted(WINDOW));
            Path delivered = folder.path().resolve("delivered.parquet");
            for (int turn = 0; turn <= turns; turn++) {
                lake.duck("COPY (" + late(rows / DAYS, rows / 100, turn) + ") TO '" + delivered + "' (FORMAT parquet)");
                lake.lakehouse()
                        .writer()
                        .append(
                                INPUT,
                                RowSource.of("SELECT * FROM read_parquet('" + delivered + "')"),
                                CommitProperties.once("delivery " + turn));
                double theirs = 0;
                double ours = 0;
                for (int half = 0; half < 2; half++) {
                    // Rows that were merged are rows to replace in the next turn only, or theirs would have others than
                    // ours.
                    if ((turn + half) % 2 == 0) {
                        theirs = rewritten(lake, folder.path().resolve("rewritten-" + turn), delivered);
                    } else {
                        ours = merged(lake);
                    }
                }
                System.out.printf(
                        Locale.ROOT,
                        "%s: merge %.2f s, only rewriting %.2f s, ratio %.2f%n",
                        turn == 0 ? "warm-up" : "turn " + turn,
                        ours,
                        theirs,
                        ours / theirs);
                if (turn > 0) {
                    ratios.add(ours / theirs);
                }
            }
        }
        System.out.printf(Locale.ROOT, "median of the ratios: %.2f%n", MessagesToTable.median(ratios));
        System.exit(0);
    }

    private static void fill(LoadedLake lake, long daily) {
        var catalog = lake.lakehouse().catalog();
        catalog.createTable(
                TARGET, SCHEMA, PartitionSpec.builderFor(SCHEMA).day("fixed_at").build());
        catalog.createTable(INPUT, SCHEMA);
        for (int day = 0; day < DAYS; day++) {
            lake.lakehouse()
                    .writer()
                    .append(
                            TARGET,
                            RowSource.of(select("i", day(Integer.toString(day)), "range(" + daily + ") r(i)", 0)),
                            CommitProperties.once("day " + day));
        }
    }

    private static String day(String day) {
        return "TIMESTAMP '2026-01-01' + INTERVAL (" + day + ") DAY";
    }

    /** The time of a row within its day follows from its number, so that it has the same key each time. */
    private static String select(String number, String day, String from, int delivery) {
        return "SELECT " + number + " AS id, " + day + " + INTERVAL (hash(" + number
                + ") % 86400) SECOND AS fixed_at, (hash(" + number
                + ", 1) % 20000)::INT AS device, 39 + (hash(i, 2) % 2000000) / 1e6 AS latitude, 116 + (hash(i, 3) % 2000000) / 1e6"
                + " AS longitude, chr((65 + hash(i, 4) % 26)::INT) AS state, TIMESTAMP '2026-03-01' + INTERVAL "
                + delivery
                + " DAY AS delivered_at FROM " + from;
    }

    /** Rows of the last days: those with even numbers are in the table already, the others are not. */
    private static String late(long daily, long count, int turn) {
        String number = "CASE WHEN i % 2 = 0 THEN (hash(i, 5) % " + daily + ")::BIGINT ELSE " + daily + " + " + turn
                + " * " + count + " + i END";
        return "SELECT DISTINCT ON (id, fixed_at) * FROM ("
                + select(
                        "n",
                        day((DAYS - WINDOW) + " + i % " + WINDOW),
                        "(SELECT i, " + number + " AS n FROM range(" + count + ") r(i))",
                        turn + 1)
                + ")";
    }

    private static double merged(LoadedLake lake) throws InterruptedException {
        long started = System.nanoTime();
        var run = lake.run("late");
        double seconds = (System.nanoTime() - started) / 1e9;
        if (run.stage("merge").rowsOut() == 0 || run.stage("merge").rowsRejected() > 0) {
            throw new IllegalStateException(run.toString());
        }
        return seconds;
    }

    /** How many seconds DuckDB takes for the files of the days that the delivered rows are of. */
    private static double rewritten(LoadedLake lake, Path into, Path delivered) throws SQLException, IOException {
        Table table = lake.lakehouse().catalog().loadTable(TARGET);
        String first = LocalDate.of(2026, 1, 1).plusDays(DAYS - WINDOW) + "T00:00:00";
        List<String> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan()
                .filter(Expressions.greaterThanOrEqual("fixed_at", first))
                .planFiles()) {
            for (FileScanTask task : tasks) {
                String location = task.file().location();
                files.add("'"
                        + (location.startsWith("file:") ? URI.create(location).getPath() : location) + "'");
            }
        }
        long started = System.nanoTime();
        lake.duck("""
                CREATE TEMP TABLE late AS SELECT * FROM read_parquet('%s');
                COPY (SELECT *, CAST(fixed_at AS DATE) AS day FROM (
                    SELECT * FROM read_parquet([%s]) ANTI JOIN late USING (id, fixed_at) UNION ALL BY NAME SELECT * FROM late))
                TO '%s' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 10000, PARTITION_BY (day))
                """.formatted(delivered, String.join(", ", files), into));
        try (Stream<Path> written = Files.walk(into)) {
            for (Path file : written.filter(Files::isRegularFile).toList()) {
                LoadedLake.flush(file);
            }
        }
        return (System.nanoTime() - started) / 1e9;
    }
}

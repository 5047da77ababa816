package io.atalaya.benchmarks;

import io.atalaya.benchmarks.LoadedLake.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * A dropped CSV file through a pipeline's extract stage to a committed Iceberg table, against DuckDB's own COPY of the same
 * file to Parquet, in turns, in one run, with the same threads and memory.
 *
 * <p>DuckDB copies it twice: as text, which is what the pipeline writes, and with the types that it detects. The pipeline
 * is timed as a whole, from the request to the end of the run: the file is hashed, kept as delivered and flushed, five
 * columns are added that say where a row comes from, and what is written is flushed too. COPY flushes nothing; what it
 * leaves to be written is brought to disk between the turns, and so is the dropped file.
 *
 * <p>Arguments: rows (5000000), turns (5), folder (a temporary one).
 */
public final class BulkLoad {
    /** Of a table of sales. */
    static final Schema SCHEMA = new Schema(
            Types.NestedField.optional(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "customer", Types.IntegerType.get()),
            Types.NestedField.optional(3, "product", Types.StringType.get()),
            Types.NestedField.optional(4, "state", Types.StringType.get()),
            Types.NestedField.optional(5, "price", Types.DecimalType.of(12, 2)),
            Types.NestedField.optional(6, "quantity", Types.IntegerType.get()),
            Types.NestedField.optional(7, "rate", Types.DoubleType.get()),
            Types.NestedField.optional(8, "day", Types.DateType.get()),
            Types.NestedField.optional(9, "at", Types.TimestampType.withoutZone()),
            Types.NestedField.optional(10, "note", Types.StringType.get()));

    private static final String ROWS = """
            SELECT i AS id, (hash(i) % 1000000)::INT AS customer, 'product ' || (hash(i, 1) % 500) AS product,
                chr((65 + hash(i, 2) % 26)::INT) || chr((65 + hash(i, 3) % 26)::INT) AS state,
                ((hash(i, 4) % 10000000) / 100.0)::DECIMAL(12, 2) AS price, (hash(i, 5) % 20)::INT AS quantity,
                (hash(i, 6) % 1000) / 1000.0::DOUBLE AS rate, DATE '2015-01-01' + (hash(i, 7) % 3650)::INT AS day,
                TIMESTAMP '2015-01-01' + INTERVAL (hash(i, 8) % 315360000) SECOND AS at, md5(i::VARCHAR) AS note
            FROM range(""";

    private BulkLoad() {}

    /** So many sales, as a query. */
    static String rows(long count) {
        return ROWS + count + ") r(i)";
    }

    public static void main(String[] arguments) throws Exception {
        long rows = arguments.length > 0 ? Long.parseLong(arguments[0]) : 5_000_000;
        int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        Path folder = arguments.length > 2 ? Path.of(arguments[2]) : Files.createTempDirectory("bulk-load");
        Files.createDirectories(folder);
        try (LoadedLake lake = LoadedLake.open(folder)) {
            Path csv = folder.resolve("rows.csv");
            lake.duck("COPY (" + rows(rows) + ") TO '" + csv + "' (FORMAT csv, HEADER)");
            System.out.printf(Locale.ROOT, "%,d rows, %,d bytes of CSV%n", rows, Files.size(csv));
            List<Turn> measured = new ArrayList<>();
            for (int turn = 0; turn <= turns; turn++) {
                Turn one = turn(lake, csv, folder.resolve("copy.parquet"), turn, rows);
                if (turn > 0) {
                    measured.add(one);
                    one.print(rows);
                }
            }
            ratios("COPY as text", measured, Turn::text);
            ratios("COPY with detected types", measured, Turn::typed);
        } finally {
            if (arguments.length <= 2) {
                remove(folder);
            }
        }
    }

    private static void ratios(String name, List<Turn> turns, Function<Turn, Times> theirs) {
        System.out.printf(
                Locale.ROOT,
                "medians of the ratios to %s: rows per second %.2f, rows per second of processor %.2f%n",
                name,
                median(turns, one -> theirs.apply(one).whole() / one.ours().whole()),
                median(turns, one -> theirs.apply(one).processor() / one.ours().processor()));
    }

    /** What each took in one turn. */
    private record Turn(Times text, Times typed, Times ours) {
        void print(long rows) {
            System.out.printf(
                    Locale.ROOT,
                    "COPY as text %,.0f rows/s (%.2f s of processor), with types %,.0f (%.2f s); pipeline %,.0f (%.2f s)%n",
                    rows / text.whole(),
                    text.processor(),
                    rows / typed.whole(),
                    typed.processor(),
                    rows / ours.whole(),
                    ours.processor());
        }
    }

    /** Who begins changes from turn to turn. */
    private static Turn turn(LoadedLake lake, Path csv, Path target, int turn, long rows) throws Exception {
        String read = "read_csv('" + csv + "', header = true";
        Times ours = turn % 2 == 0 ? lake.load(csv, "turn" + turn, rows) : null;
        Times text = copy(lake, read + ", all_varchar = true)", target);
        Times typed = copy(lake, read + ")", target);
        return new Turn(text, typed, ours != null ? ours : lake.load(csv, "turn" + turn, rows));
    }

    private static Times copy(LoadedLake lake, String from, Path target) throws Exception {
        double processor = LoadedLake.processorSeconds();
        long started = System.nanoTime();
        lake.duck("COPY (SELECT * FROM " + from + ") TO '" + target + "' (FORMAT parquet, COMPRESSION zstd)");
        Times times = new Times((System.nanoTime() - started) / 1e9, LoadedLake.processorSeconds() - processor);
        LoadedLake.flush(target);
        return times;
    }

    private static double median(List<Turn> turns, ToDoubleFunction<Turn> ratio) {
        return turns.stream().mapToDouble(ratio).sorted().toArray()[turns.size() / 2];
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

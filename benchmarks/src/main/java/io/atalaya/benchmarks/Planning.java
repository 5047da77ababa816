package io.atalaya.benchmarks;

import io.atalaya.lakehouse.read.FileLayout;
import io.atalaya.lakehouse.read.ScanRelation;
import io.atalaya.lakehouse.read.ScanRequest;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;

/**
 * How long it takes to plan a scan of a table of many files: {@code benchmarks/run Planning [files] [folder]}. The files
 * stand in the table's metadata only, in manifests of a thousand. "New" is a condition that was not planned before on
 * this snapshot, "again" one that was.
 */
public final class Planning {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.optional(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "state", Types.StringType.get()),
            Types.NestedField.optional(3, "price", Types.DoubleType.get()));

    private static final long ROWS = 10_000;
    private static final int IN_A_MANIFEST = 1000;
    private static final int TURNS = 50;

    private Planning() {}

    public static void main(String[] arguments) throws Exception {
        int files = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
        try (Folders folder = Folders.of(arguments, 1);
                PreparedLake lake = PreparedLake.open(folder.path())) {
            TableIdentifier name = TableIdentifier.of(PreparedLake.DATABASE, "files");
            if (!lake.has("files")) {
                fill(lake.lakehouse().catalog().createTable(name, SCHEMA), files);
            }
            Table table = lake.lakehouse().catalog().loadTable(name);
            measure(lake, table, "all files, first", 1, _ -> Expressions.alwaysTrue());
            measure(lake, table, "all files, again", TURNS, _ -> Expressions.alwaysTrue());
            measure(lake, table, "one file, new", TURNS, turn -> Expressions.equal("id", turn * ROWS + 5));
            measure(lake, table, "one file, again", TURNS, _ -> Expressions.equal("id", ROWS + 5));
            measure(
                    lake,
                    table,
                    "half of the files, new",
                    TURNS,
                    turn -> Expressions.lessThan("id", ROWS * files / 2 + turn));
            measure(lake, table, "half of the files, again", TURNS, _ -> Expressions.lessThan("id", ROWS * files / 2));
        }
    }

    private static void fill(Table table, int files) {
        for (int from = 0; from < files; from += IN_A_MANIFEST) {
            AppendFiles append = table.newFastAppend();
            for (int file = from; file < Math.min(files, from + IN_A_MANIFEST); file++) {
                append.appendFile(DataFiles.builder(table.spec())
                        .withPath(table.location() + "/data/"
                                + FileLayout.fileName(
                                        table.schema(), UUID.randomUUID().toString()))
                        .withFormat("PARQUET")
                        .withFileSizeInBytes(100_000)
                        .withMetrics(metrics(file))
                        .build());
            }
            append.commit();
        }
    }

    private static Metrics metrics(int file) {
        Map<Integer, Long> each = Map.of(1, ROWS, 2, ROWS, 3, ROWS);
        Map<Integer, Long> none = Map.of(1, 0L, 2, 0L, 3, 0L);
        return new Metrics(
                ROWS,
                each,
                each,
                none,
                Map.of(3, 0L),
                bounds(file * ROWS, "AK", 0.0),
                bounds(file * ROWS + ROWS - 1, "WY", 1e6));
    }

    private static Map<Integer, ByteBuffer> bounds(long id, String state, double price) {
        return Map.of(
                1, Conversions.toByteBuffer(Types.LongType.get(), id),
                2, Conversions.toByteBuffer(Types.StringType.get(), state),
                3, Conversions.toByteBuffer(Types.DoubleType.get(), price));
    }

    private interface Filters {
        Expression of(int turn);
    }

    private static void measure(PreparedLake lake, Table table, String name, int turns, Filters filters)
            throws Exception {
        double[] millis = new double[turns];
        long found = 0;
        for (int turn = 0; turn < turns; turn++) {
            ScanRequest request = new ScanRequest(OptionalLong.empty(), filters.of(turn), Set.of(1, 2));
            ScanRelation[] plan = new ScanRelation[1];
            millis[turn] = Duel.millis(() -> plan[0] = lake.lakehouse().scans().plan(table, request));
            found = plan[0].files();
        }
        System.out.printf(Locale.ROOT, "%-26s %6d files  median %7.2f ms%n", name, found, Duel.median(millis));
    }
}

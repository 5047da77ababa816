package io.atalaya.benchmarks;

import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.LakehouseConfig;
import io.atalaya.lakehouse.vector.Metric;
import io.atalaya.lakehouse.vector.VectorColumn;
import io.atalaya.lakehouse.vector.VectorIndex.Row;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.migrations.MetadataDatabase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;

/**
 * What is near to what among vectors in clusters, by the index against a comparison with every vector in memory:
 * {@code benchmarks/run VectorSearch [rows] [dimension] [queries] [folder]}.
 */
public final class VectorSearch {
    private static final int K = 10;
    private static final int CLUSTERS = 1000;
    private static final int COMPARED = 200;
    private static final String DATABASE = "bench";

    private VectorSearch() {}

    public static void main(String[] arguments) throws Exception {
        int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        int dimension = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 128;
        int queries = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5_000;
        try (Folders folder = Folders.of(arguments, 3);
                MetadataDatabase metadata =
                        MetadataDatabase.sqlite(folder.path().resolve("metadata.db"));
                Lakehouse lakehouse = Lakehouse.open(
                        metadata.jdbi(),
                        LakehouseConfig.of(
                                folder.path().resolve("warehouse"),
                                folder.path().resolve("spill")))) {
            float[][] centres = random(new Random(1), CLUSTERS, dimension);
            float[][] vectors = around(new Random(2), centres, rows);
            float[][] wanted = around(new Random(3), centres, queries);
            Table table = table(lakehouse, vectors);
            VectorColumn column = new VectorColumn(table.uuid(), 2, Metric.COSINE, dimension);
            double building = Duel.millis(() -> lakehouse.vectors().bring(table, column, _ -> {}));
            System.out.printf(
                    Locale.ROOT, "%,d vectors of %d numbers indexed in %.0f s%n", rows, dimension, building / 1e3);
            Search search = new Search(lakehouse, table, column);
            recall(search, vectors, wanted);
            for (int threads : List.of(1, Runtime.getRuntime().availableProcessors())) {
                search.by(threads, wanted);
                double millis = Duel.millis(() -> search.by(threads, wanted));
                System.out.printf(
                        Locale.ROOT, "%d threads: %,.0f queries a second%n", threads, queries / (millis / 1e3));
            }
        }
    }

    private record Search(Lakehouse lakehouse, Table table, VectorColumn column) {
        List<Row> of(float[] wanted) {
            return lakehouse
                    .vectors()
                    .candidates(
                            table,
                            column,
                            lakehouse.scans().files(table, Expressions.alwaysTrue()),
                            Optional.empty(),
                            wanted,
                            K)
                    .orElseThrow()
                    .rows();
        }

        void by(int threads, float[][] wanted) throws Exception {
            AtomicInteger next = new AtomicInteger();
            try (var pool = Executors.newFixedThreadPool(threads)) {
                List<Future<?>> searching = new ArrayList<>();
                for (int thread = 0; thread < threads; thread++) {
                    searching.add(pool.submit(() -> {
                        for (int i = next.getAndIncrement(); i < wanted.length; i = next.getAndIncrement()) {
                            of(wanted[i]);
                        }
                    }));
                }
                for (Future<?> one : searching) {
                    one.get();
                }
            }
        }
    }

    private static void recall(Search search, float[][] vectors, float[][] wanted) {
        int found = 0;
        long exact = 0;
        int compared = Math.min(COMPARED, wanted.length);
        for (int i = 0; i < compared; i++) {
            Set<Long> rows = search.of(wanted[i]).stream().map(Row::number).collect(Collectors.toSet());
            long from = System.nanoTime();
            List<Long> nearest = nearest(vectors, wanted[i]);
            exact += System.nanoTime() - from;
            found += (int) nearest.stream().filter(rows::contains).count();
        }
        System.out.printf(
                Locale.ROOT,
                "recall@%d %.4f of %d queries; comparing all, by one thread: %.0f queries a second%n",
                K,
                (double) found / (compared * K),
                compared,
                compared / (exact / 1e9));
    }

    private static List<Long> nearest(float[][] vectors, float[] wanted) {
        record Near(long row, double score) {}
        PriorityQueue<Near> best = new PriorityQueue<>(Comparator.comparingDouble(Near::score));
        for (int row = 0; row < vectors.length; row++) {
            double product = 0;
            double squares = 0;
            for (int i = 0; i < wanted.length; i++) {
                product += vectors[row][i] * wanted[i];
                squares += vectors[row][i] * vectors[row][i];
            }
            best.add(new Near(row, product / Math.sqrt(squares)));
            if (best.size() > K) {
                best.poll();
            }
        }
        return best.stream().map(Near::row).toList();
    }

    private static Table table(Lakehouse lakehouse, float[][] vectors) throws Exception {
        Namespace database = Namespace.of(DATABASE);
        lakehouse.catalog().createNamespace(database, Map.of("zone", "curated"));
        TableIdentifier name = TableIdentifier.of(database, "items");
        lakehouse
                .catalog()
                .createTable(
                        name,
                        new Schema(
                                Types.NestedField.required(1, "id", Types.LongType.get()),
                                Types.NestedField.optional(
                                        2, "v", Types.ListType.ofOptional(3, Types.FloatType.get()))));
        try (var connection = lakehouse.duckWriter().connect()) {
            try (var statement = connection.createStatement()) {
                statement.execute("CREATE TABLE loaded (id BIGINT, v FLOAT[])");
            }
            try (var appender = connection.createAppender("loaded")) {
                for (int row = 0; row < vectors.length; row++) {
                    appender.beginRow().append((long) row).append(vectors[row]).endRow();
                }
            }
        }
        lakehouse.writer().append(name, RowSource.of("SELECT id, v FROM loaded ORDER BY id"), CommitProperties.none());
        return lakehouse.catalog().loadTable(name);
    }

    private static float[][] random(Random random, int rows, int dimension) {
        float[][] vectors = new float[rows][dimension];
        for (float[] vector : vectors) {
            for (int i = 0; i < dimension; i++) {
                vector[i] = (float) random.nextGaussian();
            }
        }
        return vectors;
    }

    private static float[][] around(Random random, float[][] centres, int rows) {
        float[][] vectors = random(random, rows, centres[0].length);
        for (float[] vector : vectors) {
            float[] centre = centres[random.nextInt(centres.length)];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = centre[i] + vector[i] / 2;
            }
        }
        return vectors;
    }
}

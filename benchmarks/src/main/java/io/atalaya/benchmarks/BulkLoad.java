package io.atalaya.benchmarks;

import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.LakehouseConfig;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.migrations.MetadataDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/**
 * From a CSV file to a committed Iceberg table, against DuckDB's own COPY of the same file to Parquet, in turns, in one
 * run, with the same threads and memory.
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

    private static final String DUCK_TYPES = "{'id': 'BIGINT', 'customer': 'INTEGER', 'product': 'VARCHAR', 'state':"
            + " 'VARCHAR', 'price': 'DECIMAL(12,2)', 'quantity': 'INTEGER', 'rate': 'DOUBLE', 'day': 'DATE', 'at':"
            + " 'TIMESTAMP', 'note': 'VARCHAR'}";

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
        LakehouseConfig config = LakehouseConfig.of(folder.resolve("warehouse"), folder.resolve("temp"));
        try (MetadataDatabase database = MetadataDatabase.sqlite(folder.resolve("metadata.db"));
                Lakehouse lakehouse = Lakehouse.open(database.jdbi(), config)) {
            lakehouse.catalog().createNamespace(Namespace.of("bench"), Map.of("zone", "raw"));
            Path csv = folder.resolve("rows.csv");
            run(lakehouse, "COPY (" + rows(rows) + ") TO '" + csv + "' (FORMAT csv, HEADER)");
            System.out.printf(Locale.ROOT, "%,d rows, %,d bytes of CSV%n", rows, Files.size(csv));
            String select = "SELECT * FROM read_csv('" + csv + "', header = true, columns = " + DUCK_TYPES + ")";
            raw(lakehouse, select + " LIMIT 1000", folder.resolve("warm"));
            ours(lakehouse, select + " LIMIT 1000", "warm");
            List<Double> ratios = new ArrayList<>();
            for (int turn = 0; turn < turns; turn++) {
                boolean rawFirst = turn % 2 == 0;
                double raw = rawFirst ? raw(lakehouse, select, folder.resolve("raw-" + turn)) : 0;
                double ours = ours(lakehouse, select, "t" + turn);
                raw = rawFirst ? raw : raw(lakehouse, select, folder.resolve("raw-" + turn));
                ratios.add(raw / ours);
                System.out.printf(
                        Locale.ROOT,
                        "COPY %,.0f rows/s, committed table %,.0f rows/s, ratio %.2f%n",
                        rows / raw,
                        rows / ours,
                        raw / ours);
            }
            Collections.sort(ratios);
            System.out.printf(Locale.ROOT, "median ratio %.2f%n", ratios.get(ratios.size() / 2));
        } finally {
            if (arguments.length <= 2) {
                remove(folder);
            }
        }
    }

    private static double raw(Lakehouse lakehouse, String select, Path target) throws SQLException {
        long started = System.nanoTime();
        run(lakehouse, "COPY (" + select + ") TO '" + target + ".parquet' (FORMAT parquet, COMPRESSION zstd)");
        return (System.nanoTime() - started) / 1e9;
    }

    private static double ours(Lakehouse lakehouse, String select, String name) {
        TableIdentifier table = TableIdentifier.of("bench", name);
        lakehouse.catalog().createTable(table, SCHEMA);
        long started = System.nanoTime();
        lakehouse.writer().append(table, RowSource.of(select), CommitProperties.none());
        return (System.nanoTime() - started) / 1e9;
    }

    private static void run(Lakehouse lakehouse, String sql) throws SQLException {
        try (Connection connection = lakehouse.duckWriter().connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

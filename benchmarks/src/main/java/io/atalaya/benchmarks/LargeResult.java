package io.atalaya.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Locale;

/**
 * A result of many rows, from its statement to its last row on disk: {@code BENCHMARK_JVM=-Xmx128m benchmarks/run
 * LargeResult [rows] [turns] [folder]}, against DuckDB's driver read row by row. The heap it is run with is the point: rows
 * stream, so it need not grow with them.
 */
public final class LargeResult {
    private LargeResult() {}

    public static void main(String[] arguments) throws Exception {
        long rows = arguments.length > 0 ? Long.parseLong(arguments[0]) : 10_000_000;
        int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
        try (Folders folder = Folders.of(arguments, 2);
                PreparedLake lake = PreparedLake.open(folder.path());
                RawEngine raw = new RawEngine()) {
            if (!lake.has("sales")) {
                lake.table("sales", BulkLoad.SCHEMA, BulkLoad.rows(rows));
            }
            lake.govern("""
                    users: {ana: {}}
                    filters: {west: {table: bench.sales, rows: "state < 'Z'"}}
                    grants: [{to: {user: ana}, allow: SELECT, on: {table: bench.sales, filter: west}}]
                    """);
            String columns = "id, product, price, day, note";
            String files = lake.files("sales");
            new Duel()
                    .compare(
                            "all rows of five columns",
                            turns,
                            () -> raw.ask("SELECT %s FROM %s WHERE state < 'Z'".formatted(columns, files)),
                            () -> lake.ask("ana", "SELECT %s FROM sales".formatted(columns)));
            long peak = ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getType() == MemoryType.HEAP)
                    .map(MemoryPoolMXBean::getPeakUsage)
                    .mapToLong(usage -> usage.getUsed())
                    .sum();
            System.out.printf(
                    Locale.ROOT,
                    "heap of at most %d MiB, of which never more than %d were used%n",
                    Runtime.getRuntime().maxMemory() >> 20,
                    peak >> 20);
        }
    }
}

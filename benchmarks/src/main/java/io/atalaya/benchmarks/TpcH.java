package io.atalaya.benchmarks;

import io.atalaya.catalog.Composition;
import io.atalaya.catalog.config.ServerConfig;
import io.trino.tpch.TpchEntity;
import io.trino.tpch.TpchTable;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The 22 queries of TPC-H through HTTP, as a principal who sees some of the orders and no telephone numbers of customers,
 * against bare DuckDB on the same files: {@code benchmarks/run TpcH [scale] [turns] [clients] [folder]}. DuckDB is given
 * the filter on the orders as a view; the service has answered five thousand small
 * statements and each query twenty times before, as one that has run for a while. At the end so many clients ask all of them at once.
 *
 * <p>With {@code ATALAYA_TRINO} in the environment, the address of a Trino of one node that has the tables in memory as
 * {@code query/record --serve} and {@code --tpch sf1} leave it, the queries are also compared with that.
 */
public final class TpcH {
    private static final int QUERIES = 22;
    private static final int WARM_UP = 20;
    private static final int SMALL_WARM_UP = 5000;
    private static final String POLICIES = """
            users: {ana: {}}
            profiles: {nobody: {}}
            filters:
              not_low: {table: bench.orders, rows: "o_orderpriority <> '5-LOW'"}
            grants:
              - {to: {user: ana}, allow: SELECT, on: {table: bench.orders, filter: not_low}}
              - {to: {user: ana}, allow: SELECT, on: {table: bench.customer}}
              - {to: {user: ana}, allow: SELECT, on: {table: bench.lineitem}}
              - {to: {user: ana}, allow: SELECT, on: {table: bench.part}}
              - {to: {user: ana}, allow: SELECT, on: {table: bench.partsupp}}
              - {to: {user: ana}, allow: SELECT, on: {table: bench.supplier}}
              - {to: {user: ana}, allow: SELECT, on: {table: bench.nation}}
              - {to: {user: ana}, allow: SELECT, on: {table: bench.region}}
            guards:
              phones: {on: {table: bench.customer, columns: [c_phone]}, mask: {showFirst: 2, minHidden: 4}, except: nobody}
            """;

    private TpcH() {}

    public static void main(String[] arguments) throws Exception {
        double scale = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 1;
        int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        int clients = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 32;
        try (Folders folder = Folders.of(arguments, 3);
                RawEngine raw = new RawEngine()) {
            String token = prepare(folder.path(), scale, raw);
            ServerConfig config = ServerConfig.read(
                            Map.of("ATALAYA_QUERY_QUEUED", "1000"), ServerConfig.Overrides.data(folder.path()))
                    .forOneCommand();
            try (Composition service = Composition.start(config)) {
                URI address = URI.create(service.address());
                Client client = new Client(address, token);
                alone(client, raw, turns);
                String trino = System.getenv("ATALAYA_TRINO");
                if (trino != null) {
                    against(new TrinoPeer(URI.create(trino), "tpch_sf1"), client, turns);
                }
                if (clients > 0) {
                    together(address, token, clients);
                }
            }
        }
    }

    /** Loads the tables unless they are there, and gives the token of the principal. */
    private static String prepare(Path folder, double scale, RawEngine raw) throws Exception {
        try (PreparedLake lake = PreparedLake.open(folder)) {
            for (TpchTable<?> table : TpchTable.getTables()) {
                if (!lake.has(table.getTableName())) {
                    load(lake, table, scale, folder.resolve("rows.tbl"));
                }
            }
            for (TpchTable<?> table : TpchTable.getTables()) {
                String name = table.getTableName();
                raw.run("CREATE VIEW %s AS SELECT * FROM %s %s"
                        .formatted(
                                name,
                                lake.files(name),
                                name.equals("orders") ? "WHERE o_orderpriority <> '5-LOW'" : ""));
            }
            lake.govern(POLICIES);
            return lake.token("ana");
        }
    }

    private static void load(PreparedLake lake, TpchTable<?> table, double scale, Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (TpchEntity row : table.createGenerator(scale, 1, 1)) {
                out.write(row.toLine());
                out.write('\n');
            }
        }
        Map<String, String> columns = TpchSchema.columns(table);
        StringBuilder types = new StringBuilder();
        columns.forEach(
                (name, type) -> types.append(types.isEmpty() ? "" : ", ").append("'%s': '%s'".formatted(name, type)));
        lake.table(
                table.getTableName(),
                TpchSchema.of(table),
                "SELECT %s FROM read_csv('%s', delim = '|', header = false, quote = '', escape = '', columns = {%s})"
                        .formatted(String.join(", ", columns.keySet()), file, types));
        Files.delete(file);
    }

    private static Map<Integer, String> queries() throws IOException {
        Map<Integer, String> queries = new LinkedHashMap<>();
        for (int number = 1; number <= QUERIES; number++) {
            String name = String.format(Locale.ROOT, "/tpch/q%02d.sql", number);
            try (InputStream text = Objects.requireNonNull(TpcH.class.getResourceAsStream(name))) {
                queries.put(number, new String(text.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return queries;
    }

    private static void alone(Client client, RawEngine raw, int turns) throws Exception {
        Duel duel = new Duel();
        for (int small = 0; small < SMALL_WARM_UP; small++) {
            client.problemOf("SELECT r_name FROM region WHERE r_regionkey = " + small % 5, PreparedLake.DATABASE);
        }
        for (int round = 0; round < WARM_UP; round++) {
            for (String sql : queries().values()) {
                client.problemOf(sql, PreparedLake.DATABASE);
            }
        }
        for (var query : queries().entrySet()) {
            String sql = query.getValue();
            Optional<String> refused = client.problemOf(sql, PreparedLake.DATABASE);
            if (refused.isPresent()) {
                System.out.printf("Q%d is refused: %s%n", query.getKey(), refused.get());
                continue;
            }
            duel.compare(
                    "Q" + query.getKey(),
                    turns,
                    () -> raw.ask(sql),
                    () -> client.problemOf(sql, PreparedLake.DATABASE).ifPresent(problem -> {
                        throw new IllegalStateException(problem);
                    }));
        }
        System.out.printf(Locale.ROOT, "geometric mean of the ratios %.2f%n", duel.geometricMean());
    }

    private static void against(TrinoPeer trino, Client client, int turns) throws Exception {
        Duel duel = new Duel();
        for (String sql : queries().values()) {
            trino.ask(sql);
        }
        for (var query : queries().entrySet()) {
            duel.compare(
                    "Q" + query.getKey() + " against Trino",
                    turns,
                    () -> trino.ask(query.getValue()),
                    () -> client.problemOf(query.getValue(), PreparedLake.DATABASE)
                            .ifPresent(problem -> {
                                throw new IllegalStateException(problem);
                            }));
        }
        System.out.printf(Locale.ROOT, "Trino takes %.1f times as long%n", 1 / duel.geometricMean());
    }

    private static void together(URI address, String token, int clients) throws Exception {
        Map<Integer, String> queries = queries();
        ConcurrentLinkedQueue<Double> millis = new ConcurrentLinkedQueue<>();
        AtomicInteger failed = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> asking = new ArrayList<>();
            for (int number = 0; number < clients; number++) {
                int first = number;
                asking.add(threads.submit(() -> {
                    Client client = new Client(address, token);
                    for (int step = 0; step < QUERIES; step++) {
                        String sql = Objects.requireNonNull(queries.get((first + step) % QUERIES + 1));
                        long from = System.nanoTime();
                        if (client.problemOf(sql, PreparedLake.DATABASE).isPresent()) {
                            failed.incrementAndGet();
                        }
                        millis.add((System.nanoTime() - from) / 1e6);
                    }
                    return null;
                }));
            }
            for (Future<Void> one : asking) {
                one.get();
            }
        }
        double[] sorted =
                millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "%d clients at once: %d statements, %d failed, p50 %.0f ms, p99 %.0f ms%n",
                clients,
                sorted.length,
                failed.get(),
                Duel.median(sorted),
                sorted[Math.min(sorted.length - 1, sorted.length * 99 / 100)]);
        if (failed.get() > 0) {
            throw new IllegalStateException("statements failed: " + Arrays.toString(sorted));
        }
    }
}

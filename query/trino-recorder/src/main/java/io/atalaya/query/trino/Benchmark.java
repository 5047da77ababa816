package io.atalaya.query.trino;

import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * TPC-H or TPC-DS at one scale in a Trino: its tables, which Trino's generators make, in memory, and what its queries are answered with.
 *
 * @param catalog where its generator is, {@code tpch} or {@code tpcds}
 * @param scale schema of the catalog
 * @param all whether to ask again what is recorded
 */
record Benchmark(String catalog, String scale, boolean all, PrintStream out) {
    /** Writes the answers down by the name of the query. */
    void record(URI server, Path folder) throws Exception {
        TrinoClient client = new TrinoClient(server, "memory", catalog + "_" + scale);
        load(client);
        Path file = folder.resolve(catalog + "-" + scale + ".answers");
        Map<String, Answer> answers = all ? new LinkedHashMap<>() : new LinkedHashMap<>(Answer.read(file));
        for (Map.Entry<String, String> query : TpcQueries.of(catalog).entrySet()) {
            if (answers.containsKey(query.getKey())) {
                continue;
            }
            int columns =
                    client.ask(TpcQueries.empty(query.getValue())).columns().size();
            String sql = TpcQueries.ordered(query.getValue(), columns);
            long began = System.nanoTime();
            Answer answer = client.ask(sql);
            answers.put(query.getKey(), answer);
            Answer.write(file, answers);
            out.printf(
                    "%s: %d ms, %s%n",
                    query.getKey(),
                    (System.nanoTime() - began) / 1_000_000,
                    answer.error() == null ? answer.rows().size() + " rows" : answer.error());
        }
    }

    /** Trino's tables; a text has no length and no blanks at its end, as in Iceberg. */
    private void load(TrinoClient client) throws Exception {
        String generated = catalog + "." + scale;
        Recorder.must(client, "CREATE SCHEMA IF NOT EXISTS memory." + catalog + "_" + scale);
        for (List<String> table : client.ask("SHOW TABLES FROM " + generated).rows()) {
            String name = table.getFirst();
            List<String> columns = new ArrayList<>();
            for (List<String> column :
                    client.ask("SHOW COLUMNS FROM " + generated + "." + name).rows()) {
                columns.add(
                        column.get(1).startsWith("char(")
                                ? "rtrim(CAST(%1$s AS varchar)) AS %1$s".formatted(column.getFirst())
                                : column.getFirst());
            }
            long began = System.nanoTime();
            Recorder.must(
                    client,
                    "CREATE TABLE IF NOT EXISTS %s AS SELECT %s FROM %s.%1$s"
                            .formatted(name, String.join(", ", columns), generated));
            out.printf("%s: %d ms%n", name, (System.nanoTime() - began) / 1_000_000);
        }
    }
}

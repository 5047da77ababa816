package io.atalaya.query.trino;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The 22 queries of TPC-H in Trino's words, which come with its generator of the data. */
final class TpchQueries {
    private TpchQueries() {}

    /** By name, {@code q1} to {@code q22}. */
    static Map<String, String> all() throws IOException {
        Map<String, String> queries = new LinkedHashMap<>();
        for (int number = 1; number <= 22; number++) {
            String resource = "/io/trino/tpch/queries/q" + number + ".sql";
            try (InputStream text = TpchQueries.class.getResourceAsStream(resource)) {
                if (text == null) {
                    throw new IOException(resource + " is not there");
                }
                queries.put("q" + number, statement(new String(text.readAllBytes(), StandardCharsets.UTF_8)));
            }
        }
        return queries;
    }

    /** One statement: a view before it becomes a part of it. */
    private static String statement(String text) {
        String sql = text.lines().filter(line -> !line.startsWith("--")).collect(Collectors.joining("\n"));
        String[] statements = sql.strip().replaceFirst(";$", "").split(";", -1);
        return statements.length == 1
                ? statements[0]
                : statements[0].replaceFirst("CREATE OR REPLACE VIEW (\\w+) AS", "WITH $1 AS (") + ")" + statements[1];
    }
}

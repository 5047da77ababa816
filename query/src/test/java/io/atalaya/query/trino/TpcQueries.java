package io.atalaya.query.trino;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The queries of TPC-H and TPC-DS in Trino's words, which come with its generator and with its benchmarks. */
final class TpcQueries {
    private static final Pattern PARTS = Pattern.compile("(.*?)(\nORDER BY\\s.*?)?(\nLIMIT \\d+)?", Pattern.DOTALL);

    private TpcQueries() {}

    /** Those of {@code tpch}, {@code q1} to {@code q22}, or of {@code tpcds}, {@code q1} to {@code q99} and {@link TpcdsVariants}, by name. */
    static Map<String, String> of(String benchmark) throws IOException {
        Map<String, String> queries = new LinkedHashMap<>();
        boolean tpch = benchmark.equals("tpch");
        for (int number = 1; number <= (tpch ? 22 : 99); number++) {
            String resource = tpch
                    ? "/io/trino/tpch/queries/q" + number + ".sql"
                    : "/sql/presto/tpcds/q%02d.sql".formatted(number);
            try (InputStream text = TpcQueries.class.getResourceAsStream(resource)) {
                if (text == null) {
                    throw new IOException(resource + " is not there");
                }
                queries.put("q" + number, statement(new String(text.readAllBytes(), StandardCharsets.UTF_8)));
            }
        }
        if (!tpch) {
            queries.putAll(TpcdsVariants.of(queries));
        }
        return queries;
    }

    /** One statement: a view before it becomes a part of it, the default schema has no name. */
    private static String statement(String text) {
        String sql = text.replace("${database}.${schema}.", "")
                .lines()
                .filter(line -> !line.startsWith("--"))
                .collect(Collectors.joining("\n"));
        String[] statements = sql.strip().replaceFirst(";$", "").split(";", -1);
        return statements.length == 1
                ? statements[0]
                : statements[0].replaceFirst("CREATE OR REPLACE VIEW (\\w+) AS", "WITH $1 AS (") + ")" + statements[1];
    }

    /**
     * The query with all its columns as last keys of its order: what it leaves open, among ties and at its limit, has one answer.
     *
     * @param columns how many columns it has; none if it only has an error
     */
    static String ordered(String sql, int columns) {
        if (columns == 0) {
            return sql;
        }
        Matcher parts = parts(sql);
        String all =
                IntStream.rangeClosed(1, columns).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        return parts.group(1)
                + (parts.group(2) == null ? "\nORDER BY " : parts.group(2) + ", ")
                + all
                + (parts.group(3) == null ? "" : parts.group(3));
    }

    /** The query without its rows, which tells its columns. */
    static String empty(String sql) {
        return parts(sql).group(1) + "\nLIMIT 0";
    }

    private static Matcher parts(String sql) {
        Matcher parts = PARTS.matcher(sql);
        if (!parts.matches()) {
            throw new IllegalArgumentException(sql);
        }
        return parts;
    }
}

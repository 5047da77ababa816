package io.atalaya.query.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.policies.Principal;
import io.atalaya.query.QueryException;
import io.atalaya.query.engine.EngineErrors;
import io.atalaya.query.engine.EngineFunctions;
import io.atalaya.query.result.AthenaText;
import io.trino.sql.tree.Query;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Expressions against what Trino gives for them, one a line in {@code expressions.txt}: {@code expression ⇒ value}, where a
 * value {@code !CODE} is an error and {@code !?} a refusal by name.
 */
class ExpressionsTest {
    private static final String ODD = "0123456789+-._eE: T";
    private static final Principal ANYONE = new Principal("anyone", Set.of(), Map.of());

    @Test
    void have_the_values_that_Trino_gives_them() throws Exception {
        List<String> wrong = new ArrayList<>();
        int count = 0;
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                BufferedReader lines = new BufferedReader(new InputStreamReader(
                        Objects.requireNonNull(getClass().getResourceAsStream("expressions.txt")),
                        StandardCharsets.UTF_8))) {
            prepare(connection);
            for (String line; (line = lines.readLine()) != null; ) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                String[] parts = line.split(" ⇒ ", -1);
                count++;
                String actual = value(connection, parts[0]);
                if (!actual.equals(parts[1]) && !(parts[1].equals("!?") && actual.startsWith("!NOT_SUPPORTED"))) {
                    wrong.add(parts[0] + "\n    Trino: " + parts[1] + "\n    here:  " + actual);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(count).isGreaterThan(200);
    }

    /** Short expressions are first compared with how the engine writes the value; of long ones only the pattern decides. */
    @Test
    void texts_are_cast_alike_whether_their_writing_or_a_pattern_decides() throws Exception {
        List<String> texts = new ArrayList<>(List.of(
                "",
                " ",
                "7",
                "-0",
                "+7",
                "007",
                " 7 ",
                "1_000",
                "1_0.5",
                "1e3",
                "1e1_0",
                "0x1F",
                "1.",
                ".5",
                "-.5e-3",
                "1,5",
                "NaN",
                "nan",
                "inf",
                "-Infinity",
                "9223372036854775807",
                "9223372036854775808",
                "12.30",
                "12.345",
                "1e400",
                "1e39",
                "2024-02-29",
                "2024-2-9",
                "2023-02-29",
                "10000-01-01",
                "0044-03-15 (BC)",
                "2024/02/29",
                "infinity",
                "epoch",
                "2024-02-29 10:11:12",
                "2024-02-29T10:11:12",
                "2024-02-29 10:11:12.5",
                "2024-02-29 10:11:12.1234567",
                "2024-02-29 10:11:12+01",
                "2024-02-29 24:00:00",
                "10000-01-01 00:00:00",
                "2024-02-29 10:11"));
        Random random = new Random(7);
        for (int i = 0; i < 120; i++) {
            texts.add(random.ints(1 + random.nextInt(7), 0, ODD.length())
                    .mapToObj(at -> ODD.substring(at, at + 1))
                    .collect(Collectors.joining()));
        }
        List<String> wrong = new ArrayList<>();
        int made = 0;
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:")) {
            prepare(connection);
            for (String text : texts) {
                for (String type : List.of(
                        "tinyint",
                        "bigint",
                        "decimal(12,2)",
                        "real",
                        "double",
                        "date",
                        "timestamp(3)",
                        "timestamp(9)")) {
                    String cast = "CAST(concat('" + text + "', ''%s) AS " + type + ")";
                    String written = value(connection, cast.formatted(""));
                    String patterned = value(connection, cast.formatted(", ''".repeat(30)));
                    made += written.startsWith("!") ? 0 : 1;
                    if (!written.equals(patterned)) {
                        wrong.add("'" + text + "' as " + type + ": " + written + ", by the pattern " + patterned);
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(made).isGreaterThan(200);
    }

    static void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET GLOBAL TimeZone = 'UTC'");
        }
        new EngineFunctions(_ -> "0123456789abcdef".getBytes(StandardCharsets.UTF_8)).accept(connection);
    }

    private static String value(Connection connection, String expression) {
        String sql = "";
        try {
            Query query = (Query) StatementText.parse("SELECT " + expression);
            TableResolver none = (_, _, place) -> {
                throw place.notSupported("a table here");
            };
            Queries.Printed printed = new Printing(ANYONE, List.of(), none, Products.exact())
                    .queries()
                    .query(query, Scope.EMPTY);
            sql = printed.sql();
            try (Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(sql)) {
                result.next();
                String text =
                        AthenaText.cell(result, 1, printed.fields().getFirst().type());
                return text == null ? "NULL" : text;
            }
        } catch (QueryException refused) {
            return "!" + refused.code()
                    + (refused instanceof QueryException.NotSupported ? " " + refused.getMessage() : "");
        } catch (SQLException failed) {
            QueryException error = EngineErrors.translate(failed);
            return "!" + error.code()
                    + (System.getProperty("verbose") == null ? "" : " " + failed.getMessage() + " IN " + sql);
        }
    }
}

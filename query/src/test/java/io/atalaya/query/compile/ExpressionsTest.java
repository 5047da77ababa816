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
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Expressions against what Trino gives for them, one a line in {@code expressions.txt}: {@code expression ⇒ value}, where a
 * value {@code !CODE} is an error and {@code !?} a refusal by name.
 */
class ExpressionsTest {
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

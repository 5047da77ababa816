package io.atalaya.query;

import static io.atalaya.query.HandPolicies.hidden;
import static io.atalaya.query.HandPolicies.masked;
import static io.atalaya.query.HandPolicies.where;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Operand;
import io.atalaya.policies.predicate.Predicate;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random queries of an analyst over a table that is full of canaries where the analyst may not look, compared with the same
 * queries over a table that has as many other values there: answers and errors must be the same, and none an internal one.
 * {@code -Datalaya.queries=70000} takes more than 100,000 in all.
 */
class NothingLeaksTest {
    private static final int QUERIES = Integer.getInteger("atalaya.queries", 1400);
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()),
            Types.NestedField.optional(3, "region", Types.StringType.get()),
            Types.NestedField.optional(4, "secret", Types.StringType.get()),
            Types.NestedField.optional(5, "ssn", Types.StringType.get()),
            Types.NestedField.optional(6, "age", Types.IntegerType.get()),
            Types.NestedField.optional(7, "bonus", Types.LongType.get()),
            Types.NestedField.optional(8, "note", Types.StringType.get()),
            Types.NestedField.optional(9, "city", Types.StringType.get()));

    @TempDir
    private static Path folder;

    private static TestWarehouse lake;

    @BeforeAll
    static void open() {
        lake = new TestWarehouse(folder);
        lake.table("staff", SCHEMA, """
                SELECT * FROM (VALUES
                    (1, 'Ada', 'US', 'CANARY-s1', '111-22-CANARY', 30, 7770001, '7', 'Lima'),
                    (2, 'Bob', 'US', 'CANARY-s2', '222-33-CANARY', 40, NULL, '8', 'Oslo'),
                    (3, NULL, 'US', NULL, NULL, NULL, 7770003, NULL, NULL),
                    (4, 'Dee', 'US', 'CANARY-s4', '1CANARY', 50, 20, '', 'Lima'),
                    (7770101, 'CANARY-n1', 'EU', 'CANARY-s5', 'CANARY-m1', 7770102, 7770103, 'CANARY', 'CANARY-c'),
                    (7770111, 'CANARY-n2', 'EU', 'CANARY-s6', '555', 0, 0, 'x', 'Oslo'),
                    (7770121, 'CANARY-n3', NULL, 'CANARY-s7', '-', -2147483648, 7770123, '99999999999', 'Lima')
                ) AS t(id, name, region, secret, ssn, age, bonus, note, city)
                """);
        lake.append("staff", """
                SELECT i + 7770200 AS id, 'CANARY' || i AS name, 'EU' AS region, 'CANARY' AS secret, 'CANARY' || i AS ssn,
                    i AS age, i AS bonus, CASE WHEN i % 2 = 0 THEN 'CANARY' ELSE '5' END AS note, 'Oslo' AS city
                FROM range(3000) t(i)
                """);
        Schema seen = new Schema(SCHEMA.columns().stream()
                .filter(column -> !column.name().equals("secret"))
                .toList());
        lake.table("seen", seen, """
                SELECT * FROM (VALUES
                    (1, 'Ada', 'US', '333-44-ABCDEF', 30, 9990001, '7', 'Lima'),
                    (2, 'Bob', 'US', '555-66-GHIJKL', 40, NULL, '8', 'Oslo'),
                    (3, NULL, 'US', NULL, NULL, 9990003, NULL, NULL),
                    (4, 'Dee', 'US', '9ABCDEF', 50, 20, '', 'Lima'),
                    (501, 'Zoe', 'FR', '9', 1, 2, '1', 'Bern'),
                    (502, 'Yan', 'FR', 'zz', 3, NULL, NULL, 'Bern'),
                    (503, NULL, NULL, '', 4, 5, '-1', NULL)
                ) AS t(id, name, region, ssn, age, bonus, note, city)
                """);
        // As many rows as the other: by their number the engine chooses what it does first, and so which error is met.
        lake.append("seen", """
                SELECT i + 600 AS id, 'other' || i AS name, 'FR' AS region, 'o' || i AS ssn, i + 7 AS age, i % 9 AS bonus,
                    CASE WHEN i % 2 = 0 THEN 'none' ELSE '6' END AS note, 'Bern' AS city
                FROM range(3000) t(i)
                """);
        // Restricted alike, so that both are compiled alike.
        Predicate here = new Predicate.Comparison(3, Predicate.Operator.EQUAL, new Operand.Text("US"));
        ColumnAccess ssn = masked(new Mask.Redact());
        lake.policies
                .allow("analyst", "shop_curated.staff", here, Map.of(4, hidden(), 5, ssn, 7, below1000(7)))
                .allow("analyst", "shop_curated.seen", here, Map.of(4, ssn, 6, below1000(6)));
    }

    private static ColumnAccess below1000(int field) {
        return where(new Predicate.Comparison(
                field, Predicate.Operator.LESS, new Operand.Numeric(new java.math.BigDecimal(1000))));
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    @Test
    void queries_answer_as_if_the_rest_were_not_there() {
        int succeeded = 0;
        int moved = 0;
        for (int seed = 0; seed < QUERIES; seed++) {
            String query = new RandomQueries(seed, "").query();
            String governed = answer(query, "staff");
            assertThat(governed).as("seed %d: %s", seed, query).isEqualTo(answer(query, "seen"));
            assertThat(governed).as("seed %d: %s", seed, query).doesNotContain("777000", "77701", "77702");
            assertThat(withoutLiterals(governed, query))
                    .as("seed %d: %s", seed, query)
                    .doesNotContain("CANARY");
            succeeded += governed.startsWith("[") ? 1 : 0;
            moved += governed.startsWith("[") && isMoved(query) ? 1 : 0;
        }
        // Enough of them must run, and have their conditions below the policy, for the rest to mean something.
        assertThat(succeeded).isGreaterThan(QUERIES / 4);
        assertThat(moved).isGreaterThan(QUERIES / 50);
    }

    @Test
    void queries_that_name_a_hidden_column_are_refused_and_the_others_answer_alike() {
        for (int seed = 10_000; seed < 10_000 + QUERIES / 2; seed++) {
            String query = new RandomQueries(seed, "secret").query();
            String governed = answer(query, "staff");
            if (query.contains("secret")) {
                assertThat(governed).as("seed %d: %s", seed, query).startsWith("!");
            }
            assertThat(withoutLiterals(governed, query))
                    .as("seed %d: %s", seed, query)
                    .doesNotContain("CANARY");
        }
    }

    @Test
    void explanations_show_no_value_and_no_hidden_column() {
        int explained = 0;
        for (int seed = 20_000; seed < 20_000 + QUERIES / 2; seed++) {
            String query = new RandomQueries(seed, "").query();
            String plan = answer("EXPLAIN " + query, "staff");
            assertThat(plan.startsWith("["))
                    .as("seed %d: %s", seed, query)
                    .isEqualTo(
                            answer("EXPLAIN (TYPE VALIDATE) " + query, "staff").startsWith("["));
            assertThat(withoutLiterals(plan, query))
                    .as("seed %d: %s", seed, query)
                    .doesNotContain("CANARY", "777000", "77701", "77702", "secret");
            explained += plan.startsWith("[") ? 1 : 0;
        }
        assertThat(explained).isGreaterThan(QUERIES / 8);
    }

    /** Nothing of an answer to somebody who wrote what must not be shown. */
    private static String withoutLiterals(String answer, String query) {
        return query.contains("CANARY") || query.contains("777") ? "" : answer;
    }

    /** The rows in an order of their own, or that there is an error. */
    private static boolean isMoved(String query) {
        return !lake.compiler()
                .compile(
                        HandPolicies.person("analyst"),
                        query.replaceAll("\\bT\\b", "staff"),
                        Optional.of(TestWarehouse.DATABASE),
                        List.of())
                .duckSql()
                .contains(MovedConditionsTest.BARRIER);
    }

    private static String answer(String query, String table) {
        try {
            List<String> rows = lake.ask("analyst", query.replaceAll("\\bT\\b", table));
            return rows.stream().sorted().toList().toString();
        } catch (QueryException refused) {
            String message = String.valueOf(refused.getMessage());
            assertThat(message).doesNotContain("CANARY").doesNotContain("777");
            assertThat(refused.code()).as(query).isNotEqualTo("INTERNAL_ERROR");
            // Where several values fail, threads race for which is met first.
            return "!";
        }
    }
}

package io.atalaya.query;

import static io.atalaya.query.HandPolicies.masked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which queries have their conditions moved below the policy: those that fail for no values. The rows that are not shown hold
 * what makes nearly anything fail; the rows that are shown hold nothing of that.
 */
class MovedConditionsTest {
    private static final int CONDITIONS = Integer.getInteger("atalaya.conditions", 3000);

    static final String BARRIER = "LIMIT 9223372036854775807";

    @TempDir
    private static Path folder;

    private static TestWarehouse lake;

    @BeforeAll
    static void open() {
        lake = new TestWarehouse(folder);
        Schema orders = new Schema(
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.required(2, "region", Types.StringType.get()),
                Types.NestedField.optional(3, "n", Types.IntegerType.get()),
                Types.NestedField.optional(4, "big", Types.LongType.get()),
                Types.NestedField.optional(5, "price", Types.DecimalType.of(15, 2)),
                Types.NestedField.optional(6, "wide", Types.DecimalType.of(38, 0)),
                Types.NestedField.optional(7, "day", Types.DateType.get()),
                Types.NestedField.optional(8, "moment", Types.TimestampType.withoutZone()),
                Types.NestedField.optional(9, "note", Types.StringType.get()),
                Types.NestedField.optional(10, "share", Types.DoubleType.get()));
        lake.table("orders", orders, """
                SELECT * FROM (VALUES
                    (1, 'US', 1, 10, 1.50, 1, DATE '2020-01-01', TIMESTAMP '2020-01-01 00:00:00', '7', 0.5),
                    (2, 'US', 2, 20, 2.50, 2, DATE '2021-01-01', TIMESTAMP '2021-01-01 00:00:00', '8', 1.5),
                    (3, 'EU', 0, 9223372036854775807, 9999999999999.99, CAST('99999999999999999999999999999999999999' AS DECIMAL(38, 0)),
                        DATE '300000-01-01', TIMESTAMP '290000-01-01 00:00:00', 'x', CAST('inf' AS DOUBLE)),
                    (4, 'EU', -2147483648, -9223372036854775808, -9999999999999.99,
                        CAST('-99999999999999999999999999999999999999' AS DECIMAL(38, 0)),
                        DATE '0001-01-01', TIMESTAMP '0001-01-01 00:00:00', '', CAST('nan' AS DOUBLE)),
                    (5, 'EU', 2147483647, 0, 0, 0, DATE 'infinity', TIMESTAMP '9999-12-31 23:59:59.999999', 'ß👨', -1e308),
                    (6, 'EU', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
                ) AS t(id, region, n, big, price, wide, day, moment, note, share)
                """);
        lake.table("plain", orders, """
                SELECT * FROM (VALUES
                    (1, 'US', 1, 10, 1.50, 1, DATE '2020-01-01', TIMESTAMP '2020-01-01 00:00:00', '7', 0.5)
                ) AS t(id, region, n, big, price, wide, day, moment, note, share)
                """);
        Predicate american = new Predicate.Comparison(2, Predicate.Operator.EQUAL, new Operand.Text("US"));
        lake.policies
                .allow("ana", "shop_curated.orders", american, Map.of())
                .allow("ana", "shop_curated.plain")
                .allow("boss", "shop_curated.orders")
                .allow("boss", "shop_curated.plain")
                .allow("max", "shop_curated.orders", american, Map.of(9, masked(new Mask.ShowLast(1, 1))))
                .allow(
                        "mia",
                        "shop_curated.orders",
                        new Predicate.Always(),
                        Map.of(9, masked(new Mask.ShowLast(1, 1))));
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    private static String compiled(String principal, String sql) {
        return lake.compiler()
                .compile(HandPolicies.person(principal), sql, Optional.of(TestWarehouse.DATABASE), List.of())
                .duckSql();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id FROM orders WHERE n = 1",
                "SELECT 10 / n, CAST(note AS integer) FROM orders ORDER BY 10 / n",
                "SELECT sum(big * big), max(wide + 1) FROM orders WHERE note LIKE '7%' OR day < DATE '2020-06-01'",
                "SELECT id FROM orders WHERE day < DATE '2020-01-01' + INTERVAL '3' MONTH AND moment IS NOT NULL",
                "SELECT region, sum(price) FROM orders GROUP BY region HAVING sum(price) > 3",
                "SELECT o.id FROM orders o JOIN plain p ON o.id = p.id AND o.big > p.n WHERE p.note = '7'",
                "SELECT id FROM orders o LEFT JOIN plain p USING (id, note) WHERE NOT p.n BETWEEN 2 AND 3",
                "SELECT p.id FROM plain p WHERE EXISTS (SELECT * FROM orders o WHERE o.note = p.note)",
                "SELECT p.id FROM plain p WHERE p.note NOT IN (SELECT note FROM orders WHERE n IS NULL)",
                "SELECT id FROM orders WHERE price > (SELECT avg(price) FROM orders)",
                "SELECT count(*) FROM (SELECT id, CASE WHEN n = 1 THEN note ELSE 'x' END AS c FROM orders) WHERE c = '7'",
                "WITH w AS (SELECT year(day) AS y, count(DISTINCT note) AS c FROM orders GROUP BY year(day)) SELECT y FROM w WHERE c = 1",
                "SELECT id FROM orders WHERE CASE n WHEN 1 THEN note WHEN big THEN 'x' END = '7'",
                "SELECT id FROM orders WHERE substr(note, 1, 1) = '7' AND lower(region) = 'us' AND length(note) = 1",
                "SELECT id FROM orders WHERE share < 1 OR coalesce(price, 0.00) = 1.5 OR wide = 1",
            })
    void none_of_these_fails_for_any_values(String sql) {
        assertThat(compiled("ana", sql)).doesNotContain(BARRIER).contains("'US'");
        assertThat(lake.ask("ana", sql)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id FROM orders WHERE 10 / n > 0",
                "SELECT id FROM orders WHERE big + 1 > 0",
                "SELECT id FROM orders WHERE -n < 0",
                "SELECT id FROM orders WHERE CAST(note AS integer) > 0",
                "SELECT id FROM orders WHERE CAST(big AS integer) > 0",
                "SELECT id FROM orders WHERE wide = price",
                "SELECT id FROM orders WHERE day = moment",
                "SELECT id FROM orders WHERE day + INTERVAL '1' YEAR > DATE '2020-01-01'",
                "SELECT id FROM orders WHERE day > DATE '2020-01-01' - INTERVAL '9000000' YEAR",
                "SELECT id FROM orders WHERE CASE WHEN region = 'US' THEN 1 ELSE 1 / n END > 0",
                "SELECT id FROM orders WHERE coalesce(note, CAST(1 / n AS varchar)) = '7'",
                "SELECT id FROM orders WHERE IF(10 / n > 0, true, false)",
                "SELECT id FROM orders WHERE (NOT 10 / n = 0) IS TRUE",
                "SELECT id FROM orders WHERE CASE wide WHEN price THEN 1 ELSE 2 END = 1",
                "SELECT id FROM orders WHERE nullif(wide, price) IS NULL",
                "SELECT id FROM orders WHERE abs(big) > 0",
                "SELECT id FROM orders WHERE regexp_like(note, '[0-9]')",
                "SELECT id FROM orders WHERE note LIKE region ESCAPE '!'",
                "SELECT id FROM orders WHERE date_parse(note, '%d') IS NOT NULL OR true",
                "SELECT id FROM orders WHERE n IN (1, 10 / n)",
                "SELECT id FROM orders WHERE wide IN (SELECT price FROM plain)",
                "SELECT id FROM orders WHERE n = ANY (SELECT 1 / n FROM orders)",
                "SELECT id FROM orders WHERE n = (SELECT n FROM plain)",
                "SELECT id FROM orders WHERE n = (SELECT max(1 / n) FROM plain)",
                "SELECT x FROM (SELECT 10 / n AS x FROM orders) WHERE x > 0",
                "SELECT 1 FROM (SELECT 10 / n AS x FROM orders) JOIN plain ON x = id",
                "WITH w AS (SELECT CAST(note AS integer) AS x FROM orders) SELECT x FROM w WHERE x = 7",
                "SELECT count(*) FROM orders GROUP BY 10 / n",
                "SELECT 10 / n FROM orders GROUP BY 10 / n HAVING 10 / n > 0",
                "SELECT region FROM orders GROUP BY region HAVING sum(big) > 0",
                "SELECT o.id FROM orders o JOIN plain p ON o.wide = p.price",
                "SELECT o.id FROM orders o JOIN (SELECT id, moment AS day FROM plain) p USING (day)",
                "SELECT o.id FROM orders o CROSS JOIN (SELECT 1 / (n - 1) AS x FROM plain) WHERE o.id = 3",
                "SELECT o.id FROM orders o CROSS JOIN (SELECT sum(big * 9223372036854775807) AS x FROM plain) WHERE o.id = 3",
                "SELECT id, (SELECT 1 / (p.n - 1) FROM plain p) FROM orders WHERE id = 3",
                "SELECT id FROM orders UNION ALL SELECT 1 / n FROM orders",
                "SELECT id FROM orders CROSS JOIN UNNEST(sequence(1, n)) t(x) WHERE x = 1",
                "SELECT id FROM orders, LATERAL (SELECT 1 / n AS x) WHERE x > 0",
                "SELECT id FROM orders TABLESAMPLE BERNOULLI (50) WHERE n = 1",
                "SELECT id FROM orders WHERE random() < 2",
                "SELECT id FROM orders WHERE id IN (VALUES 1, 2)",
                "SELECT id FROM orders WHERE any_match(ARRAY[n], x -> 1 / x > 0)",
                "SELECT id FROM (SELECT id, row_number() OVER (ORDER BY 1 / n) AS r FROM orders) WHERE r = 1",
                "SELECT id FROM orders WHERE try(1 / n) = 1",
                "WITH RECURSIVE r(x) AS (SELECT 10 / n FROM orders UNION ALL SELECT x + 1 FROM r WHERE x < 3) SELECT x FROM r WHERE x > 0",
                "SELECT x FROM (TABLE orders) t(x, a, n, b, c, d, e, f, g, h) WHERE 10 / n > 0",
            })
    void any_of_these_may_fail_and_sees_only_what_is_shown(String sql) {
        assertThat(compiled("ana", sql)).contains(BARRIER);
        try {
            lake.ask("ana", sql);
        } catch (QueryException failed) {
            // For a constant, or a value of the plain table, whatever there is in the other.
            assertThat(sql).containsAnyOf("'9000000'", "p.n - 1");
        }
    }

    /**
     * Random conditions, inside a query so that none of it may fail: those that are moved fail not even for somebody who sees every
     * row. Others may, but never by the service.
     */
    @Test
    void what_is_moved_fails_for_no_row_there_is() {
        int moved = 0;
        for (int seed = 0; seed < CONDITIONS; seed++) {
            String sql = new RandomConditions(seed).query();
            if (isMoved(sql)) {
                moved++;
                assertThatCode(() -> lake.ask("boss", sql))
                        .as("seed %d: %s", seed, sql)
                        .doesNotThrowAnyException();
            } else {
                assertThat(failureOf(sql)).as("seed %d: %s", seed, sql).isNotEqualTo("INTERNAL_ERROR");
            }
        }
        assertThat(moved).isGreaterThan(CONDITIONS / 20);
    }

    private static String failureOf(String sql) {
        try {
            lake.ask("boss", sql);
            return "";
        } catch (QueryException failed) {
            return failed.code();
        }
    }

    private static boolean isMoved(String sql) {
        try {
            return !compiled("ana", sql).contains(BARRIER);
        } catch (QueryException doesNotCompile) {
            return false;
        }
    }

    @Test
    void a_condition_on_a_field_of_a_row_may_stand_beside_a_limit() {
        Schema rows = new Schema(
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "name", Types.StringType.get()),
                Types.NestedField.optional(
                        3,
                        "parts",
                        Types.StructType.of(
                                Types.NestedField.optional(4, "text", Types.StringType.get()),
                                Types.NestedField.optional(5, "ratio", Types.FloatType.get()))));
        lake.table("parted", rows, """
                SELECT i AS id, 'n' || i AS name, {'text': CASE WHEN i % 3 = 0 THEN '' ELSE 't' END, 'ratio': i::FLOAT} AS parts
                FROM range(40) t(i)
                """);
        lake.policies.allow("boss", "shop_curated.parted");
        assertThat(lake.ask("boss", "SELECT id, name FROM parted WHERE parts.text = '' ORDER BY id DESC LIMIT 2"))
                .containsExactly("39|n39", "36|n36");
    }

    @Test
    void a_mask_is_computed_for_rows_that_are_shown_only() {
        String sql = "SELECT id FROM orders WHERE note = '7'";
        assertThat(compiled("max", sql)).contains(BARRIER);
        assertThat(compiled("mia", sql)).doesNotContain(BARRIER);
        assertThat(lake.ask("mia", "SELECT note FROM orders WHERE note = 'x'")).isEmpty();
    }

    @Test
    void moved_conditions_see_only_what_is_shown() {
        assertThat(lake.ask("ana", "SELECT count(*), min(day), max(big) FROM orders"))
                .containsExactly("2|2020-01-01|20");
        assertThat(lake.ask("ana", "SELECT count(*) FROM orders WHERE id = 3")).containsExactly("0");
        assertThat(lake.ask("ana", "SELECT o.id FROM orders o JOIN orders p ON o.note = p.note ORDER BY 1"))
                .containsExactly("1", "2");
    }
}

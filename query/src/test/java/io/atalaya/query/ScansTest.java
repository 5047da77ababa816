package io.atalaya.query;

import static io.atalaya.query.HandPolicies.masked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Operand;
import io.atalaya.policies.predicate.Predicate;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a statement reaches the reading of files, through the policy. */
class ScansTest {
    private static final int FILES = 5;
    private static final long ROWS = 60_000;
    private static final Pattern ROWS_OF_A_STEP = Pattern.compile("\"intermediate_rows\":\\s*(\\d+)");

    @TempDir
    private static Path folder;

    private static TestWarehouse lake;

    @BeforeAll
    static void open() {
        lake = new TestWarehouse(folder);
        String rows =
                "SELECT i + %d AS id, CASE WHEN i %% 3 = 0 THEN 'EU' ELSE 'US' END AS region, 'n' || i %% 50 AS name,"
                        + " i %% 100 AS age FROM range(" + ROWS + ") t(i)";
        lake.table(
                "t",
                new Schema(
                        Types.NestedField.required(1, "id", Types.LongType.get()),
                        Types.NestedField.optional(2, "region", Types.StringType.get()),
                        Types.NestedField.optional(3, "name", Types.StringType.get()),
                        Types.NestedField.optional(4, "age", Types.IntegerType.get())),
                rows.formatted(0));
        for (int file = 1; file < FILES; file++) {
            lake.append("t", rows.formatted(file * ROWS));
        }
        lake.policies
                .allow("boss", "shop_curated.t")
                .allow(
                        "ana",
                        "shop_curated.t",
                        new Predicate.Comparison(2, Predicate.Operator.EQUAL, new Operand.Text("US")),
                        Map.of(3, masked(new Mask.ShowFirst(1, 0))));
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    private static String compiled(String who, String sql) {
        return lake.compiler()
                .compile(HandPolicies.person(who), sql, Optional.of(TestWarehouse.DATABASE))
                .duckSql();
    }

    private static String explained(String how, String who, String sql) throws SQLException {
        StringBuilder plan = new StringBuilder();
        try (var connection = lake.lakehouse().reader().connect();
                var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(how + " " + compiled(who, sql))) {
            while (rows.next()) {
                plan.append(rows.getString(2));
            }
        }
        return plan.toString();
    }

    private static long mostRows(String who, String sql) throws SQLException {
        return ROWS_OF_A_STEP
                .matcher(explained("EXPLAIN (ANALYZE, FORMAT json)", who, sql))
                .results()
                .mapToLong(match -> Long.parseLong(match.group(1)))
                .max()
                .orElseThrow();
    }

    @Test
    void the_rows_of_the_policy_and_conditions_on_plain_columns_are_left_to_the_files() throws SQLException {
        String sql = "SELECT id FROM t WHERE age = 7 AND id > 100";
        assertThat(explained("EXPLAIN (FORMAT json)", "ana", sql))
                .contains("(region = 'US')", "(age = 7)", "(id > 100)");
        assertThat(compiled("ana", sql)).doesNotContain("\"name\"");
    }

    @Test
    void a_condition_on_what_is_masked_sees_the_mask_only() throws SQLException {
        assertThat(explained("EXPLAIN (FORMAT json)", "ana", "SELECT id FROM t WHERE name = 'n7'"))
                .doesNotContain("name = 'n7'");
        assertThat(lake.ask("ana", "SELECT count(*) FROM t WHERE name = 'n7'")).containsExactly("0");
    }

    @Test
    void files_that_cannot_hold_a_row_are_not_read() {
        assertThat(compiled("ana", "SELECT age FROM t WHERE id = 130000").split("\\.parquet"))
                .hasSize(2);
        assertThat(compiled("boss", "SELECT age FROM t WHERE id = 130000").split("\\.parquet"))
                .hasSize(2);
    }

    @Test
    void a_limit_ends_the_reading() throws SQLException {
        for (String who : new String[] {"boss", "ana"}) {
            assertThat(mostRows(who, "SELECT id, name FROM t LIMIT 10")).as(who).isLessThan(ROWS);
        }
    }

    @Test
    void a_plan_that_is_known_is_of_files_and_not_of_decisions() {
        String sql = "SELECT count(*) FROM t";
        assertThat(lake.ask("ana", sql)).containsExactly("200000");
        assertThat(lake.ask("boss", sql)).containsExactly("300000");
        assertThat(lake.ask("ana", sql)).containsExactly("200000");
        lake.policies.allow("eve", "shop_curated.t");
        assertThat(lake.ask("eve", sql)).containsExactly("300000");
        lake.policies.allow(
                "eve",
                "shop_curated.t",
                new Predicate.Comparison(2, Predicate.Operator.EQUAL, new Operand.Text("EU")),
                Map.of());
        assertThat(lake.ask("eve", sql)).containsExactly("100000");
        lake.append("t", "SELECT -1 AS id, 'EU' AS region, 'x' AS name, 1 AS age");
        assertThat(lake.ask("eve", sql)).containsExactly("100001");
        assertThat(lake.ask("ana", sql)).containsExactly("200000");
        lake.policies.revoke("eve", "shop_curated.t");
        assertThatThrownBy(() -> lake.ask("eve", sql)).isInstanceOf(QueryException.NotFound.class);
    }
}

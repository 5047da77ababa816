package io.atalaya.query;

import static io.atalaya.query.HandPolicies.hidden;
import static io.atalaya.query.HandPolicies.masked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Operand;
import io.atalaya.policies.predicate.Predicate;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an analyst sees who has the American staff only, no salary and a masked number. */
class SecuredSelectTest {
    private static final int REGION = 3;
    private static final int SALARY = 4;
    private static final int SSN = 5;

    @TempDir
    private static Path folder;

    private static TestWarehouse lake;

    @BeforeAll
    static void open() {
        lake = new TestWarehouse(folder);
        lake.table(
                "staff",
                new Schema(
                        Types.NestedField.required(1, "id", Types.LongType.get()),
                        Types.NestedField.optional(2, "name", Types.StringType.get()),
                        Types.NestedField.optional(REGION, "region", Types.StringType.get()),
                        Types.NestedField.optional(SALARY, "salary", Types.DecimalType.of(10, 2)),
                        Types.NestedField.optional(SSN, "ssn", Types.StringType.get()),
                        Types.NestedField.optional(6, "hired", Types.DateType.get()),
                        Types.NestedField.optional(7, "note", Types.StringType.get())),
                """
                SELECT * FROM (VALUES
                    (1, 'Ada', 'US', 1000.00, '111-22-3333', DATE '2020-01-01', '7'),
                    (2, 'Bob', 'EU', 2000.00, '444-55-6666', DATE '2021-01-01', 'canary'),
                    (3, 'Cyd', 'US', 3000.00, '777-88-9999', DATE '2022-01-01', '8'),
                    (4, 'Dan', NULL, 4000.00, '000-11-2222', DATE '2023-01-01', 'canary')
                ) AS t(id, name, region, salary, ssn, hired, note)
                """);
        Predicate american = new Predicate.Comparison(REGION, Predicate.Operator.EQUAL, new Operand.Text("US"));
        lake.policies
                .allow("boss", "shop_curated.staff")
                .allow(
                        "analyst",
                        "shop_curated.staff",
                        american,
                        Map.of(SALARY, hidden(), SSN, masked(new Mask.ShowLast(4, 4))));
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    @Test
    void all_is_shown_to_whom_nothing_restricts() {
        assertThat(lake.ask("boss", "SELECT id, salary, ssn FROM staff ORDER BY id"))
                .containsExactly(
                        "1|1000.00|111-22-3333",
                        "2|2000.00|444-55-6666",
                        "3|3000.00|777-88-9999",
                        "4|4000.00|000-11-2222");
    }

    @Test
    void rows_are_filtered_and_values_masked() {
        assertThat(lake.ask("analyst", "SELECT id, ssn FROM shop_curated.staff ORDER BY id DESC"))
                .containsExactly("3|*******9999", "1|*******3333");
    }

    @Test
    void a_star_stands_for_the_columns_one_has() {
        assertThat(lake.ask("analyst", "SELECT * FROM staff WHERE id = 1"))
                .containsExactly("1|Ada|US|*******3333|2020-01-01|7");
        assertThat(lake.ask("analyst", "SELECT s.* FROM lake.shop_curated.STAFF s WHERE id = 1"))
                .containsExactly("1|Ada|US|*******3333|2020-01-01|7");
        assertThat(lake.ask("analyst", "TABLE \"AwsDataCatalog\".\"shop_curated\".\"staff\""))
                .hasSize(2);
    }

    @Test
    void counting_counts_what_is_shown() {
        assertThat(lake.ask("analyst", "SELECT count(*) FROM staff")).containsExactly("2");
        assertThat(lake.ask("analyst", "SELECT min(hired), max(hired), approx_distinct(region) FROM staff"))
                .containsExactly("2020-01-01|2022-01-01|1");
    }

    @Test
    void a_missing_table_and_a_forbidden_one_are_answered_alike() {
        String missing = messageOf("analyst", "SELECT * FROM nothing").replace("nothing", "X");
        String forbidden = messageOf("stranger", "SELECT * FROM staff").replace("staff", "X");
        assertThat(forbidden).isEqualTo(missing);
        assertThat(messageOf("stranger", "SELECT nonsense FROM staff").replace("staff", "X"))
                .isEqualTo(messageOf("stranger", "SELECT nonsense FROM nothing").replace("nothing", "X"));
    }

    private static String messageOf(String principal, String sql) {
        try {
            lake.ask(principal, sql);
            throw new AssertionError("not refused: " + sql);
        } catch (QueryException refused) {
            return refused.code() + " " + refused.getMessage();
        }
    }

    @Nested
    class A_hidden_column_cannot_be_used {
        @Test
        void anywhere() {
            for (String sql : new String[] {
                "SELECT salary FROM staff",
                "SELECT s.salary FROM staff s",
                "SELECT \"SALARY\" FROM staff",
                "SELECT shop_curated.staff.salary FROM staff",
                "SELECT id FROM staff WHERE salary > 0",
                "SELECT id FROM staff ORDER BY salary",
                "SELECT count(*) FROM staff GROUP BY salary",
                "SELECT count(*) FROM staff HAVING max(salary) > 0",
                "SELECT a.id FROM staff a JOIN staff b ON a.salary = b.salary",
                "SELECT 1 FROM staff a JOIN staff b USING (salary)",
                "SELECT row_number() OVER (ORDER BY salary) FROM staff",
                "SELECT row_number() OVER (PARTITION BY salary) FROM staff",
                "SELECT sum(id) OVER w FROM staff WINDOW w AS (ORDER BY salary)",
                "SELECT transform(ARRAY[1], x -> x + salary) FROM staff",
                "SELECT (SELECT salary)  FROM staff",
                "SELECT 1 FROM (VALUES 1) v(x) WHERE EXISTS (SELECT 1 FROM staff WHERE salary = x)",
                "WITH w AS (SELECT salary AS s FROM staff) SELECT s FROM w",
                "SELECT count(*) FILTER (WHERE salary > 1) FROM staff",
                "SELECT array_agg(id ORDER BY salary) FROM staff",
                "SELECT id FROM staff WHERE id IN (SELECT CAST(salary AS bigint) FROM staff)",
                "SELECT id FROM staff UNION SELECT CAST(salary AS bigint) FROM staff",
                "SELECT t.y FROM staff CROSS JOIN UNNEST(ARRAY[salary]) t(y)",
                "SELECT CASE WHEN salary > 1 THEN 1 END FROM staff",
                "SELECT GROUPING(salary) FROM staff GROUP BY CUBE (salary)",
            }) {
                assertThatThrownBy(() -> lake.ask("analyst", sql))
                        .as(sql)
                        .isInstanceOf(QueryException.ColumnDenied.class)
                        .hasMessageContaining("salary");
            }
        }
    }

    @Nested
    class Conditions_of_the_user_see {
        @Test
        void masked_values() {
            assertThat(lake.ask("analyst", "SELECT count(*) FROM staff WHERE ssn LIKE '1%'"))
                    .containsExactly("0");
            assertThat(lake.ask("analyst", "SELECT count(*) FROM staff WHERE ssn = '111-22-3333'"))
                    .containsExactly("0");
            assertThat(lake.ask("analyst", "SELECT count(*) FROM staff JOIN (VALUES '111-22-3333') v(x) ON ssn = x"))
                    .containsExactly("0");
            assertThat(lake.ask("analyst", "SELECT count(*) FROM staff WHERE ssn = '*******3333'"))
                    .containsExactly("1");
            assertThat(lake.ask("analyst", "SELECT DISTINCT substr(ssn, 1, 7) FROM staff"))
                    .containsExactly("*******");
        }

        @Test
        void only_rows_that_are_shown() {
            assertThat(lake.ask(
                            "analyst",
                            "SELECT count(*) FROM staff WHERE 1 / (CASE WHEN region = 'EU' THEN 0 ELSE 1 END) = 1"))
                    .containsExactly("2");
            assertThat(lake.ask("analyst", "SELECT sum(CAST(note AS integer)) FROM staff"))
                    .containsExactly("15");
            assertThat(lake.ask("analyst", "SELECT id FROM staff WHERE CAST(note AS integer) = 8"))
                    .containsExactly("3");
            assertThat(lake.ask("analyst", "SELECT id FROM staff WHERE region <> 'US' OR region IS NULL"))
                    .isEmpty();
            assertThat(lake.ask("analyst", "SELECT count(*) FROM staff WHERE id = 2"))
                    .containsExactly("0");
        }

        @Test
        void the_same_in_every_place_a_table_is_named() {
            assertThat(lake.ask("analyst", """
                    WITH a AS (SELECT * FROM staff), b AS (SELECT * FROM a)
                    SELECT (SELECT count(*) FROM staff), (SELECT count(*) FROM b),
                           (SELECT count(*) FROM staff x JOIN staff y ON x.id <= y.id),
                           (SELECT count(*) FROM (SELECT id FROM staff UNION ALL SELECT id FROM staff)),
                           (SELECT count(*) FROM (VALUES 1, 2, 3, 4) v(i) WHERE EXISTS (SELECT 1 FROM staff WHERE id = i)),
                           (SELECT count(*) FROM (VALUES 1, 2, 3, 4) v(i) LEFT JOIN staff ON id = i WHERE name IS NULL)
                    """)).containsExactly("2|2|3|4|2|2");
        }
    }

    @Test
    void a_condition_on_a_table_around_a_subquery_leaves_its_rows() {
        for (String who : new String[] {"boss", "analyst"}) {
            int rows = lake.ask(who, "SELECT id FROM staff").size();
            assertThat(lake.ask(who, "SELECT (SELECT max(u.name) FROM staff u WHERE staff.id = 1) FROM staff"))
                    .hasSize(rows)
                    .contains("NULL");
            assertThat(lake.ask(who, "SELECT id FROM staff s WHERE NOT EXISTS (SELECT 1 FROM staff u WHERE s.id = 1)"))
                    .hasSize(rows - 1);
            assertThat(
                            lake.ask(
                                    who,
                                    "SELECT s.id FROM staff s LEFT JOIN LATERAL (SELECT 1 AS x FROM staff u WHERE s.id = 1) ON true"))
                    .hasSizeGreaterThanOrEqualTo(rows);
            assertThat(lake.ask(who, "SELECT s.id FROM staff s LEFT JOIN staff u ON s.id = 1 AND u.id = 1"))
                    .hasSize(rows);
            assertThat(lake.ask(
                            who,
                            "SELECT s.id FROM staff s LEFT JOIN staff u ON s.id = u.id WHERE u.id = 1 OR u.id IS NULL"))
                    .containsExactly("1");
        }
    }

    @Test
    void errors_hold_no_data() {
        assertThatThrownBy(() -> lake.ask("boss", "SELECT CAST(note AS integer) FROM staff"))
                .isInstanceOf(QueryException.class)
                .hasMessageNotContaining("canary");
        assertThatThrownBy(() -> lake.ask("boss", "SELECT date_parse(note, '%Y') FROM staff"))
                .isInstanceOf(QueryException.class)
                .hasMessageNotContaining("canary");
    }

    @Test
    void metadata_is_of_what_one_may_know() {
        assertThat(lake.ask("analyst", "SHOW TABLES")).containsExactly("staff");
        assertThat(lake.ask("analyst", "show databases")).containsExactly("shop_curated");
        assertThat(lake.ask("stranger", "SHOW DATABASES")).isEmpty();
        assertThat(lake.ask("analyst", "DESCRIBE staff")).contains("id|bigint|", "salary|decimal(10,2)|");
        assertThatThrownBy(() -> lake.ask("stranger", "DESCRIBE staff")).isInstanceOf(QueryException.NotFound.class);
        assertThatThrownBy(() -> lake.ask("stranger", "SHOW TABLES IN shop_curated"))
                .isInstanceOf(QueryException.NotFound.class);
    }

    @Test
    void parameters_are_literals() {
        var analyst = HandPolicies.person("analyst");
        assertThat(lake.ask(analyst, "SELECT name FROM staff WHERE id = ? AND region = ?", "1", "'US'"))
                .containsExactly("Ada");
        assertThatThrownBy(() -> lake.ask(analyst, "SELECT ?", "(SELECT max(salary) FROM staff)"))
                .isInstanceOf(QueryException.InvalidRequest.class);
    }
}

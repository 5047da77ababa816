package io.atalaya.query;

import static io.atalaya.query.HandPolicies.hidden;
import static io.atalaya.query.HandPolicies.masked;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Operand;
import io.atalaya.policies.predicate.Predicate;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every construct over a table with a row filter, a mask and a hidden column: as if there were no more than is shown. */
class ConstructsUnderPolicyTest {
    @TempDir
    private static Path folder;

    private static TestWarehouse lake;

    @BeforeAll
    static void open() {
        lake = new TestWarehouse(folder);
        Schema schema = new Schema(
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "boss", Types.LongType.get()),
                Types.NestedField.optional(3, "region", Types.StringType.get()),
                Types.NestedField.optional(4, "phone", Types.StringType.get()),
                Types.NestedField.optional(5, "secret", Types.StringType.get()),
                Types.NestedField.optional(6, "tags", Types.ListType.ofOptional(7, Types.StringType.get())),
                Types.NestedField.optional(
                        8,
                        "place",
                        Types.StructType.of(
                                Types.NestedField.optional(9, "x", Types.IntegerType.get()),
                                Types.NestedField.optional(10, "y", Types.StringType.get()))));
        lake.table("staff", schema, """
                SELECT id, boss, region, phone, secret, tags, place FROM (VALUES
                    (1, NULL, 'US', '555-1', 's1', ['a', 'b'], {'x': 1, 'y': 'one'}),
                    (2, 1, 'US', '555-2', 's2', ['b'], {'x': 2, 'y': 'two'}),
                    (3, 2, 'US', '555-3', 's3', [], {'x': 2, 'y': 'two'}),
                    (901, 1, 'EU', 'CANARY-1', 'CANARY', ['CANARY'], {'x': 901, 'y': 'CANARY'}),
                    (902, 901, NULL, 'CANARY-2', 'CANARY', ['CANARY'], {'x': 902, 'y': 'CANARY'})
                ) AS t(id, boss, region, phone, secret, tags, place)
                """);
        lake.policies.allow(
                "ana",
                "shop_curated.staff",
                new Predicate.Comparison(3, Predicate.Operator.EQUAL, new Operand.Text("US")),
                Map.of(4, masked(new Mask.Null()), 5, hidden()));
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '~', quoteCharacter = '^', textBlock = """
            WITH RECURSIVE u(id, p) AS (SELECT id, phone FROM staff WHERE boss IS NULL UNION ALL SELECT s.id, s.phone FROM staff s JOIN u ON s.boss = u.id) SELECT count(*), count(p), max(id) FROM u ~ 3|0|3
            WITH RECURSIVE u(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM u WHERE n < (SELECT count(*) FROM staff)) SELECT max(n) FROM u ~ 3
            SELECT count(*), count(phone) FROM staff TABLESAMPLE BERNOULLI (100) ~ 3|0
            SELECT count(*) FROM staff TABLESAMPLE SYSTEM (100) WHERE id > 2 ~ 1
            SELECT count(*) FROM (SELECT * FROM staff) TABLESAMPLE BERNOULLI (100) ~ 3
            SELECT id FROM staff ORDER BY id DESC FETCH FIRST 1 ROW WITH TIES ~ 3
            SELECT count(*) FROM (SELECT id FROM staff ORDER BY phone FETCH FIRST 1 ROW WITH TIES) ~ 3
            SELECT DISTINCT phone FROM staff ORDER BY phone FETCH FIRST 5 ROWS WITH TIES ~ NULL
            SELECT count(*) FROM (SELECT region, phone, count(*) FROM staff GROUP BY DISTINCT ROLLUP (region, phone), CUBE (region)) ~ 3
            SELECT max(id) FROM staff WHERE (id, phone) IN (SELECT id, phone FROM staff) ~ NULL
            SELECT count(*) FROM staff WHERE (id, region) IN (SELECT id, region FROM staff) ~ 3
            SELECT (SELECT id, phone FROM staff WHERE id = 2) ~ {id=2, phone=null}
            SELECT max(x) FROM (SELECT place.* FROM staff) ~ 2
            SELECT max(a), count(b) FROM (SELECT s.place.* AS (a, b) FROM staff s) ~ 2|3
            SELECT max(t) FROM staff CROSS JOIN UNNEST(tags) AS u(t) ~ b
            SELECT count(*) FROM staff LEFT JOIN UNNEST(tags) WITH ORDINALITY AS u(t, n) ON true ~ 4
            SELECT max(n) FROM staff s CROSS JOIN LATERAL (SELECT count(*) AS n FROM staff q WHERE q.id >= s.id) ~ 3
            SELECT max(c) FROM (SELECT count(*) OVER (ORDER BY id GROUPS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS c FROM staff) ~ 3
            SELECT max(v) FROM (SELECT last_value(id) IGNORE NULLS OVER (ORDER BY id RANGE BETWEEN CURRENT ROW AND 5000 FOLLOWING) AS v FROM staff) ~ 3
            SELECT id FROM staff WHERE id >= ALL (SELECT id FROM staff) ~ 3
            SELECT count(*) FROM staff WHERE id > ANY (SELECT boss FROM staff) ~ 2
            SELECT count(*) FROM (TABLE staff UNION ALL TABLE staff) ~ 6
            SELECT count(*) FROM (SELECT id FROM staff EXCEPT ALL SELECT boss FROM staff) ~ 1
            SELECT count(*) FROM (SELECT id FROM staff INTERSECT ALL SELECT boss FROM staff) ~ 2
            SELECT count(*) FROM staff FULL JOIN (VALUES 1, 902) AS v(n) ON n = id ~ 4
            SELECT count(*) FROM staff a JOIN staff b USING (boss) ~ 2
            SELECT max(place[1]), max(place[2]) FROM staff ~ 2|two
            SELECT p FROM (SELECT phone AS p, count(*) FROM staff GROUP BY GROUPING SETS (phone, ())) ~ NULL, NULL
            SELECT array_agg(id ORDER BY phone, id) FROM staff ~ [1, 2, 3]
            SELECT count(*) FROM staff WHERE phone IS DISTINCT FROM NULL ~ 0
            """)
    void shows_only_what_the_policies_let_through(String sql, String rows) {
        assertThat(String.join(", ", lake.ask("ana", sql))).isEqualTo(rows);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '~', textBlock = """
            WITH RECURSIVE u(id, p) AS (SELECT id, phone FROM staff UNION ALL SELECT s.id, s.secret FROM staff s JOIN u ON s.boss = u.id) SELECT * FROM u
            SELECT secret FROM staff TABLESAMPLE BERNOULLI (100)
            SELECT id FROM staff ORDER BY secret FETCH FIRST 1 ROW WITH TIES
            SELECT count(*) FROM staff GROUP BY DISTINCT ROLLUP (secret)
            SELECT count(*) FROM staff WHERE (id, secret) IN (SELECT id, region FROM staff)
            SELECT count(*) FROM staff WHERE (id, region) IN (SELECT id, secret FROM staff)
            SELECT (SELECT id, secret FROM staff WHERE id = 1)
            SELECT s.secret.* FROM staff s
            SELECT * FROM staff JOIN staff q USING (secret)
            SELECT count(*) OVER (ORDER BY secret GROUPS 1 PRECEDING) FROM staff
            SELECT lag(id) OVER w FROM staff WINDOW w AS (PARTITION BY secret ORDER BY id)
            SELECT id FROM staff WHERE id = ANY (SELECT length(secret) FROM staff)
            SELECT count(*) FROM staff s CROSS JOIN LATERAL (SELECT s.secret) q
            SELECT count(*) FROM staff CROSS JOIN UNNEST(ARRAY[secret]) AS u(t)
            SELECT transform(tags, t -> t || secret) FROM staff
            SELECT array_agg(id ORDER BY secret) FROM staff
            SELECT id FROM staff UNION SELECT length(secret) FROM staff
            """)
    void a_hidden_column_is_out_of_reach(String sql) {
        QueryException refused =
                org.assertj.core.api.Assertions.catchThrowableOfType(QueryException.class, () -> lake.ask("ana", sql));
        assertThat(refused).as(sql).isNotNull();
        assertThat(refused.code()).isIn("PERMISSION_DENIED", "COLUMN_NOT_FOUND", "TABLE_NOT_FOUND");
    }
}

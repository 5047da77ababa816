package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.query.lineage.Derivation;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of which columns each column of a query is made, through what SQL has between them: exactly those, and no other. */
class ColumnOriginsTest {
    @TempDir
    static Path folder;

    private static GovernedWarehouse lake;

    @BeforeAll
    static void open() {
        lake = new GovernedWarehouse(folder, "shop_curated");
        lake.table(
                "shop_curated.o",
                new Schema(
                        Types.NestedField.optional(1, "id", Types.LongType.get()),
                        Types.NestedField.optional(2, "who", Types.LongType.get()),
                        Types.NestedField.optional(3, "amount", Types.DoubleType.get()),
                        Types.NestedField.optional(4, "day", Types.DateType.get()),
                        Types.NestedField.optional(5, "tags", Types.ListType.ofOptional(6, Types.StringType.get())),
                        Types.NestedField.optional(
                                7,
                                "place",
                                Types.StructType.of(
                                        Types.NestedField.optional(8, "city", Types.StringType.get()),
                                        Types.NestedField.optional(9, "zip", Types.StringType.get()))),
                        Types.NestedField.optional(
                                10,
                                "prices",
                                Types.MapType.ofOptional(11, 12, Types.StringType.get(), Types.DoubleType.get()))),
                "SELECT 1 AS id, 1 AS who, 2.5 AS amount, DATE '2026-01-01' AS day, ['a'] AS tags, {'city': 'x', 'zip': 'y'} AS place, MAP {'a': 1.5} AS prices");
        lake.table(
                "shop_curated.c",
                new Schema(
                        Types.NestedField.optional(1, "id", Types.LongType.get()),
                        Types.NestedField.optional(2, "name", Types.StringType.get()),
                        Types.NestedField.optional(3, "boss", Types.LongType.get())),
                "SELECT 1 AS id, 'Ann' AS name, NULL AS boss");
        lake.policies("""
                profiles: {engineer: {}}
                users: {eng: {profiles: [engineer]}}
                grants:
                  - {to: {profile: engineer}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_curated}}
                  - {to: {profile: engineer}, allow: [CREATE_TABLE, DESCRIBE], on: {database: shop_curated}}
                """);
        lake.done(
                "eng",
                "CREATE VIEW spent AS SELECT who, sum(amount) AS total FROM o WHERE day > DATE '2020-01-01' GROUP BY who");
        lake.done(
                "eng",
                "CREATE VIEW ranked AS SELECT c.name, s.total, rank() OVER (ORDER BY s.total) AS place FROM c JOIN spent s ON c.id = s.who");
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    private static String origins(String sql) {
        Derivation derivation = new Compiler(lake.lakehouse(), lake.tables(), lake.policies()::current)
                .compile(lake.person("eng"), sql, Optional.of(Namespace.of("shop_curated")))
                .derivation()
                .get();
        return derivation.columns().stream()
                .map(origins -> origins.stream()
                        .map(origin -> origin.table().name().name() + "."
                                + origin.table().schema().findColumnName(origin.fieldId()))
                        .sorted()
                        .collect(Collectors.joining(" ")))
                .collect(Collectors.joining(", "))
                .strip();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "SELECT id, amount * 2 FROM o WHERE who = 1 ORDER BY day | o.id, o.amount",
                "SELECT * FROM c | c.id, c.name, c.boss",
                "SELECT x.* FROM o JOIN c x ON o.who = x.id | c.id, c.name, c.boss",
                "SELECT o.amount, c.name FROM o LEFT JOIN c ON o.who = c.id | o.amount, c.name",
                "SELECT id, name FROM o JOIN c USING (id) | o.id, c.name",
                "SELECT id, name FROM o FULL JOIN c USING (id) | c.id o.id, c.name",
                "SELECT CASE WHEN amount > 5 THEN name ELSE 'none' END FROM o, c | c.name o.amount",
                "SELECT coalesce(c.name, cast(o.id AS varchar)) FROM o, c | c.name o.id",
                // Tables that are named on the way.
                "WITH a AS (SELECT id AS k, amount AS v FROM o), b AS (SELECT k, v + 1 AS w FROM a) SELECT b.w, a.k FROM a JOIN b ON a.k = b.k | o.amount, o.id",
                "WITH a(k, v) AS (SELECT id, amount FROM o) SELECT v FROM a | o.amount",
                "SELECT s.t FROM (SELECT sum(amount) AS t, who FROM o GROUP BY who) s | o.amount",
                "WITH RECURSIVE up(id, name, boss) AS (SELECT id, name, boss FROM c UNION ALL SELECT c.id, up.name, c.boss FROM c JOIN up ON c.id = up.boss) SELECT name, id FROM up | c.name, c.id",
                // Views, and views of views.
                "SELECT total FROM spent | o.amount",
                "SELECT name, total, place FROM ranked | c.name, o.amount, o.amount",
                // Sets.
                "SELECT id FROM o UNION ALL SELECT boss FROM c | c.boss o.id",
                "SELECT id, name FROM c EXCEPT SELECT who, 'x' FROM o | c.id o.who, c.name",
                // Groups and windows.
                "SELECT who, max(day), count(*) FROM o GROUP BY who | o.who, o.day, ",
                "SELECT who, sum(amount) FILTER (WHERE id > 1) FROM o GROUP BY ROLLUP (who) | o.who, o.amount o.id",
                "SELECT max_by(id, amount) FROM o | o.amount o.id",
                "SELECT id, sum(amount) OVER (PARTITION BY who ORDER BY day) FROM o | o.id, o.amount o.day o.who",
                "SELECT lag(amount) OVER w FROM o WINDOW w AS (ORDER BY day) | o.amount o.day",
                // What is nested.
                "SELECT o.id, t FROM o CROSS JOIN UNNEST(tags) AS u(t) | o.id, o.tags",
                "SELECT t, n FROM o CROSS JOIN UNNEST(tags) WITH ORDINALITY AS u(t, n) | o.tags, o.tags",
                "SELECT k, v FROM o CROSS JOIN UNNEST(prices) AS u(k, v) | o.prices, o.prices",
                "SELECT place.city FROM o | o.place",
                "SELECT transform(tags, t -> concat(t, c.name)) FROM o, c | c.name o.tags",
                "SELECT reduce(tags, 0, (s, t) -> s + length(t), s -> s) FROM o | o.tags",
                "SELECT element_at(prices, name) FROM o, c | c.name o.prices",
                // Questions in a question.
                "SELECT (SELECT max(amount) FROM o WHERE o.who = c.id) FROM c | o.amount",
                "SELECT id FROM o WHERE who IN (SELECT id FROM c) | o.id",
                "SELECT id IN (SELECT boss FROM c) FROM o | c.boss o.id",
                // Rows that come from nowhere.
                "SELECT 1, v FROM (VALUES (1, 'x')) AS t(k, v) | , ",
            })
    void are_found(String sql, String expected) {
        assertThat(origins(sql)).as(sql).isEqualTo(expected);
    }

    @Test
    void of_a_table_that_is_renamed_are_the_same() {
        assertThat(origins("SELECT amount FROM o x(id, k, amount, d, t, p, q)")).isEqualTo("o.amount");
        assertThat(origins("SELECT k FROM o AS x(id, k, amount, d, t, p, q)")).isEqualTo("o.who");
    }
}

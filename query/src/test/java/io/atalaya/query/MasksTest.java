package io.atalaya.query;

import static io.atalaya.query.HandPolicies.masked;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Operand;
import io.atalaya.policies.predicate.Predicate;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MasksTest {
    @TempDir
    private static Path folder;

    private static TestWarehouse lake;

    @BeforeAll
    static void open() {
        lake = new TestWarehouse(folder);
        lake.table(
                "t",
                new Schema(
                        Types.NestedField.required(1, "id", Types.LongType.get()),
                        Types.NestedField.optional(2, "text", Types.StringType.get()),
                        Types.NestedField.optional(3, "amount", Types.DecimalType.of(10, 2)),
                        Types.NestedField.optional(4, "day", Types.DateType.get()),
                        Types.NestedField.optional(5, "moment", Types.TimestampType.withoutZone()),
                        Types.NestedField.optional(6, "latitude", Types.DoubleType.get()),
                        Types.NestedField.optional(7, "count", Types.IntegerType.get()),
                        Types.NestedField.optional(8, "tags", Types.ListType.ofOptional(9, Types.StringType.get()))),
                """
                SELECT * FROM (VALUES
                    (1, 'Añb-42 Ω', 1234.56, DATE '2024-05-17', TIMESTAMP '2024-05-17 13:14:15', 40.41678, 1234567, ['a']),
                    (2, '😀bc', -0.01, DATE '1969-12-31', TIMESTAMP '1969-12-31 23:59:59', -3.70379, -2147483648, []),
                    (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
                ) AS t(id, text, amount, day, moment, latitude, count, tags)
                """);
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    private static List<String> seen(int column, String name, Mask mask) {
        return seen(column, name, masked(mask));
    }

    private static List<String> seen(int column, String name, ColumnAccess access) {
        lake.policies.allow("ana", "shop_curated.t", new Predicate.Always(), Map.of(column, access));
        return lake.ask("ana", "SELECT " + name + " FROM t ORDER BY id");
    }

    @Test
    void hide_everything() {
        assertThat(seen(2, "text", new Mask.Null())).containsExactly("NULL", "NULL", "NULL");
        assertThat(seen(8, "tags", new Mask.Redact())).containsExactly("NULL", "NULL", "NULL");
        assertThat(seen(2, "text", new Mask.Constant("it's"))).containsExactly("it's", "it's", "it's");
        assertThat(seen(3, "amount", new Mask.Constant("7"))).containsExactly("7.00", "7.00", "7.00");
        assertThat(seen(4, "day", new Mask.Constant("not a day"))).containsExactly("NULL", "NULL", "NULL");
    }

    @Test
    void keep_the_shape_of_text() {
        assertThat(seen(2, "text", new Mask.Redact())).containsExactly("Xxx-00 X", "😀xx", "NULL");
        assertThat(seen(2, "text", new Mask.RedactNumbers(2))).containsExactly("Añb-## Ω", "😀bc", "NULL");
        assertThat(seen(2, "text", new Mask.RedactNumbers(3))).containsExactly("Añb-42 Ω", "😀bc", "NULL");
    }

    @Test
    void show_an_end_of_text_unless_that_shows_too_much() {
        assertThat(seen(2, "text", new Mask.ShowLast(1, 2))).containsExactly("*******Ω", "**c", "NULL");
        assertThat(seen(2, "text", new Mask.ShowFirst(1, 2))).containsExactly("A*******", "😀**", "NULL");
        assertThat(seen(2, "text", new Mask.ShowLast(4, 4))).containsExactly("****42 Ω", "***", "NULL");
        assertThat(seen(2, "text", new Mask.ShowLast(10, 0))).containsExactly("********", "***", "NULL");
    }

    @Test
    void give_pseudonyms_that_join_within_a_purpose() {
        List<String> one = seen(2, "text", new Mask.Pseudonym("churn"));
        assertThat(one.getFirst()).hasSize(32).isNotEqualTo(one.get(1));
        assertThat(one.get(2)).isEqualTo("NULL");
        assertThat(seen(2, "text", new Mask.Pseudonym("churn"))).isEqualTo(one);
        assertThat(seen(2, "text", new Mask.Pseudonym("fraud"))).isNotEqualTo(one);
        seen(2, "text", new Mask.Pseudonym("churn"));
        assertThat(lake.ask("ana", "SELECT count(*) FROM t a JOIN t b ON a.text = b.text"))
                .containsExactly("2");
        assertThat(lake.compiler()
                        .compile(
                                HandPolicies.person("ana"),
                                "SELECT text FROM shop_curated.t",
                                java.util.Optional.empty())
                        .duckSql())
                .doesNotContain("0123456789");
    }

    @Test
    void a_text_that_repeats_is_masked_like_one_that_does_not() {
        Schema schema = new Schema(
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "v", Types.StringType.get()),
                Types.NestedField.optional(3, "m", Types.StringType.get()));
        String values = "['Añb-42 Ω', '😀bc', '', '1234567', NULL]";
        String rows =
                "SELECT i AS id, " + values + "[i %% 5 + 1] AS v, " + values + "[i %% 4 + 1] AS m FROM range(%d) t(i)";
        lake.table("many", schema, rows.formatted(60_000));
        lake.table("few", schema, rows.formatted(20));
        Predicate early =
                new Predicate.Comparison(1, Predicate.Operator.LESS, new Operand.Numeric(BigDecimal.valueOf(50_000)));
        for (Mask mask : List.of(
                new Mask.ShowLast(2, 2),
                new Mask.ShowFirst(3, 1),
                new Mask.Redact(),
                new Mask.RedactNumbers(3),
                new Mask.Pseudonym("churn"))) {
            for (ColumnAccess access : List.of(
                    masked(mask),
                    new ColumnAccess.Masked(
                            mask,
                            new Predicate.Not(
                                    new Predicate.Comparison(3, Predicate.Operator.EQUAL, new Operand.Text("1234567"))),
                            HandPolicies.BECAUSE))) {
                lake.policies
                        .allow("ana", "shop_curated.many", early, Map.of(2, access, 3, masked(mask)))
                        .allow("ana", "shop_curated.few", new Predicate.Always(), Map.of(2, access, 3, masked(mask)));
                String counts = "SELECT v, m, count(*) / %d FROM %s %s GROUP BY v, m ORDER BY v, m";
                assertThat(lake.ask("ana", counts.formatted(2500, "many", "")))
                        .as("%s", access)
                        .isEqualTo(lake.ask("ana", counts.formatted(1, "few", "")));
                assertThat(lake.ask("ana", counts.formatted(1, "many", "WHERE id >= 100 AND id < 120")))
                        .as("%s", access)
                        .isEqualTo(lake.ask("ana", counts.formatted(1, "few", "")));
                assertThat(sql("SELECT v FROM many")).contains("DISTINCT");
                assertThat(sql("SELECT v FROM many LIMIT 3")).doesNotContain("DISTINCT");
            }
        }
    }

    private static String sql(String query) {
        return lake.compiler()
                .compile(HandPolicies.person("ana"), query, java.util.Optional.of(TestWarehouse.DATABASE))
                .duckSql();
    }

    @Test
    void coarsen_dates_and_numbers() {
        assertThat(seen(4, "day", new Mask.TruncateDate(Mask.TruncateDate.Unit.YEAR)))
                .containsExactly("2024-01-01", "1969-01-01", "NULL");
        assertThat(seen(5, "moment", new Mask.TruncateDate(Mask.TruncateDate.Unit.MONTH)))
                .containsExactly("2024-05-01 00:00:00.000", "1969-12-01 00:00:00.000", "NULL");
        assertThat(seen(3, "amount", new Mask.Round(new BigDecimal("100")))).containsExactly("1200.00", "0.00", "NULL");
        assertThat(seen(7, "count", new Mask.Round(new BigDecimal("1000")))).containsExactly("1235000", "NULL", "NULL");
        assertThat(seen(6, "latitude", new Mask.Coarsen(1))).containsExactly("40.4", "-3.7", "NULL");
        assertThat(seen(4, "day", new Mask.Round(BigDecimal.TEN))).containsExactly("NULL", "NULL", "NULL");
    }

    @Test
    void show_cells_where_a_condition_holds() {
        Predicate second = new Predicate.Comparison(1, Predicate.Operator.EQUAL, new Operand.Numeric(BigDecimal.TWO));
        assertThat(seen(2, "text", HandPolicies.where(second))).containsExactly("NULL", "😀bc", "NULL");
        assertThat(seen(2, "text", new ColumnAccess.Masked(new Mask.ShowFirst(1, 1), second, HandPolicies.BECAUSE)))
                .containsExactly("NULL", "😀**", "NULL");
    }

    @Test
    void filters_of_every_kind_let_through_what_they_say() {
        record Case(Predicate rows, List<String> ids) {
            Case(Predicate rows, String... ids) {
                this(rows, List.of(ids));
            }
        }
        Operand text = new Operand.Text("2024-05-17");
        for (Case each : List.of(
                new Case(new Predicate.Never()),
                new Case(new Predicate.Comparison(4, Predicate.Operator.EQUAL, text), "1"),
                new Case(new Predicate.Not(new Predicate.Comparison(4, Predicate.Operator.EQUAL, text)), "2"),
                new Case(new Predicate.Comparison(4, Predicate.Operator.EQUAL, new Operand.Text("no day"))),
                new Case(new Predicate.Not(
                        new Predicate.Comparison(4, Predicate.Operator.EQUAL, new Operand.Text("no day")))),
                new Case(new Predicate.Comparison(2, Predicate.Operator.EQUAL, new Operand.UserAttribute("x"))),
                new Case(new Predicate.IsNull(2), "3"),
                new Case(new Predicate.Not(new Predicate.IsNull(2)), "1", "2"),
                new Case(new Predicate.Like(2, "%b%"), "1", "2"),
                new Case(new Predicate.Like(2, "'; DROP TABLE t --")),
                new Case(
                        new Predicate.In(
                                1,
                                List.of(
                                        new Operand.Numeric(BigDecimal.ONE),
                                        new Operand.Numeric(new BigDecimal("3.0")))),
                        "1",
                        "3"),
                new Case(
                        new Predicate.Comparison(
                                1, Predicate.Operator.LESS, new Operand.Numeric(new BigDecimal("1.5"))),
                        "1"),
                new Case(new Predicate.Comparison(7, Predicate.Operator.LESS, new Operand.Text("0")), "2"),
                new Case(new Predicate.Comparison(
                        7, Predicate.Operator.GREATER, new Operand.Numeric(new BigDecimal("99999999999999999999")))),
                new Case(
                        new Predicate.Between(
                                3, new Operand.Numeric(new BigDecimal("-1")), new Operand.Numeric(new BigDecimal("1"))),
                        "2"),
                new Case(
                        new Predicate.Or(List.of(
                                new Predicate.IsNull(2),
                                new Predicate.Comparison(
                                        6, Predicate.Operator.GREATER, new Operand.Numeric(BigDecimal.TEN)))),
                        "1",
                        "3"),
                new Case(new Predicate.Comparison(99, Predicate.Operator.EQUAL, text)))) {
            lake.policies.allow("ana", "shop_curated.t", each.rows(), Map.of());
            assertThat(lake.ask("ana", "SELECT id FROM t ORDER BY id"))
                    .as("%s", each.rows())
                    .isEqualTo(each.ids());
        }
    }
}

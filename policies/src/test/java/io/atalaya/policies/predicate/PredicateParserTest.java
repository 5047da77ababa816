package io.atalaya.policies.predicate;

import static io.atalaya.policies.Lake.PARTITIONS;
import static io.atalaya.policies.Lake.SCHEMA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.policies.Lake;
import io.atalaya.policies.PolicyException;
import io.atalaya.policies.predicate.Predicate.Comparison;
import io.atalaya.policies.predicate.Predicate.Operator;
import java.math.BigDecimal;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PredicateParserTest {
    private static Predicate parse(String text) {
        return PredicateParser.parse(text, SCHEMA, PARTITIONS);
    }

    @Nested
    class Reads {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "region = 'US'",
                    "REGION = 'US'",
                    "\"region\" = 'US'",
                    "( region='US' )",
                })
        void a_comparison_in_many_forms(String text) {
            assertThat(parse(text)).isEqualTo(new Comparison(Lake.REGION, Operator.EQUAL, new Operand.Text("US")));
        }

        @Test
        void lake_formations_composites_and_sqls_precedence() {
            Predicate a = parse("a = 'x'");
            Predicate b = parse("b > 1");
            Predicate c = parse("c IS NULL");
            assertThat(parse("((a = 'x') AND (b > 1)) OR (c IS NULL)"))
                    .isEqualTo(new Predicate.Or(List.of(new Predicate.And(List.of(a, b)), c)));
            assertThat(parse("a = 'x' AND b > 1 OR c IS NULL"))
                    .isEqualTo(parse("((a = 'x') AND (b > 1)) OR (c IS NULL)"));
            assertThat(parse("NOT a = 'x' AND b > 1")).isEqualTo(new Predicate.And(List.of(new Predicate.Not(a), b)));
        }

        @Test
        void lists_ranges_patterns_nulls_and_booleans() {
            assertThat(parse("b IN (1, 2.0, -3)"))
                    .isEqualTo(new Predicate.In(Lake.B, List.of(number("1"), number("2"), number("-3"))));
            assertThat(parse("b NOT BETWEEN 1 AND 5"))
                    .isEqualTo(new Predicate.Not(new Predicate.Between(Lake.B, number("1"), number("5"))));
            assertThat(parse("a NOT LIKE 'x%_'")).isEqualTo(new Predicate.Not(new Predicate.Like(Lake.A, "x%_")));
            assertThat(parse("a IS NOT NULL")).isEqualTo(new Predicate.Not(new Predicate.IsNull(Lake.A)));
            assertThat(parse("paid = TRUE")).isEqualTo(new Comparison(6, Operator.EQUAL, new Operand.Truth(true)));
            assertThat(parse("a = 'it''s'"))
                    .isEqualTo(new Comparison(Lake.A, Operator.EQUAL, new Operand.Text("it's")));
        }

        @Test
        void fields_of_structs_and_attributes_of_users() {
            assertThat(parse("address.zip = user.zip"))
                    .isEqualTo(new Comparison(Lake.ZIP, Operator.EQUAL, new Operand.UserAttribute("zip")));
        }

        private Operand number(String text) {
            return new Operand.Numeric(new BigDecimal(text));
        }
    }

    @Nested
    class V16_refuses {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "a = c                      | another column ('c') | 5",
                    "lower(a) = 'x'             | functions such as lower() | 1",
                    "a = lower('x')             | functions such as lower() | 5",
                    "ts > '2026-01-01'          | type timestamp | 1",
                    "a > DATE '2026-01-01'      | DATE values | 5",
                    "day IS NULL                | partition column 'day' | 1",
                    "items = 'x'                | type array | 1",
                    "labels = 'x'               | type map | 1",
                    "address = 'x'              | type struct | 1",
                    "nope = 1                   | unknown column 'nope' | 1",
                    "b = 1 AND address.nope = 1 | unknown column 'address.nope' | 11",
                    "a.b = 1                    | has no fields | 1",
                    "b = 'x'                    | is a number and cannot be compared | 5",
                    "a = 1                      | is text and cannot be compared | 5",
                    "paid < TRUE                | has no order | 6",
                    "b + 1 = 2                  | arithmetic | 3",
                    "b = 1 + 1                  | arithmetic | 7",
                    "5 < b                      | a column on the left | 1",
                    "a = NULL                   | IS NULL | 5",
                    "a IN (SELECT 1)            | subqueries | 7",
                    "a LIKE 'x' ESCAPE '!'      | ESCAPE | 12",
                    "b LIKE '1%'                | LIKE is for text | 8",
                    "a = 'x                     | not closed | 5",
                    "b = 1e9                    | digits and a point | 5",
                    "b = 1.2.3                  | no number | 5",
                    "a = 'x' OR                 | a column on the left | 11",
                    "a = 'x' ; DROP TABLE t     | unexpected ';' | 9",
                    "(a = 'x'                   | expected ')' | 9",
                    "#1 = 'x'                   | name the column | 1",
                })
        void with_reason_and_position(String text, String reason, int position) {
            assertThatThrownBy(() -> parse(text))
                    .isInstanceOfSatisfying(
                            PolicyException.InvalidPredicate.class,
                            refusal -> assertThat(refusal.position()).isEqualTo(position))
                    .hasMessageContaining(reason);
        }

        @Test
        void more_than_2048_characters() {
            String longest = "a = '" + "x".repeat(PredicateParser.MAX_LENGTH - 6) + "'";
            assertThat(parse(longest)).isInstanceOf(Comparison.class);
            assertThatThrownBy(() -> parse(longest + " "))
                    .hasMessageContaining("2048")
                    .hasMessageContaining("2049");
        }

        @Test
        void nesting_that_would_exhaust_the_stack() {
            assertThatThrownBy(() -> parse("(".repeat(1000) + "a = 'x'")).hasMessageContaining("50 levels");
            assertThatThrownBy(() -> parse("NOT ".repeat(500) + "a = 'x'")).hasMessageContaining("50 levels");
        }

        @Test
        void names_that_could_mean_two_columns() {
            Schema twice = new Schema(
                    Types.NestedField.optional(1, "Name", Types.StringType.get()),
                    Types.NestedField.optional(2, "NAME", Types.StringType.get()));
            assertThatThrownBy(() -> PredicateParser.parse("name = 'x'", twice, PARTITIONS))
                    .hasMessageContaining("ambiguous");
            assertThat(PredicateParser.parse("\"NAME\" = 'x'", twice, PARTITIONS)
                            .fields())
                    .containsExactly(2);
        }
    }

    @Test
    void a_guard_on_columns_speaks_of_value_only() {
        assertThat(PredicateParser.parseOverValue("value = user.region", 0).fields())
                .containsExactly(0);
        assertThatThrownBy(() -> PredicateParser.parseOverValue("region = 'x'", 0))
                .hasMessageContaining("'value'");
    }
}

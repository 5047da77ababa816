package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns of every type, from Iceberg to Athena's text. */
class TypesTest {
    @TempDir
    private static Path folder;

    private static TestWarehouse lake;

    @BeforeAll
    static void open() {
        lake = new TestWarehouse(folder);
        lake.table(
                "all_types",
                new Schema(
                        Types.NestedField.optional(1, "yes", Types.BooleanType.get()),
                        Types.NestedField.optional(2, "small", Types.IntegerType.get()),
                        Types.NestedField.optional(3, "large", Types.LongType.get()),
                        Types.NestedField.optional(4, "single", Types.FloatType.get()),
                        Types.NestedField.optional(5, "precise", Types.DoubleType.get()),
                        Types.NestedField.optional(6, "money", Types.DecimalType.of(12, 2)),
                        Types.NestedField.optional(7, "day", Types.DateType.get()),
                        Types.NestedField.optional(8, "clock", Types.TimeType.get()),
                        Types.NestedField.optional(9, "local_time", Types.TimestampType.withoutZone()),
                        Types.NestedField.optional(10, "instant", Types.TimestampType.withZone()),
                        Types.NestedField.optional(11, "Text", Types.StringType.get()),
                        Types.NestedField.optional(12, "octets", Types.BinaryType.get()),
                        Types.NestedField.optional(13, "list", Types.ListType.ofOptional(20, Types.IntegerType.get())),
                        Types.NestedField.optional(
                                14,
                                "dict",
                                Types.MapType.ofOptional(21, 22, Types.StringType.get(), Types.IntegerType.get())),
                        Types.NestedField.optional(
                                15,
                                "person",
                                Types.StructType.of(
                                        Types.NestedField.optional(23, "name", Types.StringType.get()),
                                        Types.NestedField.optional(
                                                24, "cities", Types.ListType.ofOptional(25, Types.StringType.get()))))),
                """
                SELECT true AS yes, 7 AS small, 9000000000 AS large, 1.5::FLOAT AS single, 1e10::DOUBLE AS precise,
                    12.30::DECIMAL(12,2) AS money, DATE '2024-02-29' AS day, TIME '01:02:03.5' AS clock,
                    TIMESTAMP '2024-01-02 03:04:05.678' AS local_time, TIMESTAMPTZ '2024-01-02 03:04:05.678901+00' AS instant,
                    'it''s' AS "Text", unhex('000aff') AS octets, [1, NULL, 3] AS list, MAP {'a': 1} AS dict,
                    {'name': 'Ada', 'cities': ['Lima', 'Oslo']} AS person
                """);
        lake.append("all_types", "SELECT NULL::BOOLEAN AS yes");
        lake.policies.allow("ana", "shop_curated.all_types");
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    @Test
    void are_written_as_Athena_writes_them() {
        assertThat(lake.ask("ana", "SELECT * FROM all_types WHERE yes"))
                .containsExactly(
                        "true|7|9000000000|1.5|1.0E10|12.30|2024-02-29|01:02:03.500|2024-01-02 03:04:05.678|"
                                + "2024-01-02 03:04:05.678901 UTC|it's|00 0a ff|[1, null, 3]|{a=1}|{name=Ada, cities=[Lima, Oslo]}");
        assertThat(lake.ask("ana", "SELECT * FROM all_types WHERE yes IS NULL"))
                .containsExactly(String.join("|", java.util.Collections.nCopies(15, "NULL")));
    }

    @Test
    void have_the_names_of_Trino() {
        CompiledQuery query = lake.compiler()
                .compile(HandPolicies.person("ana"), "SELECT * FROM all_types", Optional.of(TestWarehouse.DATABASE));
        assertThat(query.columns())
                .extracting(ResultColumn::type)
                .containsExactly(
                        "boolean",
                        "integer",
                        "bigint",
                        "real",
                        "double",
                        "decimal(12,2)",
                        "date",
                        "time(6)",
                        "timestamp(6)",
                        "timestamp(6) with time zone",
                        "varchar",
                        "varbinary",
                        "array(integer)",
                        "map(varchar, integer)",
                        "row(\"name\" varchar, \"cities\" array(varchar))");
        assertThat(query.columns())
                .extracting(ResultColumn::athenaType)
                .contains("float", "timestamp with time zone", "array", "row");
        assertThat(query.fields()).extracting(Types.NestedField::name).contains("small", "person");
    }

    @Test
    void can_be_looked_into() {
        assertThat(lake.ask(
                        "ana",
                        "SELECT person.name, person.cities[2], list[1], dict['a'], text FROM all_types WHERE yes"))
                .containsExactly("Ada|Oslo|1|1|it's");
        assertThat(lake.ask("ana", "SELECT c FROM all_types CROSS JOIN UNNEST(person.cities) u(c) ORDER BY c"))
                .containsExactly("Lima", "Oslo");
        assertThat(lake.ask("ana", "SELECT t.person.name FROM all_types t WHERE t.day = DATE '2024-02-29'"))
                .containsExactly("Ada");
        assertThatThrownBy(() -> lake.ask("ana", "SELECT person.age FROM all_types"))
                .isInstanceOf(QueryException.SemanticError.class);
    }

    @Test
    void are_compared_and_pushed_down_by_every_kind_of_literal() {
        for (String condition : List.of(
                "small = 7",
                "large > 8999999999",
                "precise = 1e10",
                "money = 12.3",
                "money = 12.30",
                "money > 12",
                "day >= DATE '2024-02-29'",
                "day = CAST(' 2024-2-29 ' AS date)",
                "CAST('2024-02-28 01:02' AS timestamp) < day",
                "local_time < CAST('2024-02-29 01:02:03.5' AS timestamp(6))",
                "local_time = TIMESTAMP '2024-01-02 03:04:05.678'",
                "instant > TIMESTAMP '2024-01-02 00:00:00 UTC'",
                "instant = TIMESTAMP '2024-01-01 22:04:05.678901 America/New_York'",
                "text = 'it''s'",
                "text IN ('a', 'it''s')",
                "small BETWEEN 5 AND 9",
                "yes = true",
                "day BETWEEN DATE '2024-01-01' AND DATE '2024-12-31'",
                "single = REAL '1.5'",
                "small < 7.5",
                "large = 9000000000",
                "text LIKE 'it%'",
                "clock > TIME '01:00:00'",
                "7 = small")) {
            assertThat(lake.ask("ana", "SELECT count(*) FROM all_types WHERE " + condition))
                    .as(condition)
                    .containsExactly("1");
        }
    }

    @Test
    void of_information_schema_are_listed() {
        assertThat(lake.ask("ana", "SELECT table_schema, table_name FROM information_schema.tables"))
                .containsExactly("shop_curated|all_types");
        assertThat(
                        lake.ask(
                                "ana",
                                "SELECT column_name, data_type FROM lake.information_schema.columns WHERE ordinal_position = 6"))
                .containsExactly("money|decimal(12,2)");
        assertThat(lake.ask("nobody", "SELECT count(*) FROM information_schema.tables"))
                .containsExactly("0");
        assertThat(lake.ask("nobody", "SELECT count(*) FROM information_schema.columns"))
                .containsExactly("0");
        assertThat(lake.ask("nobody", "SELECT * FROM information_schema.schemata"))
                .isEmpty();
    }
}

package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code SHOW STATS} and the columns that no schema has: each tells of what is shown, and of nothing else. */
class ShowStatsTest {
    @TempDir
    private static Path folder;

    private static GovernedWarehouse lake;

    @BeforeAll
    static void open() {
        lake = GuardedStaff.in(folder);
        lake.morePolicies("located", """
                profiles: {located: {}}
                users:
                  loc: {profiles: [located, engineer]}
                grants:
                  - {to: {profile: located}, allow: [SELECT], on: {tablesOf: shop_curated}}
                  - {to: {profile: located}, allow: [DATA_LOCATION_ACCESS], on: {location: "%s"}}
                """.formatted(lake.tables()
                .load(TableIdentifier.of("shop_curated", "staff"))
                .orElseThrow()
                .table()
                .location()));
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    @Test
    void who_sees_all_rows_gets_the_numbers_of_all() {
        assertThat(lake.ask("eng", "SHOW STATS FOR staff"))
                .containsExactly(
                        "id|NULL|5.0|0.0|NULL|1|7770004",
                        "name|32.0|4.0|0.2|NULL|NULL|NULL",
                        "region|8.0|2.0|0.2|NULL|NULL|NULL",
                        "secret|40.0|5.0|0.0|NULL|NULL|NULL",
                        "age|NULL|5.0|0.0|NULL|-7770005|7770002",
                        "boss|NULL|2.0|0.2|NULL|1|7770006",
                        "tags|NULL|NULL|0.0|NULL|NULL|NULL",
                        "place|NULL|NULL|0.2|NULL|NULL|NULL",
                        "hired|NULL|5.0|0.0|NULL|1777-01-01 00:00:00|2777-01-01 00:00:00",
                        "NULL|NULL|NULL|NULL|5.0|NULL|NULL");
    }

    @Test
    void who_sees_some_gets_the_numbers_of_those() {
        assertThat(lake.ask("ana", "SHOW STATS FOR staff"))
                .containsExactly(
                        "id|NULL|3.0|0.0|NULL|1|3",
                        "name|16.0|1.0|0.3333333333333333|NULL|NULL|NULL",
                        "region|6.0|1.0|0.0|NULL|NULL|NULL",
                        "age|NULL|3.0|0.0|NULL|30|50",
                        "boss|NULL|1.0|0.3333333333333333|NULL|1|1",
                        "tags|NULL|NULL|0.0|NULL|NULL|NULL",
                        "place|NULL|NULL|0.3333333333333333|NULL|NULL|NULL",
                        "hired|NULL|3.0|0.0|NULL|2024-01-01 00:00:00|2024-03-01 00:00:00",
                        "NULL|NULL|NULL|NULL|3.0|NULL|NULL");
        assertThat(lake.ask(
                        "ana", "SHOW STATS FOR (SELECT max(id) AS m, length(name) FROM staff WHERE id < 3 GROUP BY 2)"))
                .containsExactly(
                        "m|NULL|1.0|0.0|NULL|2|2", "_col1|NULL|1.0|0.0|NULL|8|8", "NULL|NULL|NULL|NULL|1.0|NULL|NULL");
        assertThat(lake.error("ana", "SHOW STATS FOR (SELECT secret FROM staff)")
                        .code())
                .isIn("PERMISSION_DENIED", "COLUMN_NOT_FOUND");
        assertThat(lake.error("out", "SHOW STATS FOR staff").code()).isEqualTo("TABLE_NOT_FOUND");
        assertThat(lake.run("ana", "SHOW STATS FOR staff").kind()).isEqualTo(StatementKind.UTILITY);
    }

    @Test
    void the_path_of_a_rows_file_is_told_to_who_sees_all_rows_and_may_know_the_place() {
        assertThat(lake.ask("loc", "SELECT DISTINCT \"$path\" LIKE '%/staff%.parquet' FROM staff"))
                .containsExactly("true");
        assertThat(lake.ask("loc", "SELECT count(*) FROM staff s JOIN \"staff$files\" f ON s.\"$path\" = f.file_path"))
                .containsExactly("5");
        assertThat(lake.ask("loc", "SELECT id FROM staff WHERE \"$path\" LIKE '%nowhere%'"))
                .isEmpty();
        assertThat(lake.ask("loc", "SELECT * FROM staff WHERE id = 1").getFirst())
                .doesNotContain("parquet");
        for (String user : List.of("ana", "eng")) {
            assertThat(lake.error(user, "SELECT \"$path\" FROM staff").code())
                    .as(user)
                    .isEqualTo("COLUMN_NOT_FOUND");
        }
    }

    @Test
    void the_time_of_a_rows_file_is_told_to_who_sees_all_rows() {
        assertThat(
                        lake.ask(
                                "eng",
                                "SELECT count(*), bool_and(\"$file_modified_time\" > timestamp '2024-01-01 00:00:00 UTC') FROM staff"))
                .containsExactly("5|true");
        assertThat(lake.error("ana", "SELECT \"$file_modified_time\" FROM staff")
                        .code())
                .isEqualTo("COLUMN_NOT_FOUND");
        assertThat(lake.ask("eng", "EXPLAIN ANALYZE SELECT \"$file_modified_time\" FROM staff"))
                .isNotEmpty();
    }

    @Test
    void nothing_is_kept_that_such_a_column_says_as_it_has_no_tags_to_inherit() {
        for (String statement : List.of(
                "CREATE TABLE paths AS SELECT \"$path\" AS p FROM staff",
                "CREATE VIEW paths AS SELECT \"$path\" AS p FROM staff",
                "INSERT INTO staff (name) SELECT \"$path\" FROM staff")) {
            assertThat(lake.run("eng", statement).state()).as(statement).isEqualTo(QueryState.FAILED);
        }
    }
}

package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements that write rows: who may, what they touch, and what becomes of what must not be seen. */
class WritesTest {
    private static final Schema STAFF = new Schema(
            Types.NestedField.optional(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()),
            Types.NestedField.optional(3, "region", Types.StringType.get()),
            Types.NestedField.optional(4, "ssn", Types.StringType.get()),
            Types.NestedField.optional(5, "salary", Types.LongType.get()));

    private static final String POLICIES = """
            profiles: {engineer: {}, regional: {}, analyst: {}, steward: {}, outsider: {}}
            users:
              eng: {profiles: [engineer]}
              reg: {profiles: [regional]}
              ana: {profiles: [analyst]}
              stew: {profiles: [steward]}
              out: {profiles: [outsider]}
            tags:
              pii: [none, low, high]
            assignments:
              - table: shop_curated.staff
                columns:
                  pii=none: [id, region]
                  pii=low: [name]
                  pii=high: [ssn, salary]
            grants:
              - {to: {profile: engineer}, allow: [SELECT, INSERT, DELETE, ALTER, DROP, DESCRIBE], on: {tablesOf: shop_curated}}
              - {to: {profile: engineer}, allow: [CREATE_TABLE, DESCRIBE, ALTER], on: {database: shop_curated}}
              - {to: {profile: regional}, allow: [SELECT, INSERT, DELETE, DESCRIBE], on: {table: shop_curated.staff}}
              - {to: {profile: regional}, allow: [CREATE_TABLE, DESCRIBE], on: {database: shop_consumption}}
              - {to: {profile: analyst}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_curated}}
              - {to: {profile: analyst}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_consumption}}
              - {to: {profile: analyst}, allow: [CREATE_TABLE, DESCRIBE], on: {database: shop_consumption}}
              - {to: {profile: steward}, allow: [SELECT, INSERT, ASSOCIATE], on: {tablesOf: shop_curated}}
              - {to: {profile: steward}, allow: [CREATE_TABLE, ASSOCIATE], on: {database: shop_consumption}}
            guards:
              high_hidden:
                on: {columnsTagged: {pii: high}}
                hide: true
                except: [engineer, steward]
              low_masked:
                on: {columnsTagged: {pii: low}}
                mask: {redact: true}
                except: [engineer, steward]
            """;

    private static final String ROWS_GUARD = """
              own_region:
                on: {table: shop_curated.staff}
                rows: region = 'US'
                except: [engineer, steward]
            """;

    @TempDir
    private Path folder;

    private GovernedWarehouse lake;

    @BeforeEach
    void open() {
        lake = new GovernedWarehouse(folder, "shop_curated", "shop_consumption");
        lake.table("shop_curated.staff", STAFF, """
                SELECT * FROM (VALUES
                    (1, 'Ada', 'US', 'CANARY-1', 100), (2, 'Bob', 'US', 'CANARY-2', 200), (3, 'Dee', 'EU', 'CANARY-3', 300),
                    (4, 'CANARY', 'EU', 'CANARY-4', 400)) AS t(id, name, region, ssn, salary)
                """);
        lake.table(
                "shop_curated.plain",
                new Schema(
                        Types.NestedField.optional(1, "id", Types.LongType.get()),
                        Types.NestedField.optional(2, "note", Types.StringType.get())),
                "SELECT 1 AS id, 'one' AS note");
        lake.policies(POLICIES);
    }

    @AfterEach
    void close() {
        lake.close();
    }

    @Test
    void insert_adds_rows_and_says_how_many() {
        assertThat(lake.count("eng", "INSERT INTO plain VALUES (2, 'two'), (3, NULL)"))
                .isEqualTo(2);
        assertThat(lake.count("eng", "INSERT INTO plain (note) SELECT note || '!' FROM plain WHERE id < 3"))
                .isEqualTo(2);
        assertThat(lake.ask("eng", "SELECT id, note FROM plain ORDER BY id, note"))
                .containsExactly("1|one", "2|two", "3|NULL", "NULL|one!", "NULL|two!");
        QueryExecution execution = lake.done("eng", "INSERT INTO lake.shop_curated.plain SELECT 9, 'nine'");
        assertThat(execution.kind()).isEqualTo(StatementKind.DML);
        assertThat(execution.substatement()).isEqualTo("INSERT");
        assertThat(lake.audit.stream().map(event -> event.kind())).contains("data.write.intent", "data.write.outcome");
    }

    @Test
    void insert_takes_what_trino_takes() {
        assertThat(lake.error("eng", "INSERT INTO plain VALUES ('x', 'y')").message())
                .contains("mismatched column types");
        assertThat(lake.error("eng", "INSERT INTO plain VALUES (1)").code()).isEqualTo("TYPE_MISMATCH");
        assertThat(lake.error("eng", "INSERT INTO plain (id, nothing) VALUES (1, 2)")
                        .code())
                .isEqualTo("COLUMN_NOT_FOUND");
        assertThat(lake.error("eng", "INSERT INTO plain (id, id) VALUES (1, 2)").code())
                .isEqualTo("DUPLICATE_COLUMN_NAME");
        assertThat(lake.error("eng", "INSERT INTO nowhere VALUES (1)").code()).isEqualTo("TABLE_NOT_FOUND");
        assertThat(lake.error("eng", "INSERT INTO plain SELECT CAST(note AS bigint), note FROM plain")
                        .message())
                .doesNotContain("one");
    }

    @Test
    void only_who_was_granted_insert_inserts() {
        assertThat(lake.error("ana", "INSERT INTO plain VALUES (1, 'x')").code())
                .isEqualTo("PERMISSION_DENIED");
        assertThat(lake.error("out", "INSERT INTO plain VALUES (1, 'x')").code())
                .isEqualTo("TABLE_NOT_FOUND");
        assertThat(lake.ask("eng", "SELECT count(*) FROM plain")).containsExactly("1");
    }

    @Test
    void create_table_as_makes_a_table_of_its_creator() {
        assertThat(lake.count(
                        "eng",
                        "CREATE TABLE copy WITH (partitioning = ARRAY['region', 'bucket(id, 4)']) AS "
                                + "SELECT id, upper(name) AS name, region FROM staff"))
                .isEqualTo(4);
        assertThat(lake.ask("eng", "SELECT id, name FROM copy WHERE region = 'US' ORDER BY id"))
                .containsExactly("1|ADA", "2|BOB");
        assertThat(lake.error("eng", "CREATE TABLE copy AS SELECT 1 AS a").code())
                .isEqualTo("TABLE_ALREADY_EXISTS");
        assertThat(lake.count("eng", "CREATE TABLE IF NOT EXISTS copy AS SELECT 1 AS a"))
                .isZero();
        assertThat(lake.count("eng", "CREATE TABLE empty AS SELECT id FROM staff WITH NO DATA"))
                .isZero();
        assertThat(lake.error("ana", "CREATE TABLE mine AS SELECT 1 AS a").code())
                .isEqualTo("PERMISSION_DENIED");
        assertThat(lake.error("out", "CREATE TABLE mine AS SELECT 1 AS a").code())
                .isEqualTo("SCHEMA_NOT_FOUND");
        assertThat(lake.error("eng", "CREATE TABLE bad AS SELECT 1 AS a, 2").code())
                .isEqualTo("MISSING_COLUMN_NAME");
        assertThat(lake.count("ana", "CREATE TABLE shop_consumption.mine AS SELECT 1 AS a"))
                .isEqualTo(1);
        assertThat(lake.count("ana", "INSERT INTO shop_consumption.mine VALUES 2"))
                .isEqualTo(1);
    }

    @Test
    void columns_of_a_new_table_inherit_tags_and_with_them_guards() {
        lake.done(
                "eng",
                "CREATE TABLE copy AS WITH s AS (SELECT id, name, ssn AS number, region FROM staff) "
                        + "SELECT s.id, concat(s.name, '/', s.region) AS label, max(number) AS number, count(*) AS n "
                        + "FROM s JOIN plain p ON s.id = p.id OR true GROUP BY 1, 2");
        assertThat(lake.ask("ana", "SELECT * FROM copy ORDER BY id"))
                .containsExactly("1|Xxx/XX|1", "2|Xxx/XX|1", "3|Xxx/XX|1", "4|XXXXXX/XX|1");
        assertThat(lake.error("ana", "SELECT number FROM copy").message()).contains("number");
        assertThat(lake.ask("eng", "SELECT max(number) FROM copy")).containsExactly("CANARY-4");
    }

    @Test
    void a_copy_of_what_is_masked_or_filtered_holds_nothing_else() {
        lake.policies(POLICIES + ROWS_GUARD);
        assertThat(lake.error("reg", "CREATE TABLE shop_consumption.mine AS SELECT id, name FROM staff")
                        .message())
                .contains("own_region");
        lake.policies(POLICIES);
        lake.done("reg", "CREATE TABLE shop_consumption.mine AS SELECT * FROM staff");
        assertThat(lake
                        .lakehouse()
                        .catalog()
                        .loadTable(org.apache.iceberg.catalog.TableIdentifier.parse("shop_consumption.mine"))
                        .schema()
                        .columns()
                        .stream()
                        .map(Types.NestedField::name))
                .containsExactly("id", "name", "region");
        assertThat(lake.ask("reg", "SELECT name FROM shop_consumption.mine WHERE id = 1"))
                .containsExactly("Xxx");
        assertThat(lake.error("reg", "CREATE TABLE shop_consumption.other AS SELECT ssn FROM staff")
                        .message())
                .doesNotContain("CANARY");
    }

    @Test
    void rows_do_not_get_into_a_laxer_table_but_by_a_steward() {
        assertThat(lake.error("eng", "INSERT INTO plain SELECT id, ssn FROM staff")
                        .message())
                .contains("'note'")
                .contains("high_hidden");
        assertThat(lake.error("eng", "INSERT INTO plain SELECT salary, 'x' FROM staff")
                        .message())
                .contains("'id'");
        assertThat(lake.count("eng", "INSERT INTO plain SELECT id, region FROM staff"))
                .isEqualTo(4);
        assertThat(lake.count("stew", "INSERT INTO plain SELECT id, ssn FROM staff"))
                .isEqualTo(4);
    }

    @Test
    void whoever_sees_some_rows_writes_only_such_rows() {
        lake.policies(POLICIES + ROWS_GUARD);
        assertThat(lake.error("reg", "INSERT INTO staff (id, region) VALUES (7, 'EU')")
                        .code())
                .isEqualTo("PERMISSION_DENIED");
        assertThat(lake.error("reg", "INSERT INTO staff (id) VALUES (7)").code())
                .isEqualTo("PERMISSION_DENIED");
        assertThat(lake.count("reg", "INSERT INTO staff (id, region) VALUES (7, 'US')"))
                .isEqualTo(1);
        assertThat(lake.ask("eng", "SELECT count(*) FROM staff")).containsExactly("5");
    }

    private java.util.List<String> staff() {
        return lake.ask("eng", "SELECT * FROM staff ORDER BY id");
    }

    @Test
    void delete_removes_the_rows_that_match() {
        assertThat(lake.count("eng", "DELETE FROM staff WHERE salary > 250 AND region = 'EU'"))
                .isEqualTo(2);
        assertThat(staff()).containsExactly("1|Ada|US|CANARY-1|100", "2|Bob|US|CANARY-2|200");
        assertThat(lake.count("eng", "DELETE FROM staff WHERE id IN (SELECT id FROM plain)"))
                .isEqualTo(1);
        assertThat(lake.count("eng", "DELETE FROM staff WHERE id = 77")).isZero();
        assertThat(lake.count("eng", "DELETE FROM staff")).isEqualTo(1);
        assertThat(staff()).isEmpty();
        assertThat(lake.error("ana", "DELETE FROM staff").code()).isEqualTo("PERMISSION_DENIED");
        assertThat(lake.error("out", "DELETE FROM staff").code()).isEqualTo("TABLE_NOT_FOUND");
    }

    @Test
    void update_changes_the_columns_it_sets_and_no_other() {
        assertThat(lake.count("eng", "UPDATE staff SET salary = salary + 1, name = upper(name) WHERE id <= 2"))
                .isEqualTo(2);
        assertThat(staff())
                .containsExactly(
                        "1|ADA|US|CANARY-1|101",
                        "2|BOB|US|CANARY-2|201",
                        "3|Dee|EU|CANARY-3|300",
                        "4|CANARY|EU|CANARY-4|400");
        assertThat(lake.count("eng", "UPDATE staff SET region = (SELECT max(note) FROM plain) WHERE id = 3"))
                .isEqualTo(1);
        assertThat(staff()).contains("3|Dee|one|CANARY-3|300");
        assertThat(lake.error("eng", "UPDATE staff SET salary = 'x'").code()).isEqualTo("TYPE_MISMATCH");
        assertThat(lake.error("eng", "UPDATE staff SET region = ssn").message()).contains("'region'");
        assertThat(lake.error("ana", "UPDATE staff SET region = 'x'").code()).isEqualTo("PERMISSION_DENIED");
    }

    @Test
    void merge_changes_removes_and_adds() {
        assertThat(lake.count(
                        "eng",
                        "MERGE INTO staff AS s USING (VALUES (1, 'x', 10), (2, 'gone', 0), (9, 'new', 90)) AS v(id, name, pay) "
                                + "ON s.id = v.id WHEN MATCHED AND v.name = 'gone' THEN DELETE "
                                + "WHEN MATCHED THEN UPDATE SET salary = s.salary + v.pay "
                                + "WHEN NOT MATCHED THEN INSERT (id, name, salary) VALUES (v.id, v.name, v.pay)"))
                .isEqualTo(3);
        assertThat(staff())
                .containsExactly(
                        "1|Ada|US|CANARY-1|110",
                        "3|Dee|EU|CANARY-3|300",
                        "4|CANARY|EU|CANARY-4|400",
                        "9|new|NULL|NULL|90");
        assertThat(lake.error(
                                "eng",
                                "MERGE INTO staff s USING (VALUES 1, 1) v(id) ON s.id = v.id "
                                        + "WHEN MATCHED THEN UPDATE SET region = 'x'")
                        .message())
                .contains("more than one row");
        assertThat(lake.error("ana", "MERGE INTO staff s USING plain p ON s.id = p.id WHEN MATCHED THEN DELETE")
                        .code())
                .isEqualTo("PERMISSION_DENIED");
    }

    @Test
    void whoever_sees_part_of_a_table_changes_only_that_part() {
        lake.policies(POLICIES + ROWS_GUARD);
        assertThat(lake.count("reg", "DELETE FROM staff WHERE name LIKE 'C%' OR id IN (2, 3)"))
                .isEqualTo(1);
        assertThat(lake.count("reg", "UPDATE staff SET id = id + 100")).isEqualTo(1);
        assertThat(staff())
                .containsExactly("3|Dee|EU|CANARY-3|300", "4|CANARY|EU|CANARY-4|400", "101|Ada|US|CANARY-1|100");
        assertThat(
                        lake.count(
                                "reg",
                                "MERGE INTO staff s USING (VALUES 3, 101) v(id) ON s.id = v.id WHEN MATCHED THEN UPDATE SET id = 7"))
                .isEqualTo(1);
        assertThat(lake.error("reg", "UPDATE staff SET region = 'EU'").code()).isEqualTo("PERMISSION_DENIED");
        assertThat(lake.error(
                                "reg",
                                "MERGE INTO staff s USING (VALUES 3) v(id) ON s.id = v.id WHEN NOT MATCHED THEN INSERT (id, region) VALUES (v.id, 'EU')")
                        .code())
                .isEqualTo("PERMISSION_DENIED");
        assertThat(lake.count("reg", "DELETE FROM staff")).isEqualTo(1);
        assertThat(staff()).containsExactly("3|Dee|EU|CANARY-3|300", "4|CANARY|EU|CANARY-4|400");
    }

    @Test
    void what_is_masked_or_hidden_is_not_changed_and_decides_nothing() {
        assertThat(lake.error("reg", "UPDATE staff SET name = 'x'").message()).contains("may not change column 'name'");
        assertThat(lake.error("reg", "UPDATE staff SET ssn = 'x'").message()).contains("ssn");
        assertThat(lake.error("reg", "UPDATE staff SET region = ssn").message()).contains("ssn");
        assertThat(lake.error("reg", "DELETE FROM staff WHERE ssn LIKE 'CANARY%'")
                        .message())
                .contains("ssn");
        assertThat(lake.count("reg", "DELETE FROM staff WHERE name = 'Ada'")).isZero();
        assertThat(lake.count("reg", "DELETE FROM staff WHERE name = 'Xxx' AND id = 1"))
                .isEqualTo(1);
        lake.policies(POLICIES + ROWS_GUARD);
        for (String condition : new String[] {
            "1 / (CASE WHEN region = 'EU' THEN 0 ELSE 1 END) = 1",
            "CAST(CASE WHEN region = 'EU' THEN 'x' ELSE '1' END AS integer) = 1"
        }) {
            lake.done("reg", "DELETE FROM staff WHERE id = 77 AND " + condition);
            lake.done("reg", "UPDATE staff SET id = id WHERE " + condition);
        }
        assertThat(lake.count("reg", "UPDATE staff SET id = 7 WHERE id > 0")).isEqualTo(1);
    }
}

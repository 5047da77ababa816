package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views: whose rights they read with, what of them is seen, and who may make them. */
class ViewsTest {
    private static final String POLICIES = """
            profiles: {engineer: {}, analyst: {}, outsider: {}, owner: {}}
            users:
              eng: {profiles: [engineer]}
              ana: {profiles: [analyst]}
              out: {profiles: [outsider]}
              own: {profiles: [owner]}
            tags: {pii: [none, low, high]}
            assignments:
              - table: shop_curated.staff
                columns: {pii=none: [id, region], pii=low: [name], pii=high: [ssn]}
            grants:
              - {to: {profile: engineer}, allow: [SELECT, DESCRIBE, ALTER, DROP], on: {tablesOf: shop_curated}}
              - {to: {profile: engineer}, allow: [CREATE_TABLE, DESCRIBE], on: {database: shop_curated}}
              - {to: {profile: engineer}, allow: [CREATE_TABLE, DESCRIBE], on: {database: shop_consumption}}
              - {to: {profile: analyst}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_consumption}}
              - {to: {profile: analyst}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_curated}}
              - {to: {profile: outsider}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_consumption}}
              - {to: {profile: owner}, allow: [SELECT], grantable: [SELECT], on: {tablesOf: shop_curated}}
              - {to: {profile: owner}, allow: [CREATE_TABLE, DESCRIBE], on: {database: shop_consumption}}
            guards:
              high_hidden: {on: {columnsTagged: {pii: high}}, hide: true, except: [engineer]}
              low_masked: {on: {columnsTagged: {pii: low}}, mask: {redact: true}, except: [engineer, owner]}
              own_region: {on: {table: shop_curated.staff}, rows: region = 'US', except: [engineer, owner]}
            """;

    @TempDir
    private Path folder;

    private GovernedWarehouse lake;

    @BeforeEach
    void open() {
        lake = new GovernedWarehouse(folder, "shop_curated", "shop_consumption");
        lake.table(
                "shop_curated.staff",
                new Schema(
                        Types.NestedField.optional(1, "id", Types.LongType.get()),
                        Types.NestedField.optional(2, "name", Types.StringType.get()),
                        Types.NestedField.optional(3, "region", Types.StringType.get()),
                        Types.NestedField.optional(4, "ssn", Types.StringType.get())),
                """
                SELECT * FROM (VALUES (1, 'Ada', 'US', 'CANARY-1'), (2, 'CANARY', 'EU', 'CANARY-2')) AS t(id, name, region, ssn)
                """);
        lake.policies(POLICIES);
    }

    @AfterEach
    void close() {
        lake.close();
    }

    @Test
    void a_view_reads_with_the_rights_of_whoever_asks() {
        lake.done("eng", "CREATE VIEW people AS SELECT id, name AS label, region FROM staff WHERE id < 10");
        assertThat(lake.ask("eng", "SELECT * FROM people ORDER BY id")).containsExactly("1|Ada|US", "2|CANARY|EU");
        assertThat(lake.ask("ana", "SELECT * FROM people")).containsExactly("1|Xxx|US");
        assertThat(lake.ask("ana", "WITH staff AS (SELECT 9 AS id) SELECT p.label FROM people p, staff"))
                .containsExactly("Xxx");
        assertThat(lake.error("out", "SELECT * FROM people").code()).isEqualTo("TABLE_NOT_FOUND");
        lake.done("eng", "CREATE VIEW shop_consumption.people AS SELECT * FROM staff");
        assertThat(lake.ask("ana", "SELECT * FROM shop_consumption.people")).containsExactly("1|Xxx|US");
        assertThat(lake.error("ana", "SELECT ssn FROM shop_consumption.people").code())
                .isIn("COLUMN_NOT_FOUND", "PERMISSION_DENIED");
        assertThat(lake.error("out", "SELECT * FROM shop_consumption.people").code())
                .isEqualTo("TABLE_NOT_FOUND");
        lake.done("eng", "CREATE VIEW secret AS SELECT ssn FROM staff");
        assertThat(lake.error("ana", "SELECT * FROM secret").message()).doesNotContain("CANARY");
        assertThat(lake.error("ana", "SELECT count(*) FROM people FOR VERSION AS OF 1")
                        .code())
                .isEqualTo("NOT_SUPPORTED");
    }

    @Test
    void a_definer_view_reads_with_the_rights_of_its_owner_who_may_grant_them() {
        assertThat(lake.error("eng", "CREATE VIEW shop_consumption.all_staff SECURITY DEFINER AS SELECT id FROM staff")
                        .message())
                .contains("grant option");
        assertThat(lake.error(
                                "own",
                                "CREATE VIEW shop_consumption.all_staff SECURITY DEFINER AS SELECT id, name FROM staff")
                        .message())
                .contains("own_region");
        lake.policies(POLICIES.replace(
                "own_region: {on: {table: shop_curated.staff}, rows: region = 'US'",
                "own_region: {on: {table: shop_curated.staff, columns: region}, mask: {redact: true}"));
        lake.done(
                "own",
                "CREATE VIEW shop_consumption.all_staff SECURITY DEFINER AS SELECT id, name FROM shop_curated.staff");
        assertThat(lake.ask("out", "SELECT * FROM shop_consumption.all_staff ORDER BY id"))
                .containsExactly("1|Xxx", "2|XXXXXX");
        assertThat(lake.ask("own", "SELECT name FROM shop_consumption.all_staff WHERE id = 1"))
                .containsExactly("Ada");
        for (String type : List.of("LOGICAL", "DISTRIBUTED", "IO")) {
            assertThat(lake.ask(
                            "out",
                            "EXPLAIN (TYPE %s, FORMAT JSON) SELECT * FROM shop_consumption.all_staff".formatted(type)))
                    .noneMatch(line -> line.contains("curated") || line.contains("region"));
        }
        assertThat(lake.done("out", "SELECT * FROM shop_consumption.all_staff")
                        .access()
                        .tables())
                .isEmpty();
        assertThat(lake.done("own", "SELECT * FROM shop_consumption.all_staff")
                        .access()
                        .tables())
                .singleElement()
                .satisfies(table -> assertThat(table.table()).isEqualTo("shop_curated.staff"));
        lake.policies(POLICIES.replace(
                "- {to: {profile: owner}, allow: [SELECT], grantable: [SELECT], on: {tablesOf: shop_curated}}", ""));
        assertThat(lake.error("out", "SELECT * FROM shop_consumption.all_staff").message())
                .contains("its owner can no longer read")
                .doesNotContain("staff.");
    }

    @Test
    void columns_of_a_view_inherit_tags() {
        lake.policies(POLICIES.replace(
                "- {to: {profile: analyst}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_consumption}}",
                "- {to: {profile: analyst}, allow: [SELECT, DESCRIBE], on: {tablesTagged: {pii: none}}}"));
        lake.done("eng", "CREATE VIEW shop_consumption.v AS SELECT id, concat(name, region) AS both FROM staff");
        assertThat(lake.ask("ana", "SELECT * FROM shop_consumption.v")).containsExactly("1");
        assertThat(lake.ask("ana", "SELECT column_name FROM information_schema.columns WHERE table_name = 'v'"))
                .containsExactly("id");
    }

    @Test
    void views_are_replaced_listed_shown_and_dropped() {
        lake.done("eng", "CREATE OR REPLACE VIEW v AS SELECT id FROM staff");
        assertThat(lake.error("eng", "CREATE VIEW v AS SELECT 1 AS a").code()).isEqualTo("TABLE_ALREADY_EXISTS");
        assertThat(lake.error("eng", "CREATE VIEW staff AS SELECT 1 AS a").code())
                .isEqualTo("TABLE_ALREADY_EXISTS");
        assertThat(lake.error("eng", "CREATE TABLE v (a bigint)").code()).isEqualTo("TABLE_ALREADY_EXISTS");
        assertThat(lake.error("eng", "CREATE VIEW w AS SELECT 1").code()).isEqualTo("MISSING_COLUMN_NAME");
        lake.done("eng", "CREATE OR REPLACE VIEW v AS\n  SELECT id, 'x' AS kind\n  FROM staff");
        assertThat(lake.ask("eng", "SELECT * FROM v ORDER BY id")).containsExactly("1|x", "2|x");
        assertThat(lake.ask("eng", "SHOW CREATE VIEW v"))
                .containsExactly(
                        "CREATE VIEW shop_curated.v SECURITY INVOKER AS", "SELECT id, 'x' AS kind", "  FROM staff");
        assertThat(lake.error("ana", "SHOW CREATE VIEW v").code()).isEqualTo("PERMISSION_DENIED");
        assertThat(lake.ask("ana", "SHOW VIEWS")).containsExactly("v");
        assertThat(lake.ask("ana", "SHOW TABLES")).containsExactly("staff", "v");
        assertThat(lake.ask("ana", "DESCRIBE v")).containsExactly("id|bigint|", "kind|string|");
        assertThat(
                        lake.ask(
                                "ana",
                                "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'shop_curated' ORDER BY 1"))
                .containsExactly("staff|BASE TABLE", "v|VIEW");
        assertThat(lake.ask("ana", "SELECT table_name, view_definition FROM information_schema.views"))
                .containsExactly("v|NULL");
        assertThat(lake.error("ana", "DROP VIEW v").code()).isEqualTo("PERMISSION_DENIED");
        assertThat(lake.error("ana", "CREATE OR REPLACE VIEW v AS SELECT 1 AS a")
                        .code())
                .isEqualTo("PERMISSION_DENIED");
        lake.done("eng", "CREATE VIEW w AS SELECT * FROM v");
        lake.done("eng", "CREATE OR REPLACE VIEW v AS SELECT * FROM w");
        assertThat(lake.error("eng", "SELECT * FROM v").code()).isEqualTo("TOO_DEEP");
        lake.done("eng", "DROP VIEW v");
        lake.done("eng", "DROP VIEW IF EXISTS v");
        assertThat(lake.error("eng", "SELECT * FROM v").code()).isEqualTo("TABLE_NOT_FOUND");
        assertThat(lake.error("eng", "SELECT * FROM w").code()).isEqualTo("TABLE_NOT_FOUND");
    }
}

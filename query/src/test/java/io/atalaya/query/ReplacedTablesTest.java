package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.UUID;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code CREATE OR REPLACE TABLE} keeps a table's identity, history and policies; columns may need values. */
class ReplacedTablesTest {
    @TempDir
    private Path folder;

    private GovernedWarehouse lake;

    @BeforeEach
    void open() {
        lake = GuardedStaff.in(folder);
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private UUID uuid(String table) {
        return lake.tables()
                .table(TableIdentifier.of("shop_curated", table))
                .orElseThrow()
                .uuid();
    }

    @Test
    void a_table_is_made_or_replaced() {
        assertThat(lake.count("eng", "CREATE OR REPLACE TABLE t AS SELECT 1 AS a, 'x' AS b"))
                .isEqualTo(1);
        UUID before = uuid("t");
        assertThat(lake.count("eng", "CREATE OR REPLACE TABLE t AS SELECT b || 'y' AS b, a + 1 AS c FROM t"))
                .isEqualTo(1);
        assertThat(lake.ask("eng", "SELECT * FROM t")).containsExactly("xy|2");
        assertThat(uuid("t")).isEqualTo(before);
        assertThat(lake.ask("eng", "SELECT count(*) FROM \"t$snapshots\"")).containsExactly("2");
        lake.done("eng", "CREATE OR REPLACE TABLE t (z double NOT NULL) WITH (partitioning = ARRAY['z'])");
        assertThat(lake.ask("eng", "SELECT count(*) FROM t")).containsExactly("0");
        assertThat(lake.ask("eng", "SHOW COLUMNS FROM t")).containsExactly("z");
        lake.done("eng", "INSERT INTO t VALUES 1e0");
        assertThat(lake.ask("eng", "SELECT z FROM t")).containsExactly("1.0");
        lake.done("eng", "CREATE OR REPLACE TABLE fresh (a integer)");
        assertThat(lake.ask("eng", "SELECT count(*) FROM fresh")).containsExactly("0");
    }

    @Test
    void what_policies_say_of_a_column_stays_with_its_name_and_old_rows_stay_guarded() {
        String version =
                lake.ask("eng", "SELECT snapshot_id FROM \"staff$snapshots\"").getFirst();
        lake.done(
                "eng",
                "CREATE OR REPLACE TABLE staff AS SELECT secret, name, region, id, upper(secret) AS derived FROM staff");
        assertThat(lake.ask("ana", "SELECT * FROM staff ORDER BY id"))
                .containsExactly("XXXXXX-X|US|1", "XXXXXX-X|US|2", "NULL|US|3");
        for (String column : new String[] {"secret", "derived"}) {
            assertThat(lake.error("ana", "SELECT " + column + " FROM staff").code())
                    .isIn("COLUMN_NOT_FOUND", "PERMISSION_DENIED");
        }
        assertThat(lake.ask("ana", "SELECT * FROM staff FOR VERSION AS OF " + version + " ORDER BY id"))
                .hasSize(3)
                .allSatisfy(row -> assertThat(row).doesNotContain(GuardedStaff.CANARY));
        lake.done("eng", "CREATE OR REPLACE TABLE staff AS SELECT id, name FROM staff");
        QueryExecution without = lake.run("ana", "SELECT * FROM staff");
        if (without.state() == QueryState.SUCCEEDED) {
            assertThat(lake.ask("ana", "SELECT * FROM staff")).isEmpty();
        }
    }

    @Test
    void nobody_gets_rights_or_laxer_columns_by_it() {
        assertThat(lake.error("ana", "CREATE OR REPLACE TABLE staff AS SELECT 1 AS id")
                        .code())
                .isEqualTo("PERMISSION_DENIED");
        lake.morePolicies("more", """
                profiles: {maker: {}}
                users:
                  mak: {profiles: [maker]}
                grants:
                  - {to: {profile: maker}, allow: [SELECT, INSERT, DELETE, ALTER, DROP], on: {tablesOf: shop_curated}}
                  - {to: {profile: maker}, allow: [CREATE_TABLE], on: {database: shop_curated}}
                """);
        lake.done("eng", "CREATE TABLE open AS SELECT 1 AS id, 'x' AS name, 'y' AS note");
        assertThat(lake.error("mak", "CREATE OR REPLACE TABLE open AS SELECT id, name FROM staff")
                        .code())
                .isEqualTo("PERMISSION_DENIED");
        lake.done("mak", "CREATE OR REPLACE TABLE open AS SELECT 2 AS id, 'z' AS name");
        assertThat(lake.policies().current().grants(new io.atalaya.policies.grant.Grantee.User("mak")))
                .isEmpty();
        assertThat(lake.error("mak", "CREATE OR REPLACE TABLE staff AS SELECT id, region, name AS tags FROM staff")
                        .code())
                .isEqualTo("PERMISSION_DENIED");
        lake.done("mak", "CREATE OR REPLACE TABLE staff AS SELECT id, region, 'x' AS secret FROM staff");
        assertThat(lake.error("mak", "SELECT secret FROM staff").code()).isIn("COLUMN_NOT_FOUND", "PERMISSION_DENIED");
        assertThat(lake.error("out", "CREATE OR REPLACE TABLE staff (a integer)")
                        .code())
                .isIn("SCHEMA_NOT_FOUND", "TABLE_NOT_FOUND");
    }

    @Test
    void a_column_that_needs_values_gets_them() {
        lake.done("eng", "CREATE TABLE needs (id bigint NOT NULL, note varchar)");
        lake.done("eng", "INSERT INTO needs VALUES (1, NULL)");
        assertThat(lake.error("eng", "INSERT INTO needs VALUES (NULL, 'x')").code())
                .isEqualTo("CONSTRAINT_VIOLATION");
        assertThat(lake.error("eng", "INSERT INTO needs (note) VALUES 'x'").code())
                .isEqualTo("CONSTRAINT_VIOLATION");
        assertThat(lake.error("eng", "UPDATE needs SET id = NULL").code()).isEqualTo("CONSTRAINT_VIOLATION");
        assertThat(lake.ask("eng", "SELECT is_nullable FROM information_schema.columns WHERE table_name = 'needs'"))
                .containsExactly("NO", "YES");
        assertThat(String.join("\n", lake.ask("eng", "SHOW CREATE TABLE needs")))
                .contains("id bigint NOT NULL");
        assertThat(lake.error("eng", "ALTER TABLE needs ADD COLUMN x integer NOT NULL")
                        .code())
                .isEqualTo("NOT_SUPPORTED");
        lake.done("eng", "ALTER TABLE needs ALTER COLUMN id DROP NOT NULL");
        lake.done("eng", "INSERT INTO needs VALUES (NULL, 'x')");
        assertThat(lake.error("eng", "CREATE TABLE d (id bigint DEFAULT 1)").message())
                .contains("DEFAULT");
        lake.done(
                "eng", "CREATE TABLE hive (id bigint NOT NULL COMMENT 'key') TBLPROPERTIES ('table_type' = 'ICEBERG')");
        assertThat(lake.error("eng", "INSERT INTO hive VALUES (NULL)").code()).isEqualTo("CONSTRAINT_VIOLATION");
    }
}

package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.SnapshotUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Databases and tables defined in Athena's words and in Trino's, by those who may. */
class DefinitionsTest {
    private static final String POLICIES = """
            profiles: {engineer: {}, analyst: {}, outsider: {}, regional: {}, operator: {administrator: true}}
            users:
              eng: {profiles: [engineer]}
              ana: {profiles: [analyst]}
              out: {profiles: [outsider]}
              reg: {profiles: [regional]}
              root: {profiles: [operator]}
            tags: {pii: [none, high]}
            assignments:
              - table: shop_curated.staff
                columns: {pii=none: [id, region], pii=high: [ssn]}
            grants:
              - {to: {profile: engineer}, allow: [SELECT, INSERT, DELETE, ALTER, DROP, DESCRIBE], on: {tablesOf: shop_curated}}
              - {to: {profile: engineer}, allow: [CREATE_TABLE, DESCRIBE, ALTER], on: {database: shop_curated}}
              - {to: {profile: analyst}, allow: [SELECT, DESCRIBE], on: {tablesTagged: {pii: none}}}
              - {to: {profile: regional}, allow: [SELECT, DELETE, DESCRIBE], on: {tablesOf: shop_curated}}
            guards:
              own_region:
                on: {table: shop_curated.staff}
                rows: region = 'US'
                except: [engineer, analyst]
            """;

    @TempDir
    private Path folder;

    private GovernedWarehouse lake;

    @BeforeEach
    void open() {
        lake = new GovernedWarehouse(folder, "shop_curated");
        lake.table(
                "shop_curated.staff",
                new Schema(
                        Types.NestedField.optional(1, "id", Types.LongType.get()),
                        Types.NestedField.optional(2, "region", Types.StringType.get()),
                        Types.NestedField.optional(3, "ssn", Types.StringType.get())),
                "SELECT 1 AS id, 'US' AS region, 'CANARY' AS ssn");
        lake.policies(POLICIES);
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private Table table(String name) {
        return lake.lakehouse().catalog().loadTable(TableIdentifier.of("shop_curated", name));
    }

    @Test
    void a_table_is_made_in_athenas_words() {
        QueryExecution made = lake.done("eng", """
                CREATE TABLE IF NOT EXISTS `shop_curated`.`events` (
                  id bigint COMMENT 'the key', ts timestamp, tags array<string>, -- a comment
                  place struct<lat: double, lon:double>, attributes map<string, int>, amount decimal(12,2))
                COMMENT 'all of them'
                PARTITIONED BY (day(ts), bucket(16, id))
                TBLPROPERTIES ('table_type' = 'ICEBERG', 'format'='parquet', 'write_compression'='zstd');
                """);
        assertThat(made.kind()).isEqualTo(StatementKind.DDL);
        assertThat(made.substatement()).isEqualTo("CREATE_TABLE");
        assertThat(table("events").spec().toString()).contains("day(2)", "bucket[16](1)");
        assertThat(table("events").schema().findField("attributes").type().toString())
                .isEqualTo("map<string, int>");
        assertThat(lake.count(
                        "eng", "INSERT INTO events (id, ts, amount) VALUES (1, TIMESTAMP '2024-02-03 04:05:06', 1.5)"))
                .isEqualTo(1);
        assertThat(lake.ask("eng", "SHOW PARTITIONS events").getFirst()).startsWith("ts_day=2024-02-03/id_bucket=");
        assertThat(lake.ask("eng", "SHOW CREATE TABLE events"))
                .contains("  id bigint COMMENT 'the key',", "PARTITIONED BY (day(ts), bucket(16, id))");
        assertThat(lake.ask("eng", "SHOW TBLPROPERTIES events")).contains("table_type|ICEBERG", "comment|all of them");
        assertThat(lake.ask("eng", "SHOW TBLPROPERTIES events ('table_type')")).containsExactly("table_type|ICEBERG");
        lake.done(
                "eng",
                "CREATE TABLE IF NOT EXISTS events (id bigint) LOCATION 's3://elsewhere/' TBLPROPERTIES ('table_type'='ICEBERG')");
    }

    @Test
    void a_table_is_made_in_trinos_words() {
        lake.done(
                "eng",
                "CREATE TABLE t (id bigint COMMENT 'key', at timestamp(6) with time zone, r ROW(a integer, b varchar)) "
                        + "COMMENT 'x' WITH (format = 'PARQUET', partitioning = ARRAY['month(at)', 'truncate(id, 10)'])");
        assertThat(table("t").spec().toString()).contains("month(2)", "truncate[10](1)");
        assertThat(table("t").schema().findType("r.b")).isEqualTo(Types.StringType.get());
        lake.done(
                "eng",
                "INSERT INTO t SELECT 1, TIMESTAMP '2024-01-01 00:00:00 UTC', CAST(ROW(1, 'x') AS ROW(a integer, b varchar))");
        assertThat(lake.ask("eng", "SELECT r.b FROM t")).containsExactly("x");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            CREATE EXTERNAL TABLE x (a string) PARTITIONED BY (dt string) STORED AS PARQUET LOCATION 's3://b/x' | CREATE EXTERNAL TABLE
            CREATE EXTERNAL TABLE x (a string) ROW FORMAT SERDE 'x.Y' WITH SERDEPROPERTIES ('a'='b')            | CREATE EXTERNAL TABLE
            ALTER TABLE staff DROP IF EXISTS PARTITION (dt='2024-01-01')                                        | ALTER TABLE … PARTITION
            CREATE TABLE x (a int DEFAULT 5) TBLPROPERTIES ('table_type'='ICEBERG')                             | line 1:23: DEFAULT of a column
            CREATE TABLE x (a integer DEFAULT 5)                                                                | line 1:17: DEFAULT of a column
            ALTER TABLE staff ADD COLUMNS (x int DEFAULT 5)                                                     | line 1:38: DEFAULT of a column
            ALTER TABLE staff ADD COLUMN x integer DEFAULT 5                                                    | DEFAULT of a column
            USING EXTERNAL FUNCTION f(x integer) RETURNS integer LAMBDA 'f' SELECT f(1)                         | USING EXTERNAL FUNCTION
            CREATE MATERIALIZED VIEW m AS SELECT 1 AS a                                                         | CREATE MATERIALIZED VIEW
            """)
    void what_is_not_there_is_refused_by_name(String sql, String construct) {
        QueryError refused = lake.error("eng", sql);
        assertThat(refused.code()).isEqualTo("NOT_SUPPORTED");
        assertThat(refused.message()).contains(construct + " is not supported");
    }

    @Test
    void a_column_is_added_where_it_is_wanted() {
        lake.done("eng", "CREATE TABLE places (b integer, d integer)");
        lake.done("eng", "ALTER TABLE places ADD COLUMN a integer COMMENT 'the first' FIRST");
        lake.done("eng", "ALTER TABLE places ADD COLUMN c integer AFTER b");
        lake.done("eng", "ALTER TABLE places RENAME COLUMN IF EXISTS nothing TO x");
        assertThat(
                        lake.ask(
                                "eng",
                                "SELECT column_name, column_default, comment, extra_info FROM information_schema.columns WHERE table_name = 'places' ORDER BY ordinal_position"))
                .containsExactly("a|NULL|the first|NULL", "b|NULL|NULL|NULL", "c|NULL|NULL|NULL", "d|NULL|NULL|NULL");
        assertThat(lake.error("eng", "ALTER TABLE places ADD COLUMN e integer AFTER nothing")
                        .code())
                .isEqualTo("COLUMN_NOT_FOUND");
    }

    @Test
    void what_cannot_be_is_refused_with_its_reason() {
        assertThat(lake.error("eng", "CREATE TABLE x (a bigint) LOCATION 's3://bucket/x'")
                        .code())
                .isEqualTo("PERMISSION_DENIED");
        assertThat(lake.error("eng", "CREATE EXTERNAL TABLE x (a bigint) STORED AS ORC LOCATION 's3://b/x'")
                        .message())
                .contains("Iceberg");
        assertThat(lake.error("eng", "CREATE TABLE x (a bigint) PARTITIONED BY (b string)")
                        .message())
                .contains("no type of its own");
        assertThat(lake.error("eng", "CREATE TABLE x (a bigint) PARTITIONED BY (b)")
                        .message())
                .contains("names no column");
        assertThat(lake.error("eng", "CREATE TABLE x (a bigint, a int) TBLPROPERTIES ('x'='y')")
                        .code())
                .isIn("DUPLICATE_COLUMN_NAME", "INVALID_TABLE_PROPERTY");
        assertThat(lake.error("eng", "CREATE TABLE x (a bigint) TBLPROPERTIES ('write.data.pfad'='/etc', 'k'='v')")
                        .code())
                .isEqualTo("INVALID_TABLE_PROPERTY");
        assertThat(lake.error("eng", "CREATE TABLE x (a char(3)) TBLPROPERTIES ('table_type'='ICEBERG')")
                        .code())
                .isEqualTo("SYNTAX_ERROR");
        assertThat(lake.error("eng", "MSCK REPAIR TABLE staff").message())
                .contains("MSCK REPAIR TABLE is not supported");
        assertThat(lake.error("eng", "INSERT OVERWRITE staff SELECT 1").message())
                .contains("INSERT OVERWRITE");
        assertThat(lake.error("eng", "ALTER TABLE staff ADD PARTITION (a='b')").code())
                .isIn("NOT_SUPPORTED", "SYNTAX_ERROR");
        assertThat(lake.error("eng", "CREATE TABLE staff (a bigint) TBLPROPERTIES ('table_type'='ICEBERG')")
                        .code())
                .isEqualTo("TABLE_ALREADY_EXISTS");
    }

    @Test
    void no_property_says_where_files_go_or_which_class_does_something() {
        for (String name : List.of("write.data.path", "write.metadata.path", "write.location-provider.impl", "other")) {
            assertThat(lake.error("eng", "ALTER TABLE staff SET TBLPROPERTIES ('" + name + "'='x')")
                            .code())
                    .as(name)
                    .isEqualTo("INVALID_TABLE_PROPERTY");
        }
    }

    @Test
    void a_table_is_changed() {
        lake.done("eng", "ALTER TABLE staff ADD COLUMNS (age int COMMENT 'in years', city string)");
        lake.done("eng", "ALTER TABLE staff CHANGE COLUMN age years bigint COMMENT 'whole' AFTER id");
        lake.done("eng", "ALTER TABLE staff DROP COLUMN city");
        lake.done("eng", "ALTER TABLE staff ADD COLUMN IF NOT EXISTS years bigint");
        lake.done("eng", "ALTER TABLE staff RENAME COLUMN ssn TO number");
        lake.done("eng", "ALTER TABLE staff SET TBLPROPERTIES ('vacuum_min_snapshots_to_keep'='2')");
        lake.done("eng", "ALTER TABLE staff UNSET TBLPROPERTIES ('vacuum_min_snapshots_to_keep')");
        lake.done("eng", "ALTER TABLE staff SET PROPERTIES partitioning = ARRAY['region']");
        lake.done("eng", "COMMENT ON COLUMN staff.id IS 'key'");
        assertThat(lake.ask("eng", "DESCRIBE staff"))
                .containsExactly("id|bigint|key", "years|bigint|whole", "region|string|", "number|string|");
        assertThat(table("staff").spec().toString()).contains("identity(2)");
        assertThat(lake.ask("eng", "SELECT * FROM staff")).containsExactly("1|NULL|US|CANARY");
        lake.count("eng", "INSERT INTO staff VALUES (2, 30, 'EU', 'x')");
        lake.done("eng", "OPTIMIZE staff REWRITE DATA USING BIN_PACK WHERE region = 'EU'");
        lake.done("eng", "OPTIMIZE staff REWRITE DATA USING BIN_PACK");
        assertThat(lake.ask("eng", "SELECT count(*) FROM staff")).containsExactly("2");
        assertThat(lake.error("eng", "OPTIMIZE staff REWRITE DATA USING BIN_PACK WHERE id = 1")
                        .message())
                .contains("partition columns");
        assertThat(lake.error("eng", "ALTER TABLE staff ALTER COLUMN id SET DATA TYPE varchar")
                        .code())
                .isEqualTo("NOT_POSSIBLE");
        // A column keeps its guards and tags under another name.
        assertThat(lake.error("ana", "SELECT number FROM staff").message()).doesNotContain("CANARY");
        lake.done("eng", "ALTER TABLE staff SET TBLPROPERTIES ('vacuum_max_snapshot_age_seconds'='0')");
        lake.done("eng", "VACUUM staff");
        assertThat(table("staff").snapshots()).hasSize(1);
        lake.done("eng", "ALTER TABLE staff RENAME TO people");
        assertThat(lake.error("ana", "SELECT number FROM people").message()).doesNotContain("CANARY");
        lake.done("eng", "DROP TABLE people");
        assertThat(lake.error("eng", "SELECT * FROM people").code()).isEqualTo("TABLE_NOT_FOUND");
        lake.done("eng", "DROP TABLE IF EXISTS people");
    }

    @Test
    void a_large_table_is_optimized_in_portions_each_of_which_is_a_commit() {
        lake.done("eng", "CREATE TABLE large (id integer, text string)");
        for (int i = 0; i < 6; i++) {
            lake.count("eng", "INSERT INTO large VALUES (" + i + ", 'a'), (" + (10 + i) + ", 'b')");
        }
        Table table = table("large");
        // Two of them are less than a portion has, and three are more.
        OverwriteFiles larger = table.newOverwrite();
        for (DataFile file : files(table)) {
            larger.deleteFile(file)
                    .addFile(DataFiles.builder(table.spec())
                            .copy(file)
                            .withFileSizeInBytes(380L << 20)
                            .build());
        }
        larger.commit();
        long before = table.currentSnapshot().snapshotId();
        lake.done("eng", "OPTIMIZE large REWRITE DATA USING BIN_PACK");
        table.refresh();
        assertThat(SnapshotUtil.ancestorsBetween(table.currentSnapshot().snapshotId(), before, table::snapshot))
                .extracting(Snapshot::operation)
                .containsExactly("replace", "replace", "replace");
        assertThat(files(table)).hasSize(3);
        assertThat(lake.ask("eng", "SELECT count(*), count(DISTINCT id), sum(id) FROM large"))
                .containsExactly("12|12|90");
        lake.done("eng", "OPTIMIZE large REWRITE DATA USING BIN_PACK");
        table.refresh();
        assertThat(files(table)).as("what is small now is one portion").hasSize(1);
        assertThat(lake.ask("eng", "SELECT count(*), count(DISTINCT id), sum(id) FROM large"))
                .containsExactly("12|12|90");
    }

    private static List<DataFile> files(Table table) {
        List<DataFile> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            tasks.forEach(task -> files.add(task.file().copy()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    @Test
    void only_who_may_changes_a_table() {
        for (String statement : List.of(
                "DROP TABLE staff",
                "ALTER TABLE staff ADD COLUMNS (x int)",
                "ALTER TABLE staff RENAME TO other",
                "TRUNCATE TABLE staff",
                "OPTIMIZE staff REWRITE DATA USING BIN_PACK",
                "VACUUM staff",
                "COMMENT ON TABLE staff IS 'x'")) {
            assertThat(lake.error("ana", statement).code()).as(statement).isEqualTo("PERMISSION_DENIED");
            assertThat(lake.error("out", statement).code()).as(statement).isEqualTo("TABLE_NOT_FOUND");
        }
        assertThat(lake.error("ana", "CREATE TABLE x (a bigint)").code()).isEqualTo("PERMISSION_DENIED");
        assertThat(lake.error("reg", "TRUNCATE TABLE staff").message()).contains("only some rows");
        lake.done("eng", "TRUNCATE TABLE staff");
        assertThat(lake.ask("eng", "SELECT count(*) FROM staff")).containsExactly("0");
        lake.done("out", "DROP TABLE IF EXISTS staff");
        assertThat(lake.ask("eng", "SELECT count(*) FROM staff")).containsExactly("0");
    }

    @Test
    void what_is_hidden_of_a_table_is_shown_by_no_description() {
        assertThat(String.join("\n", lake.ask("ana", "SHOW CREATE TABLE staff")))
                .contains("region")
                .doesNotContain("ssn");
        assertThat(lake.error("out", "SHOW CREATE TABLE staff").code()).isEqualTo("TABLE_NOT_FOUND");
        assertThat(lake.error("out", "SHOW TBLPROPERTIES staff").code()).isEqualTo("TABLE_NOT_FOUND");
        lake.done("eng", "ALTER TABLE staff SET PROPERTIES partitioning = ARRAY['ssn']");
        assertThat(lake.error("ana", "SHOW PARTITIONS staff").message()).doesNotContain("CANARY");
        assertThat(lake.error("reg", "SHOW PARTITIONS staff").code()).isEqualTo("PERMISSION_DENIED");
        assertThat(String.join("\n", lake.ask("ana", "SHOW CREATE TABLE staff")))
                .doesNotContain("ssn");
    }

    @Test
    void databases_are_made_by_those_who_may_and_belong_to_them() {
        assertThat(lake.error("eng", "CREATE DATABASE lab WITH DBPROPERTIES ('zone'='raw')")
                        .code())
                .isEqualTo("PERMISSION_DENIED");
        assertThat(lake.error("root", "CREATE DATABASE lab").message()).contains("zone");
        lake.done("root", "CREATE DATABASE IF NOT EXISTS lab COMMENT 'to try' WITH DBPROPERTIES ('zone'='raw')");
        lake.done("root", "CREATE SCHEMA IF NOT EXISTS lab WITH (zone = 'raw')");
        assertThat(lake.error("root", "CREATE SCHEMA lab WITH (zone = 'raw')").code())
                .isEqualTo("SCHEMA_ALREADY_EXISTS");
        lake.done("root", "ALTER DATABASE lab SET DBPROPERTIES ('team'='shop')");
        lake.done("root", "CREATE TABLE lab.t (a bigint) TBLPROPERTIES ('table_type'='ICEBERG')");
        assertThat(lake.error("root", "DROP DATABASE lab").code()).isEqualTo("SCHEMA_NOT_EMPTY");
        assertThat(lake.error("root", "DROP DATABASE lab CASCADE").code()).isEqualTo("NOT_SUPPORTED");
        assertThat(lake.error("eng", "DROP DATABASE lab").code()).isEqualTo("SCHEMA_NOT_FOUND");
        lake.done("root", "DROP TABLE lab.t");
        lake.done("root", "DROP SCHEMA lab");
        lake.done("root", "DROP DATABASE IF EXISTS lab");
        assertThat(lake.ask("root", "SHOW DATABASES")).containsExactly("shop_curated");
    }
}

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

/** Metadata tables tell of files and snapshots what the policies let one know. */
class MetadataTablesTest {
    private static final List<String> ALL = List.of(
            "snapshots",
            "history",
            "refs",
            "files",
            "partitions",
            "manifests",
            "all_manifests",
            "entries",
            "all_entries",
            "properties",
            "metadata_log_entries");

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
                        Types.NestedField.optional(3, "ssn", Types.StringType.get()),
                        Types.NestedField.optional(4, "name", Types.StringType.get())),
                "SELECT 1 AS id, 'US' AS region, 'CANARY' AS ssn, 'CANARY-n' AS name");
        lake.policies("""
                profiles: {engineer: {}, analyst: {}, regional: {}, outsider: {}}
                users:
                  eng: {profiles: [engineer]}
                  ana: {profiles: [analyst]}
                  reg: {profiles: [regional]}
                  out: {profiles: [outsider]}
                tags: {pii: [high]}
                assignments:
                  - {table: shop_curated.staff, columns: {pii=high: [ssn]}}
                grants:
                  - {to: {profile: engineer}, allow: [SELECT, INSERT, DELETE, ALTER], on: {tablesOf: shop_curated}}
                  - {to: {profile: analyst}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_curated}}
                  - {to: {profile: regional}, allow: [SELECT, DESCRIBE], on: {tablesOf: shop_curated}}
                guards:
                  high_hidden: {on: {columnsTagged: {pii: high}}, hide: true, except: [engineer]}
                  name_masked: {on: {table: shop_curated.staff, columns: name}, mask: {redact: true}, except: [engineer]}
                  own_region: {on: {table: shop_curated.staff}, rows: region = 'US', except: [engineer, analyst]}
                """);
        lake.done("eng", "ALTER TABLE staff SET PROPERTIES partitioning = ARRAY['ssn']");
        lake.done("eng", "INSERT INTO staff VALUES (2, 'EU', 'CANARY-2', 'x')");
    }

    @AfterEach
    void close() {
        lake.close();
    }

    @Test
    void who_sees_everything_is_told_everything() {
        assertThat(
                        lake.ask(
                                "eng",
                                "SELECT operation, cardinality(summary) > 0, parent_id IS NULL FROM \"staff$snapshots\" ORDER BY committed_at"))
                .containsExactly("append|true|true", "append|true|false");
        assertThat(lake.ask("eng", "SELECT count(*), bool_and(is_current_ancestor) FROM \"staff$history\""))
                .containsExactly("2|true");
        assertThat(lake.ask("eng", "SELECT name, type FROM \"staff$refs\"")).containsExactly("main|BRANCH");
        assertThat(
                        lake.ask(
                                "eng",
                                "SELECT sum(record_count), min(lower_bounds[3]), count(file_path) FROM lake.shop_curated.\"staff$files\""))
                .containsExactly("2|CANARY|0");
        assertThat(
                        lake.ask(
                                "eng",
                                "SELECT partition.ssn, record_count, data.id.min, data.name.max, data.region.null_count FROM \"staff$partitions\" WHERE partition.ssn IS NOT NULL"))
                .containsExactly("CANARY-2|1|2|x|0");
        assertThat(lake.ask("eng", "SELECT partition FROM \"staff$partitions\" ORDER BY partition.ssn"))
                .containsExactly("{ssn=CANARY-2}", "{ssn=null}");
        assertThat(
                        lake.ask(
                                "eng",
                                "SELECT partition.ssn, json_extract_scalar(readable_metrics, '$.ssn.upper_bound'), json_extract(readable_metrics, '$.id.lower_bound') FROM \"staff$files\" ORDER BY 1"))
                .containsExactly("CANARY-2|CANARY-2|2", "NULL|CANARY|1");
        assertThat(lake.ask("eng", "SELECT sum(added_rows_count) FROM \"staff$manifests\""))
                .containsExactly("2");
    }

    @Test
    void entries_and_metadata_files_tell_the_history_to_who_sees_everything() {
        lake.done("eng", "DELETE FROM staff WHERE id = 2");
        assertThat(
                        lake.ask(
                                "eng",
                                "SELECT status, data_file.record_count, data_file.partition.ssn, data_file.lower_bounds[1], json_extract_scalar(readable_metrics, '$.id.upper_bound'), file_sequence_number FROM \"staff$all_entries\" ORDER BY sequence_number, status"))
                .containsExactly("1|1|NULL|1|1|1", "1|1|CANARY-2|2|2|2", "2|1|CANARY-2|2|2|2");
        assertThat(lake.ask("eng", "SELECT count_if(status = 2), count(*) FROM \"staff$entries\""))
                .containsExactly("1|2");
        assertThat(
                        lake.ask(
                                "eng",
                                "SELECT added_data_files_count, deleted_data_files_count, element_at(partition_summaries, 1) FROM \"staff$all_manifests\" ORDER BY partition_spec_id, deleted_data_files_count"))
                .containsExactly(
                        "1|0|NULL",
                        "1|0|{contains_null=false, contains_nan=false, lower_bound=CANARY-2, upper_bound=CANARY-2}",
                        "0|1|{contains_null=false, contains_nan=false, lower_bound=CANARY-2, upper_bound=CANARY-2}");
        assertThat(lake.ask("eng", "SELECT key FROM \"staff$properties\" WHERE value = 'zstd'"))
                .containsExactly("write.parquet.compression-codec");
        assertThat(
                        lake.ask(
                                "eng",
                                "SELECT count(DISTINCT latest_snapshot_id), max(latest_sequence_number), max(latest_schema_id), count(file) FROM \"staff$metadata_log_entries\""))
                .containsExactly("3|3|0|0");
    }

    @Test
    void the_partition_of_a_row_is_told_to_who_sees_what_it_is_made_of() {
        assertThat(lake.ask("eng", "SELECT id, \"$partition\" FROM staff ORDER BY id"))
                .containsExactly("1|", "2|ssn=CANARY-2");
        assertThat(lake.ask("eng", "SELECT id FROM staff WHERE \"$partition\" = 'ssn=CANARY-2'"))
                .containsExactly("2");
        for (String user : List.of("ana", "reg")) {
            assertThat(lake.error(user, "SELECT \"$partition\" FROM staff").code())
                    .isEqualTo("COLUMN_NOT_FOUND");
        }
        assertThat(lake.error("eng", "INSERT INTO staff (name) SELECT \"$partition\" FROM staff")
                        .code())
                .isEqualTo("COLUMN_NOT_FOUND");
    }

    @Test
    void bounds_and_counts_of_columns_that_are_not_seen_as_they_are_are_left_out() {
        assertThat(
                        lake.ask(
                                "ana",
                                "SELECT array_sort(map_keys(lower_bounds)), array_sort(map_keys(value_counts)) FROM \"staff$files\""))
                .containsExactly("[1, 2]|[1, 2]", "[1, 2]|[1, 2]");
        assertThat(
                        lake.ask(
                                "ana",
                                "SELECT DISTINCT array_join(map_keys(CAST(readable_metrics AS map(varchar, json))), ',') FROM \"staff$files\""))
                .containsExactly("id,region");
        assertThat(lake.error("ana", "SELECT partition FROM \"staff$files\"").code())
                .isEqualTo("COLUMN_NOT_FOUND");
        assertThat(lake.error("ana", "SELECT * FROM \"staff$partitions\"").code())
                .isEqualTo("PERMISSION_DENIED");
        for (String table : ALL) {
            QueryExecution execution = lake.run("ana", "SELECT * FROM \"staff$" + table + "\"");
            if (execution.state() == QueryState.SUCCEEDED) {
                assertThat(String.join("\n", lake.ask("ana", "SELECT * FROM \"staff$" + table + "\"")))
                        .doesNotContain("CANARY");
            }
        }
    }

    @Test
    void a_table_without_partitions_has_one_row_of_numbers_of_what_is_seen() {
        lake.table(
                "shop_curated.flat",
                new Schema(
                        Types.NestedField.optional(1, "id", Types.LongType.get()),
                        Types.NestedField.optional(2, "ssn", Types.StringType.get()),
                        Types.NestedField.optional(3, "price", Types.DecimalType.of(5, 2)),
                        Types.NestedField.optional(4, "at", Types.TimestampType.withZone())),
                "SELECT 7 AS id, 'CANARY' AS ssn, 1.50 AS price, TIMESTAMPTZ '2024-01-01 00:00:00+00' AS at");
        lake.morePolicies("flat", """
                assignments:
                  - {table: shop_curated.flat, columns: {pii=high: [ssn]}}
                """);
        assertThat(lake.ask("eng", "SELECT record_count, file_count, data FROM \"flat$partitions\""))
                .singleElement()
                .asString()
                .startsWith("1|1|{id={min=7, max=7, null_count=0, nan_count=null}, ssn={min=CANARY, max=CANARY,")
                .contains("price={min=1.50, max=1.50", "at={min=2024-01-01 00:00:00.000 UTC");
        assertThat(lake.ask("ana", "SELECT * FROM \"flat$partitions\""))
                .singleElement()
                .asString()
                .contains("id={min=7")
                .doesNotContain("CANARY", "ssn");
    }

    @Test
    void who_sees_some_rows_or_none_is_told_nothing() {
        for (String table : ALL) {
            assertThat(lake.error("reg", "SELECT count(*) FROM \"staff$" + table + "\"")
                            .code())
                    .as(table)
                    .isEqualTo("PERMISSION_DENIED");
            assertThat(lake.error("out", "SELECT count(*) FROM \"staff$" + table + "\"")
                            .code())
                    .as(table)
                    .isEqualTo("TABLE_NOT_FOUND");
        }
        assertThat(lake.error("eng", "SELECT * FROM \"nothing$files\"").code()).isEqualTo("TABLE_NOT_FOUND");
        assertThat(lake.error("eng", "SELECT * FROM \"staff$secrets\"").code()).isEqualTo("TABLE_NOT_FOUND");
    }
}

package io.atalaya.lakehouse.read;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.lakehouse.TestLake;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the reader gives is what Iceberg's own reader gives, whoever wrote the files. */
class ScanPlannerTest {
    private static final Types.StructType PLACE =
            Types.StructType.of(optional(20, "x", Types.IntegerType.get()), optional(21, "y", Types.StringType.get()));
    private static final Schema SCHEMA = new Schema(
            required(1, "id", Types.IntegerType.get()),
            optional(2, "name", Types.StringType.get()),
            optional(3, "score", Types.FloatType.get()),
            optional(4, "price", Types.DecimalType.of(9, 2)),
            optional(5, "day", Types.DateType.get()),
            optional(6, "at", Types.TimestampType.withZone()),
            optional(7, "local", Types.TimestampType.withoutZone()),
            optional(8, "raw", Types.BinaryType.get()),
            optional(9, "ok", Types.BooleanType.get()),
            optional(10, "place", PLACE),
            optional(11, "tags", Types.ListType.ofOptional(22, Types.StringType.get())),
            optional(12, "sizes", Types.MapType.ofOptional(23, 24, Types.StringType.get(), Types.IntegerType.get())),
            optional(
                    13,
                    "places",
                    Types.ListType.ofOptional(
                            25,
                            Types.StructType.of(
                                    optional(26, "u", Types.IntegerType.get()),
                                    optional(27, "v", Types.StringType.get())))));
    private static final TableIdentifier NAME = TestLake.named("t");

    @TempDir
    Path folder;

    private TestLake lake;

    @BeforeEach
    void open() {
        lake = new TestLake(folder);
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private Table create(int version, Schema schema, PartitionSpec spec) {
        return lake.create("t", schema, spec, Map.of(TableProperties.FORMAT_VERSION, Integer.toString(version)));
    }

    private List<String> ours(Table table, ScanRequest request) {
        ScanRelation relation = lake.lakehouse().scans().plan(table, request);
        try (Connection connection = lake.lakehouse().reader().connect();
                var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(relation.sql())) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= relation.schema().columns().size(); i++) {
                    row.add(IcebergPeer.text(rows.getObject(i)));
                }
                found.add(String.join("|", row));
            }
            return found.stream().sorted().toList();
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(relation.sql(), e);
        }
    }

    private void check(Table table) {
        table.refresh();
        List<String> expected = IcebergPeer.rows(IcebergGenerics.read(table), table.schema());
        assertThat(ours(table, ScanRequest.all(table.schema()))).isEqualTo(expected);
        for (Types.NestedField column : table.schema().columns()) {
            ScanRequest one = new ScanRequest(OptionalLong.empty(), Expressions.alwaysTrue(), Set.of(column.fieldId()));
            assertThat(ours(table, one))
                    .as(column.name())
                    .isEqualTo(IcebergPeer.rows(IcebergGenerics.read(table).select(column.name()), new Schema(column)));
        }
        ScanRequest none = new ScanRequest(OptionalLong.empty(), Expressions.alwaysTrue(), Set.of());
        assertThat(ours(table, none)).hasSize(expected.size());
    }

    private void check(Table table, long snapshotId) {
        Schema schema = ScanPlanner.schemaOf(table, OptionalLong.of(snapshotId));
        assertThat(ours(table, ScanRequest.all(schema, snapshotId)))
                .isEqualTo(IcebergPeer.rows(
                        IcebergGenerics.read(table).useSnapshot(snapshotId).project(schema), schema));
    }

    private void rows(Table table, boolean byUs, int from, int to) {
        if (byUs) {
            lake.lakehouse()
                    .writer()
                    .append(
                            NAME,
                            RowSource.of("SELECT i AS id, 'n' || i AS name, i / 4.0 AS score, i + 0.25 AS price, DATE"
                                    + " '2020-01-01' + i::INT AS day, TIMESTAMPTZ '2020-01-01 00:00:00.123456+00' + INTERVAL"
                                    + " (i) HOUR AS at, TIMESTAMP '1969-12-31 23:59:59' AS local, 'ab'::BLOB AS raw, i % 2 ="
                                    + " 0 AS ok, {x: i, y: 'p' || i} AS place, ['a', NULL] AS tags, MAP {'k': i} AS sizes,"
                                    + " [{u: i, v: 'q'}] AS places FROM range(" + from + ", " + to + ") t(i)"),
                            CommitProperties.none());
            table.refresh();
            return;
        }
        IcebergPeer.append(
                table, IntStream.range(from, to).mapToObj(i -> record(table, i)).toList());
    }

    private static Record record(Table table, int i) {
        return IcebergPeer.record(
                table,
                i,
                i % 5 == 0 ? null : "n" + i,
                i / 4.0f,
                new BigDecimal(i + ".25"),
                LocalDate.of(2020, 1, 1).plusDays(i),
                OffsetDateTime.of(2020, 1, 1, 0, 0, 0, 123456000, ZoneOffset.UTC)
                        .plusHours(i),
                LocalDateTime.of(1969, 12, 31, 23, 59, 59),
                ByteBuffer.wrap(new byte[] {1, (byte) i}),
                i % 2 == 0,
                GenericRecord.create(PLACE).copy("x", i, "y", "p" + i),
                java.util.Arrays.asList("a", null),
                Map.of("k", i),
                List.of());
    }

    @ParameterizedTest
    @CsvSource({"2, true", "2, false", "3, true", "3, false"})
    void columns_are_found_by_id_through_every_change_of_the_schema(int version, boolean byUs) {
        Table table = create(version, SCHEMA, PartitionSpec.unpartitioned());
        rows(table, byUs, 0, 20);
        check(table);
        final long first = table.currentSnapshot().snapshotId();

        table.updateSchema().renameColumn("name", "title").commit();
        table.updateSchema().deleteColumn("day").commit();
        table.updateSchema().addColumn("day", Types.DateType.get()).commit();
        table.updateSchema()
                .updateColumn("id", Types.LongType.get())
                .updateColumn("score", Types.DoubleType.get())
                .updateColumn("price", Types.DecimalType.of(14, 2))
                .commit();
        check(table);
        table.updateSchema()
                .renameColumn("place.x", "z")
                .updateColumn("place.x", Types.LongType.get())
                .deleteColumn("place.y")
                .addColumn("place", "w", Types.StringType.get())
                .renameColumn("places.element.u", "uu")
                .commit();
        check(table);
        table.updateSchema().moveFirst("title").moveAfter("id", "price").commit();
        if (version >= 3) {
            table.updateSchema()
                    .addColumn("kind", Types.StringType.get(), "how", Literal.of("it's new"))
                    .addColumn("level", Types.IntegerType.get(), "how", Literal.of(7))
                    .commit();
        } else {
            table.updateSchema().addColumn("kind", Types.StringType.get()).commit();
        }
        check(table);
        lake.lakehouse().writer().append(NAME, RowSource.of("SELECT 99 AS id, 't' AS title"), CommitProperties.none());
        check(table);
        check(table, first);
        check(table, table.currentSnapshot().snapshotId());
        table.updateSchema().renameColumn("title", "name").commit();
        check(table);
    }

    @ParameterizedTest
    @CsvSource({"2, true", "2, false", "3, true", "3, false"})
    void deleted_rows_do_not_come_whoever_deleted_them(int version, boolean byUs) {
        Table table = create(version, SCHEMA, PartitionSpec.unpartitioned());
        rows(table, byUs, 0, 20);
        rows(table, byUs, 20, 40);
        long before = table.currentSnapshot().snapshotId();
        List<PlannedFile> files = lake.lakehouse().scans().files(table, Expressions.alwaysTrue());
        IcebergPeer.positionDelete(table, version, files.get(0).file(), 0, 3, 19);
        check(table);
        IcebergPeer.positionDelete(table, version, files.get(1).file(), 5);
        check(table);
        Schema id = table.schema().select("id");
        IcebergPeer.equalityDelete(
                table, List.of(1), null, List.of(IcebergPeer.record(id, 7), IcebergPeer.record(id, 25)));
        check(table);
        Schema two = table.schema().select("name", "ok");
        IcebergPeer.equalityDelete(
                table,
                List.of(2, 9),
                null,
                List.of(IcebergPeer.record(two, null, true), IcebergPeer.record(two, "n11", false)));
        check(table);
        rows(table, byUs, 5, 12);
        check(table);
        assertThat(ours(table, ScanRequest.all(table.schema()))).hasSizeBetween(35, 42);
        // Iceberg's own reader fails once a column that deletes are by is dropped, so what it said before is compared.
        Schema rest = new Schema(table.schema().columns().stream()
                .filter(column -> !column.name().equals("ok"))
                .toList());
        List<String> expected = IcebergPeer.rows(IcebergGenerics.read(table).project(rest), rest);
        table.updateSchema().deleteColumn("ok").commit();
        assertThat(ours(table, ScanRequest.all(table.schema()))).isEqualTo(expected);
        table.updateSchema()
                .renameColumn("name", "title")
                .updateColumn("id", Types.LongType.get())
                .commit();
        assertThat(ours(table, ScanRequest.all(table.schema()))).isEqualTo(expected);
        check(table, before);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void our_writes_after_foreign_deletes_keep_them_deleted(int version) {
        Table table = create(version, SCHEMA, PartitionSpec.unpartitioned());
        rows(table, false, 0, 20);
        IcebergPeer.positionDelete(
                table,
                version,
                lake.lakehouse()
                        .scans()
                        .files(table, Expressions.alwaysTrue())
                        .getFirst()
                        .file(),
                0,
                1);
        lake.lakehouse()
                .writer()
                .merge(
                        NAME,
                        List.of("id"),
                        java.util.Optional.empty(),
                        RowSource.of("SELECT 5 AS id, 'merged' AS name"),
                        CommitProperties.none());
        check(table);
        assertThat(ours(table, ScanRequest.all(table.schema()))).hasSize(18);
        lake.lakehouse()
                .writer()
                .overwrite(
                        NAME,
                        Expressions.equal("name", "merged"),
                        RowSource.of("SELECT 6000 AS id"),
                        CommitProperties.none());
        check(table);
        assertThat(ours(table, ScanRequest.all(table.schema()))).hasSize(18);
    }

    @ParameterizedTest
    @CsvSource({"2, true", "2, false", "3, true", "3, false"})
    void filters_leave_out_files_but_no_matching_row(int version, boolean byUs) {
        PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).month("day").build();
        Table table = create(version, SCHEMA, spec);
        rows(table, byUs, 0, 20);
        rows(table, byUs, 40, 50);
        List<Expression> filters = List.of(
                Expressions.equal("id", 45),
                Expressions.lessThan("id", 10),
                Expressions.greaterThanOrEqual("day", "2020-02-05"),
                Expressions.isNull("name"),
                Expressions.startsWith("name", "n4"),
                Expressions.and(Expressions.equal("ok", true), Expressions.in("id", 1, 2, 41)),
                Expressions.greaterThan("price", new BigDecimal("44.00")));
        for (Expression filter : filters) {
            ScanRequest request = new ScanRequest(
                    OptionalLong.empty(), filter, ScanRequest.all(SCHEMA).fieldIds());
            assertThat(ours(table, request))
                    .as(filter.toString())
                    .containsAll(IcebergPeer.rows(IcebergGenerics.read(table).where(filter), table.schema()));
        }
        ScanRelation february = lake.lakehouse()
                .scans()
                .plan(
                        table,
                        new ScanRequest(
                                OptionalLong.empty(), Expressions.greaterThanOrEqual("day", "2020-02-05"), Set.of(1)));
        assertThat(february.files()).isEqualTo(1);
        assertThat(february.records()).isEqualTo(10);
        assertThat(february.bytes()).isPositive();
    }

    @Test
    void a_filter_of_an_old_snapshot_is_by_the_names_it_had() {
        PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).identity("name").build();
        Table table = create(2, SCHEMA, spec);
        rows(table, true, 1, 3);
        long snapshot = table.currentSnapshot().snapshotId();
        table.updateSchema().renameColumn("name", "title").commit();
        ScanRelation relation = lake.lakehouse()
                .scans()
                .plan(table, new ScanRequest(OptionalLong.of(snapshot), Expressions.equal("name", "n1"), Set.of(1, 2)));
        assertThat(relation.files()).isEqualTo(1);
        assertThat(relation.schema().columns())
                .extracting(Types.NestedField::name)
                .containsExactly("id", "name");
        check(table, snapshot);
        check(table);
    }

    @Test
    void a_partition_column_that_a_foreign_file_leaves_out_comes_from_its_partition() {
        PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).identity("name").build();
        Table table = create(2, SCHEMA, spec);
        Schema without = table.schema().select("id", "score");
        PartitionData here = new PartitionData(spec.partitionType());
        here.set(0, "here's");
        DataFile file = IcebergPeer.write(
                table,
                without,
                here,
                List.of(IcebergPeer.record(without, 1, 2.0f), IcebergPeer.record(without, 2, 3.0f)));
        table.newAppend().appendFile(file).commit();
        check(table);
        assertThat(ours(table, new ScanRequest(OptionalLong.empty(), Expressions.alwaysTrue(), Set.of(2))))
                .containsExactly("here's", "here's");
    }

    @Test
    void a_foreign_file_without_field_ids_needs_a_name_mapping() throws Exception {
        Table table = lake.create("t", SCHEMA.select("id", "name"));
        Path file = Path.of(table.location(), "data", "foreign.parquet");
        java.nio.file.Files.createDirectories(file.resolveSibling(""));
        try (Connection connection = lake.lakehouse().duckWriter().connect();
                var statement = connection.createStatement()) {
            statement.execute("COPY (SELECT 1 AS number, 'a' AS name) TO '" + file + "' (FORMAT parquet)");
        }
        table.newAppend()
                .appendFile(org.apache.iceberg.DataFiles.builder(PartitionSpec.unpartitioned())
                        .withPath(file.toString())
                        .withFileSizeInBytes(java.nio.file.Files.size(file))
                        .withRecordCount(1)
                        .build())
                .commit();
        assertThatThrownBy(() -> lake.rows("t")).hasMessageContaining(TableProperties.DEFAULT_NAME_MAPPING);
        table.updateProperties()
                .set(
                        TableProperties.DEFAULT_NAME_MAPPING,
                        "[{\"field-id\": 1, \"names\": [\"id\", \"number\"]}, {\"field-id\": 2, \"names\": [\"name\"]}]")
                .commit();
        check(table);
        assertThat(lake.rows("t")).containsExactly("1|a");
    }

    @Test
    void columns_named_like_the_engines_own_are_columns() {
        Schema schema = new Schema(
                optional(1, "filename", Types.StringType.get()),
                optional(2, "file_row_number", Types.LongType.get()),
                optional(3, "select", Types.StringType.get()),
                optional(4, "a \"b\" c", Types.StringType.get()));
        Table table = lake.create("t", schema);
        IcebergPeer.append(table, List.of(IcebergPeer.record(table, "f", 5L, "s", "q")));
        IcebergPeer.positionDelete(
                table, 2, IcebergPeer.append(table, List.of(IcebergPeer.record(table, "g", 6L, "s", "q"))), 0);
        lake.lakehouse()
                .writer()
                .append(
                        NAME,
                        RowSource.of("SELECT 'h' AS filename, 0 AS file_row_number, 'x' AS \"a \"\"b\"\" c\""),
                        CommitProperties.none());
        check(table);
        assertThat(lake.rows("t")).containsExactly("f|5|s|q", "h|0|null|x");
    }

    @Test
    void every_type_we_write_is_what_iceberg_reads() {
        Schema schema = new Schema(
                optional(1, "u", Types.UUIDType.get()),
                optional(2, "c", Types.TimeType.get()),
                optional(3, "l", Types.LongType.get()),
                optional(4, "d", Types.DoubleType.get()),
                optional(5, "small", Types.DecimalType.of(4, 1)),
                optional(6, "big", Types.DecimalType.of(38, 10)),
                optional(7, "nano", Types.TimestampNanoType.withoutZone()),
                optional(8, "mm", Types.MapType.ofOptional(40, 41, Types.StringType.get(), PLACE)),
                optional(
                        9,
                        "ll",
                        Types.ListType.ofOptional(24, Types.ListType.ofOptional(25, Types.DecimalType.of(10, 2)))));
        Table table = create(3, schema, PartitionSpec.unpartitioned());
        lake.lakehouse()
                .writer()
                .append(
                        NAME,
                        RowSource.of("SELECT gen_random_uuid() AS u, TIME '23:59:59.999999' - INTERVAL (i) SECOND AS c,"
                                + " 9223372036854775807 - i AS l, i / 7.0 AS d, i - 9.5 AS small, 1234567890123456789.25"
                                + " * i AS big, '2020-01-01 00:00:00.123456789'::TIMESTAMP_NS AS nano, MAP {'k': {x: i, y:"
                                + " NULL}} AS mm, [[i, NULL], NULL, []] AS ll FROM range(20) t(i) UNION ALL SELECT NULL,"
                                + " NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL"),
                        CommitProperties.none());
        check(table);
    }

    /** It orders joins by that. */
    @Test
    void the_engine_knows_how_many_rows_files_of_ours_have() {
        Table table = lake.create("t", SCHEMA.select("id", "name"));
        lake.lakehouse()
                .writer()
                .append(
                        NAME,
                        RowSource.of("SELECT i::INT AS id, 'n' || i AS name FROM range(4000) r(i)"),
                        CommitProperties.none());
        table.refresh();
        DataFile file = lake.lakehouse()
                .scans()
                .files(table, Expressions.alwaysTrue())
                .getFirst()
                .file();
        IcebergPeer.positionDelete(table, 2, file, 7);
        assertThat(explained(table)).contains("~4,000 rows").doesNotContain("~1 row");
        table.updateSchema()
                .renameColumn("name", "title")
                .addColumn("score", Types.FloatType.get())
                .commit();
        assertThat(explained(table)).contains("~4,000 rows").doesNotContain("~1 row");
    }

    @Test
    void the_engine_knows_how_many_rows_files_of_others_have() {
        Table table = lake.create("t", SCHEMA.select("id", "name"));
        IcebergPeer.append(
                table,
                IntStream.range(0, 4000)
                        .mapToObj(i -> IcebergPeer.record(table, i, "n" + i))
                        .toList());
        assertThat(explained(table)).contains("~4,000 rows").doesNotContain("~1 row");
    }

    @Test
    void a_small_file_is_not_taken_for_the_size_of_all() {
        Table table = lake.create("t", SCHEMA.select("id", "name"));
        for (int rows : List.of(1, 4000, 5000)) {
            lake.lakehouse()
                    .writer()
                    .append(
                            NAME,
                            RowSource.of("SELECT i::INT AS id, 'n' || i AS name FROM range(" + rows + ") r(i)"),
                            CommitProperties.none());
        }
        table.refresh();
        assertThat(explained(table)).contains("~12,000 rows");
    }

    private String explained(Table table) {
        var scans = lake.lakehouse().scans();
        return String.join(
                "\n",
                lake.query("EXPLAIN "
                        + scans.withFiles(table, Set.of(1, 2), scans.files(table, Expressions.alwaysTrue()))
                                .sql()));
    }

    @Test
    void an_empty_table_has_columns_and_no_rows() {
        Table table = create(2, SCHEMA, PartitionSpec.unpartitioned());
        check(table);
        assertThat(ours(table, ScanRequest.all(SCHEMA))).isEmpty();
    }

    @Test
    void an_unknown_snapshot_is_named() {
        Table table = create(2, SCHEMA, PartitionSpec.unpartitioned());
        assertThatThrownBy(() -> lake.lakehouse().scans().plan(table, ScanRequest.all(SCHEMA, 17)))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("17");
    }
}

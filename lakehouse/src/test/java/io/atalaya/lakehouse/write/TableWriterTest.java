package io.atalaya.lakehouse.write;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.TestLake;
import io.atalaya.lakehouse.feed.RowFeed;
import io.atalaya.lakehouse.feed.TextChunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableWriterTest {
    private static final Schema SCHEMA = new Schema(
            required(1, "id", Types.LongType.get()),
            optional(2, "name", Types.StringType.get()),
            optional(3, "amount", Types.DecimalType.of(10, 2)),
            optional(4, "at", Types.TimestampType.withoutZone()));
    private static final TableIdentifier ORDERS = TestLake.named("orders");

    @TempDir
    Path folder;

    private TestLake lake;
    private TableWriter writer;

    @BeforeEach
    void open() {
        lake = new TestLake(folder);
        writer = lake.lakehouse().writer();
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private static RowSource rows(String values) {
        return RowSource.of("SELECT * FROM (VALUES " + values + ") t(id, name, amount)");
    }

    @Test
    void an_append_is_read_back() {
        lake.create("orders", SCHEMA);
        WriteResult result = writer.append(ORDERS, rows("(1, 'a', 1.5), (2, NULL, 2)"), CommitProperties.none());
        assertThat(result.rows()).isEqualTo(2);
        assertThat(result.files()).isEqualTo(1);
        assertThat(lake.rows("orders")).containsExactly("1|a|1.50|null", "2|null|2.00|null");
    }

    /** So many rows, each made when it is asked for; the one of that number cannot be made. */
    private static RowFeed counting(long rows, long broken) {
        return new RowFeed() {
            private long next;

            @Override
            public String number() {
                return "id";
            }

            @Override
            public List<String> columns() {
                return List.of("name", "amount");
            }

            @Override
            public void fill(TextChunk chunk) throws IOException {
                while (next < rows && !chunk.isFull()) {
                    if (next == broken) {
                        throw new IOException("row " + next + " cannot be made");
                    }
                    chunk.begin(next);
                    if (next % 3 == 0) {
                        chunk.missing();
                    } else {
                        chunk.value("é" + "x".repeat((int) (next % 40)));
                    }
                    chunk.value("1.5");
                    if (next % 7 == 0) {
                        chunk.abandon();
                        chunk.begin(next);
                        chunk.value(next % 2 == 0 ? "" : "again");
                        chunk.missing();
                    }
                    chunk.end();
                    next++;
                }
            }
        };
    }

    @Test
    void rows_can_be_made_while_they_are_written() {
        lake.create("orders", SCHEMA);
        long rows = 100_000;
        WriteResult result = writer.append(
                ORDERS, RowSource.of("SELECT * FROM made", "made", counting(rows, -1)), CommitProperties.none());
        assertThat(result.rows()).isEqualTo(rows);
        List<String> expected = LongStream.range(0, rows)
                .mapToObj(i -> {
                    if (i % 7 == 0) {
                        return i + (i % 2 == 0 ? "||null|null" : "|again|null|null");
                    }
                    return i + "|" + (i % 3 == 0 ? "null" : "é" + "x".repeat((int) (i % 40))) + "|1.50|null";
                })
                .sorted()
                .toList();
        assertThat(lake.rows("orders")).isEqualTo(expected);
    }

    @Test
    void a_text_that_all_rows_have_is_written_like_any_other_and_has_bounds() throws IOException {
        String text = "it's the \"café\" of file.csv";
        RowSource all = RowSource.of("SELECT range AS id, 2.5 AS amount FROM range(3000)")
                .with(Map.of("name", text));
        Table table = lake.create("orders", SCHEMA);
        writer.append(ORDERS, all, CommitProperties.none());
        table.refresh();
        assertThat(lake.rows("orders")).hasSize(3000).allMatch(row -> row.endsWith("|" + text + "|2.50|null"));
        DataFile file;
        try (CloseableIterable<FileScanTask> files =
                table.newScan().includeColumnStats().planFiles()) {
            file = files.iterator().next().file();
        }
        int id = table.schema().findField("name").fieldId();
        assertThat(bound(file.lowerBounds(), id)).isEqualTo(text.substring(0, 16));
        assertThat(bound(file.upperBounds(), id)).isGreaterThan(text).hasSize(16);
        assertThat(file.nullValueCounts()).containsEntry(id, 0L);
        RowSource number = RowSource.of("SELECT 1 AS id").with(Map.of("amount", "7.5", "name", ""));
        writer.overwrite(ORDERS, number, CommitProperties.none());
        assertThat(lake.rows("orders")).containsExactly("1||7.50|null");
        writer.merge(
                ORDERS, List.of("id"), Optional.empty(), number.with(Map.of("name", "b")), CommitProperties.none());
        assertThat(lake.rows("orders")).containsExactly("1|b|null|null");
        assertThatThrownBy(() -> writer.append(ORDERS, number.with(Map.of("nom", "b")), CommitProperties.none()))
                .hasMessageContaining("has no column nom");
    }

    private static String bound(Map<Integer, ByteBuffer> bounds, int id) {
        return Conversions.fromByteBuffer(Types.StringType.get(), bounds.get(id))
                .toString();
    }

    @Test
    void what_goes_wrong_while_rows_are_made_leaves_nothing() throws IOException {
        lake.create("orders", SCHEMA);
        RowSource broken = RowSource.of("SELECT * FROM made", "made", counting(100_000, 70_000));
        assertThatThrownBy(() -> writer.append(ORDERS, broken, CommitProperties.none()))
                .hasMessageContaining("row 70000 cannot be made");
        assertThat(lake.rows("orders")).isEmpty();
        assertThat(dataFiles()).isEmpty();
    }

    @Test
    void rows_move_from_one_table_to_another_in_one_commit() {
        lake.create("orders", SCHEMA);
        lake.create("aside", SCHEMA);
        writer.append(ORDERS, rows("(1, 'a', 1.5), (2, NULL, 2), (2, NULL, 2), (3, 'c', 3)"), CommitProperties.none());
        writer.append(ORDERS, rows("(4, 'a', 1.5)"), CommitProperties.none());
        try (WriteBatch batch = writer.begin()) {
            RowSource leaving = RowSource.of("SELECT * FROM (VALUES (2, NULL, 2), (2, NULL, 2)) t(id, name, amount)");
            batch.append(TestLake.named("aside"), leaving, CommitProperties.once("move"));
            batch.remove(ORDERS, leaving, CommitProperties.once("move"));
            assertThat(batch.commit()).extracting(WriteResult::rows).containsExactly(2L, 2L);
        }
        assertThat(lake.rows("orders")).containsExactly("1|a|1.50|null", "3|c|3.00|null", "4|a|1.50|null");
        assertThat(lake.rows("aside")).containsExactly("2|null|2.00|null", "2|null|2.00|null");
    }

    @Test
    void rows_that_are_not_there_as_often_as_they_should_leave_cannot_be_removed() {
        lake.create("orders", SCHEMA);
        writer.append(ORDERS, rows("(1, 'a', 1.5), (2, 'b', 2), (2, 'b', 2)"), CommitProperties.none());
        try (WriteBatch batch = writer.begin()) {
            batch.remove(ORDERS, rows("(2, 'b', 2)"), CommitProperties.none());
            assertThatThrownBy(batch::commit).hasMessageContaining("has changed: 2 rows were found where 1");
        }
        assertThat(lake.rows("orders")).hasSize(3);
    }

    @Test
    void columns_are_matched_by_name_and_cast() {
        lake.create("orders", SCHEMA);
        writer.append(ORDERS, RowSource.of("SELECT '7' AS ID, 'x' AS \"Name\""), CommitProperties.none());
        assertThat(lake.rows("orders")).containsExactly("7|x|null|null");
    }

    @Test
    void rows_that_do_not_fit_are_refused_by_name_and_without_their_values() {
        lake.create("orders", SCHEMA);
        assertThatThrownBy(() ->
                        writer.append(ORDERS, RowSource.of("SELECT 1 AS id, 2 AS colour"), CommitProperties.none()))
                .isInstanceOf(LakehouseException.RowsDoNotFit.class)
                .hasMessageContaining("no column colour");
        assertThatThrownBy(() -> writer.append(ORDERS, RowSource.of("SELECT 'x' AS name"), CommitProperties.none()))
                .isInstanceOf(LakehouseException.RowsDoNotFit.class)
                .hasMessageContaining("lack column id");
        assertThatThrownBy(() -> writer.append(
                        ORDERS, RowSource.of("SELECT 'secret' || i AS id FROM range(3) t(i)"), CommitProperties.none()))
                .isInstanceOf(LakehouseException.RowsDoNotFit.class)
                .hasMessageContaining("column id")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> writer.append(
                        ORDERS,
                        RowSource.of("SELECT CASE WHEN i > 0 THEN i END AS id FROM range(3) t(i)"),
                        CommitProperties.none()))
                .isInstanceOf(LakehouseException.RowsDoNotFit.class)
                .hasMessageContaining("column id");
        assertThat(lake.rows("orders")).isEmpty();
        assertThat(dataFiles()).isEmpty();
    }

    @Test
    void a_type_that_the_engine_cannot_write_is_refused_by_name() {
        lake.create("orders", new Schema(optional(1, "hash", Types.FixedType.ofLength(4))));
        assertThatThrownBy(() -> writer.append(ORDERS, RowSource.of("SELECT NULL AS hash"), CommitProperties.none()))
                .isInstanceOf(LakehouseException.NotSupported.class)
                .hasMessageContaining("fixed");
    }

    @Test
    void data_files_are_read_only_and_staging_is_left_empty() throws IOException {
        lake.create("orders", SCHEMA);
        writer.append(ORDERS, rows("(1, 'a', 1.5)"), CommitProperties.none());
        assertThat(dataFiles())
                .hasSize(1)
                .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("r--r--r--"));
        try (Stream<Path> staged = Files.list(lake.lakehouse().warehouse().staging())) {
            assertThat(staged).isEmpty();
        }
    }

    @Test
    void writes_of_one_identity_are_done_before_as_one() {
        TableIdentifier rejected = TestLake.named("rejected");
        lake.create("orders", SCHEMA);
        Table aside = lake.create("rejected", SCHEMA);
        try (WriteBatch late = writer.begin()) {
            late.append(ORDERS, rows("(1, 'a', 1), (2, 'b', 1)"), CommitProperties.once("load"));
            late.append(rejected, rows("(3, 'c', 1)"), CommitProperties.once("load"));
            WriteResult first = writer.append(ORDERS, rows("(1, 'a', 1)"), CommitProperties.once("load"));
            assertThat(late.commit()).containsExactly(first, new WriteResult(0, 0, 0, 0));
        }
        aside.refresh();
        assertThat(aside.currentSnapshot()).isNull();
    }

    @Test
    void an_entry_of_the_summary_may_be_known_only_when_the_rows_were_read() {
        Table table = lake.create("orders", SCHEMA);
        try (WriteBatch batch = writer.begin()) {
            batch.append(ORDERS, rows("(1, 'a', 1)"), CommitProperties.none(), () -> Map.of("seen", "1"));
            batch.commit();
        }
        table.refresh();
        assertThat(table.currentSnapshot().summary()).containsEntry("seen", "1");
    }

    @Test
    void a_write_with_an_identity_happens_once() {
        lake.create("orders", SCHEMA);
        WriteResult first = writer.append(ORDERS, rows("(1, 'a', 1.5)"), CommitProperties.once("run-1"));
        WriteResult second = writer.append(ORDERS, rows("(1, 'a', 1.5)"), CommitProperties.once("run-1"));
        assertThat(second).isEqualTo(first);
        assertThat(lake.rows("orders")).hasSize(1);
        assertThat(dataFiles()).hasSize(1);
    }

    @Test
    void a_write_with_an_identity_and_no_rows_is_remembered() {
        Table table = lake.create("orders", SCHEMA);
        RowSource none = RowSource.of("SELECT 1 AS id WHERE false");
        WriteResult first = writer.append(ORDERS, none, CommitProperties.once("run-1"));
        assertThat(writer.append(ORDERS, none, CommitProperties.once("run-1"))).isEqualTo(first);
        table.refresh();
        assertThat(table.snapshots()).hasSize(1);
    }

    @Test
    void overwrite_replaces_everything() {
        lake.create("orders", SCHEMA);
        writer.append(ORDERS, rows("(1, 'a', 1.5), (2, 'b', 1)"), CommitProperties.none());
        writer.overwrite(ORDERS, rows("(3, 'c', 1)"), CommitProperties.none());
        assertThat(lake.rows("orders")).containsExactly("3|c|1.00|null");
    }

    @Test
    void overwrite_by_expression_keeps_the_other_rows_of_a_file() {
        lake.create("orders", SCHEMA);
        writer.append(ORDERS, rows("(1, 'a', 1.5), (2, 'b', 1), (3, NULL, 4)"), CommitProperties.none());
        writer.append(ORDERS, rows("(10, 'b', 1)"), CommitProperties.none());
        writer.overwrite(ORDERS, Expressions.equal("name", "b"), rows("(9, 'z', 9)"), CommitProperties.none());
        assertThat(lake.rows("orders")).containsExactly("1|a|1.50|null", "3|null|4.00|null", "9|z|9.00|null");
    }

    @Test
    void merge_replaces_rows_of_the_same_key_and_the_last_of_them_wins() {
        lake.create("orders", SCHEMA);
        writer.append(ORDERS, rows("(1, 'a', 1), (2, 'b', 1)"), CommitProperties.none());
        writer.append(ORDERS, rows("(3, 'c', 1)"), CommitProperties.none());
        WriteResult result = writer.merge(
                ORDERS,
                List.of("id"),
                Optional.empty(),
                rows("(2, 'x', 2), (2, 'y', 3), (4, 'd', 4)"),
                CommitProperties.none());
        assertThat(result.rows()).isEqualTo(2);
        assertThat(lake.rows("orders"))
                .containsExactly("1|a|1.00|null", "2|y|3.00|null", "3|c|1.00|null", "4|d|4.00|null");
    }

    @Test
    void merge_leaves_a_newer_row_alone() {
        lake.create("orders", SCHEMA);
        writer.append(ORDERS, rows("(1, 'old', 5), (2, 'old', 5), (3, 'old', NULL)"), CommitProperties.none());
        writer.merge(
                ORDERS,
                List.of("id"),
                Optional.of("amount"),
                rows("(1, 'late', 4), (2, 'new', 5), (3, 'new', 1)"),
                CommitProperties.none());
        assertThat(lake.rows("orders")).containsExactly("1|old|5.00|null", "2|new|5.00|null", "3|new|1.00|null");
    }

    @Test
    void merge_does_not_touch_files_without_such_a_key() {
        Table table = lake.create("orders", SCHEMA);
        writer.append(ORDERS, rows("(1, 'a', 1)"), CommitProperties.none());
        writer.append(ORDERS, rows("(100, 'b', 1)"), CommitProperties.none());
        List<Path> before = dataFiles();
        writer.merge(ORDERS, List.of("id"), Optional.empty(), rows("(100, 'c', 1)"), CommitProperties.none());
        table.refresh();
        assertThat(lake.lakehouse().scans().files(table, Expressions.alwaysTrue()))
                .extracting(file -> Path.of(file.path()))
                .hasSize(2)
                .containsAnyElementsOf(before);
        assertThat(table.currentSnapshot().summary()).containsEntry("deleted-data-files", "1");
    }

    @Test
    void a_key_without_value_is_refused() {
        lake.create("orders", SCHEMA);
        assertThatThrownBy(() -> writer.merge(
                        ORDERS, List.of("name"), Optional.empty(), rows("(1, NULL, 1)"), CommitProperties.none()))
                .isInstanceOf(LakehouseException.RowsDoNotFit.class)
                .hasMessageContaining("1 rows")
                .hasMessageContaining("name");
    }

    @Test
    void writes_to_several_tables_commit_together() {
        lake.create("orders", SCHEMA);
        lake.create("rejected", SCHEMA);
        try (WriteBatch batch = writer.begin()) {
            batch.append(ORDERS, rows("(1, 'a', 1)"), CommitProperties.once("load"));
            batch.append(TestLake.named("rejected"), rows("(2, 'b', 1)"), CommitProperties.once("load"));
            assertThat(lake.rows("orders")).isEmpty();
            assertThat(batch.commit()).hasSize(2);
        }
        assertThat(lake.rows("orders")).hasSize(1);
        assertThat(lake.rows("rejected")).hasSize(1);
    }

    @Test
    void a_write_can_be_cancelled_while_it_runs() throws Exception {
        lake.create("orders", SCHEMA);
        try (WriteBatch batch = writer.begin();
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<?> running = thread.submit(() -> batch.append(
                    ORDERS,
                    RowSource.of("SELECT max(a.i * b.i) AS id FROM range(1000000) a(i), range(100000) b(i)"),
                    CommitProperties.none()));
            Thread.sleep(500);
            batch.cancel();
            assertThatThrownBy(() -> running.get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(LakehouseException.Failed.class)
                    .hasMessageContaining("cancelled");
        }
        assertThat(dataFiles()).isEmpty();
    }

    @Test
    void a_batch_that_is_not_committed_leaves_nothing() {
        lake.create("orders", SCHEMA);
        try (WriteBatch batch = writer.begin()) {
            batch.append(ORDERS, rows("(1, 'a', 1)"), CommitProperties.none());
        }
        assertThat(lake.rows("orders")).isEmpty();
        assertThat(dataFiles()).isEmpty();
    }

    @Test
    void concurrent_writers_all_keep_their_rows() throws Exception {
        lake.create("orders", SCHEMA);
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            List<Future<WriteResult>> all = IntStream.range(0, 24)
                    .mapToObj(i -> threads.submit(() -> i % 3 == 0
                            ? writer.merge(
                                    ORDERS,
                                    List.of("id"),
                                    Optional.empty(),
                                    rows("(0, 'shared', " + i + "), (" + (i + 1) + ", 'm', 1)"),
                                    CommitProperties.none())
                            : writer.append(ORDERS, rows("(" + (i + 1) + ", 'a', 1)"), CommitProperties.none())))
                    .toList();
            for (Future<WriteResult> one : all) {
                one.get();
            }
        }
        assertThat(lake.rows("orders")).hasSize(25);
    }

    @Test
    void writers_that_do_not_share_a_queue_all_keep_their_rows() throws Exception {
        lake.create("orders", SCHEMA);
        try (TestLake other = new TestLake(folder);
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<?>> all = List.of(
                    threads.submit(() -> mergeTenTimes(writer, 0)),
                    threads.submit(() -> mergeTenTimes(other.lakehouse().writer(), 100)));
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(lake.rows("orders")).hasSize(21);
        assertThat(lake.query("SELECT count(*), count(DISTINCT id) FROM ("
                        + lake.lakehouse()
                                .scans()
                                .plan(
                                        lake.lakehouse().catalog().loadTable(ORDERS),
                                        io.atalaya.lakehouse.read.ScanRequest.all(SCHEMA))
                                .sql()
                        + ")"))
                .containsExactly("21|21");
    }

    private static void mergeTenTimes(TableWriter writer, int offset) {
        for (int i = 1; i <= 10; i++) {
            writer.merge(
                    ORDERS,
                    List.of("id"),
                    Optional.empty(),
                    rows("(0, 'shared', " + i + "), (" + (offset + i) + ", 'own', 1)"),
                    CommitProperties.none());
        }
    }

    @Test
    void partitioned_rows_go_to_files_of_their_partition() {
        PartitionSpec spec = PartitionSpec.builderFor(SCHEMA)
                .identity("name")
                .bucket("id", 4)
                .build();
        Table table = lake.create("orders", SCHEMA, spec, Map.of());
        writer.append(
                ORDERS,
                RowSource.of(
                        "SELECT i AS id, CASE WHEN i % 3 = 0 THEN NULL WHEN i % 3 = 1 THEN '' ELSE 'a/b' END AS name"
                                + " FROM range(60) t(i)"),
                CommitProperties.none());
        table.refresh();
        assertThat(lake.rows("orders")).hasSize(60);
        assertThat(lake.lakehouse().scans().files(table, Expressions.equal("name", "a/b")))
                .hasSizeBetween(1, 4)
                .allSatisfy(file ->
                        assertThat(file.file().partition().get(0, String.class)).isEqualTo("a/b"));
        assertThat(lake.lakehouse().scans().files(table, Expressions.equal("id", 5L)))
                .hasSizeBetween(1, 3)
                .extracting(file -> file.file().partition().get(1, Integer.class))
                .containsOnly(3);
    }

    private List<Path> dataFiles() {
        try (Stream<Path> files = Files.walk(folder.resolve("warehouse"))) {
            return files.filter(file -> file.toString().endsWith(".parquet")).toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

package io.atalaya.lakehouse.maintenance;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.lakehouse.TestLake;
import io.atalaya.lakehouse.catalog.RecordedCommit;
import io.atalaya.lakehouse.catalog.RowHistory;
import io.atalaya.lakehouse.read.ScanRequest;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.Portion;
import io.atalaya.lakehouse.write.Rewritten;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.lakehouse.write.WriteBatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaintenanceTest {
    private static final Schema SCHEMA =
            new Schema(optional(1, "id", Types.LongType.get()), optional(2, "part", Types.StringType.get()));
    private static final Duration AGE = Duration.ofDays(5);

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

    private Table made(String name) {
        return lake.create(
                name, SCHEMA, PartitionSpec.builderFor(SCHEMA).identity("part").build(), Map.of());
    }

    private void append(String table, int id, String part) {
        lake.lakehouse()
                .writer()
                .append(
                        TestLake.named(table),
                        RowSource.of("SELECT " + id + " AS id, '" + part + "' AS part"),
                        CommitProperties.none());
    }

    private long compact(String table, int atLeast) {
        return portions(table, atLeast).stream()
                .mapToLong(portion -> compact(table, portion).files())
                .sum();
    }

    private List<Portion> portions(String table, int atLeast) {
        return portions(table, atLeast, Portion.BYTES);
    }

    private List<Portion> portions(String table, int atLeast, long bytes) {
        return lake.lakehouse().writer().portions(TestLake.named(table), Expressions.alwaysTrue(), atLeast, bytes);
    }

    private Rewritten compact(String table, Portion portion) {
        try (WriteBatch batch = lake.lakehouse().writer().begin()) {
            Rewritten rewritten = batch.compact(TestLake.named(table), portion, CommitProperties.none());
            batch.commit();
            return rewritten;
        }
    }

    private TableShape shape(Table table) {
        table.refresh();
        return TableShape.of(table, lake.lakehouse().scans());
    }

    private static long current(Table table) {
        table.refresh();
        return table.currentSnapshot().snapshotId();
    }

    /** An expiry at a moment so long after that snapshot. */
    private SnapshotExpiry after(Snapshot snapshot, Duration time) {
        Instant now = Instant.ofEpochMilli(snapshot.timestampMillis()).plus(time);
        return new SnapshotExpiry(lake.lakehouse().warehouse(), Clock.fixed(now, ZoneOffset.UTC));
    }

    /** The next snapshot will have a later time. */
    private static void awaitLater(Snapshot snapshot) {
        while (System.currentTimeMillis() <= snapshot.timestampMillis()) {
            Thread.onSpinWait();
        }
    }

    private Removed expireAll(Table table) {
        table.refresh();
        SnapshotExpiry expiry = after(table.currentSnapshot(), AGE.plusSeconds(1));
        return expiry.expire(table, expiry.expirable(table, AGE, 1, Set.of()), () -> {});
    }

    @Test
    void small_files_of_a_partition_become_one_and_then_nothing_is_left_to_do() {
        Table table = made("t");
        for (int i = 0; i < 3; i++) {
            append("t", i, "a");
            append("t", i, "b");
        }
        append("t", 7, "alone");
        assertThat(compact("t", 4)).isZero();
        assertThat(compact("t", 3)).isEqualTo(6);
        assertThat(shape(table).files()).isEqualTo(3);
        long snapshot = current(table);
        assertThat(compact("t", 2)).isZero();
        assertThat(current(table)).isEqualTo(snapshot);
        assertThat(lake.rows("t")).containsExactly("0|a", "0|b", "1|a", "1|b", "2|a", "2|b", "7|alone");
    }

    @Test
    void writers_do_not_wait_for_a_compaction_and_lose_nothing_to_it() {
        Table table = made("t");
        append("t", 1, "a");
        append("t", 2, "a");
        try (WriteBatch batch = lake.lakehouse().writer().begin()) {
            batch.compact(TestLake.named("t"), portions("t", 2).getFirst(), CommitProperties.none());
            append("t", 3, "a");
            lake.lakehouse()
                    .writer()
                    .merge(
                            TestLake.named("t"),
                            List.of("id"),
                            Optional.empty(),
                            RowSource.of("SELECT 1 AS id, 'b' AS part"),
                            CommitProperties.none());
            batch.commit();
        }
        assertThat(lake.rows("t")).containsExactly("1|b", "2|a", "3|a");
        assertThat(new OrphanSweep(lake.lakehouse().catalog(), lake.lakehouse().warehouse(), Clock.systemUTC())
                        .orphans(table, Duration.ofDays(-1)))
                .extracting(FileInfo::location)
                .noneMatch(file -> file.endsWith(".parquet"));
    }

    /** A table whose files hold as many bytes as it wants three of them to have. */
    private Table madeForThree(String name) {
        Table table = made(name);
        append(name, 0, "a");
        table.refresh();
        long bytes = lake.lakehouse()
                .scans()
                .files(table, Expressions.alwaysTrue())
                .getFirst()
                .file()
                .fileSizeInBytes();
        table.updateProperties()
                .set(TableProperties.WRITE_TARGET_FILE_SIZE_BYTES, Long.toString(3 * bytes + 20))
                .commit();
        return table;
    }

    @Test
    void a_large_table_is_compacted_portion_by_portion_in_the_order_it_was_written() {
        Table table = madeForThree("t");
        for (int i = 1; i < 8; i++) {
            append("t", i, "a");
        }
        append("t", 8, "b");
        append("t", 9, "b");
        List<Portion> portions = portions("t", 2, 1);
        // Three, and two, and three with the ones of the other partition apart; nobody is left alone.
        assertThat(portions).extracting(portion -> portion.locations().size()).containsExactly(3, 3, 2, 2);
        List<String> rows = lake.rows("t");
        long first = current(table);
        compact("t", portions.get(1));
        table.refresh();
        // The second portion is what was written fourth to sixth.
        assertThat(lake.query(lake.lakehouse()
                        .scans()
                        .of(
                                table,
                                lake.lakehouse().scans().files(table, Expressions.alwaysTrue()).stream()
                                        .filter(file -> file.file().recordCount() == 3)
                                        .toList())
                        .sql()))
                .containsExactlyInAnyOrder("3|a", "4|a", "5|a");
        assertThat(lake.rows("t")).isEqualTo(rows);
        // As after a kill: what is left is found anew, and what was done is not among it.
        List<Portion> left = portions("t", 2, 1);
        assertThat(left.stream().flatMap(portion -> portion.locations().stream()))
                .hasSizeGreaterThanOrEqualTo(7)
                .doesNotHaveDuplicates();
        left.forEach(portion -> assertThat(compact("t", portion).files()).isPositive());
        assertThat(lake.rows("t")).isEqualTo(rows);
        assertThat(lake.rows(table, ScanRequest.all(SCHEMA, first))).isEqualTo(rows);
        assertThat(shape(table).files()).isLessThanOrEqualTo(5);
    }

    @Test
    void a_portion_takes_of_its_files_what_others_have_left_and_nothing_if_that_is_too_little() {
        Table table = madeForThree("t");
        for (int i = 1; i < 6; i++) {
            append("t", i, "a");
        }
        List<Portion> portions = portions("t", 2, 1);
        assertThat(portions).hasSize(2);
        // Rows 0 and 1 are written anew by somebody else, and of the second portion all.
        merge(0);
        merge(1);
        assertThat(compact("t", portions.getFirst())).isEqualTo(new Rewritten(0, 0, 0, 0));
        long before = current(table);
        merge(3);
        assertThat(current(table)).isNotEqualTo(before);
        Rewritten rewritten = compact("t", portions.getLast());
        assertThat(rewritten.files()).isEqualTo(2);
        assertThat(rewritten.newFiles()).isEqualTo(1);
        assertThat(lake.rows("t")).containsExactly("0|c", "1|c", "2|a", "3|c", "4|a", "5|a");
    }

    private void merge(int id) {
        lake.lakehouse()
                .writer()
                .merge(
                        TestLake.named("t"),
                        List.of("id"),
                        Optional.empty(),
                        RowSource.of("SELECT " + id + " AS id, 'c' AS part"),
                        CommitProperties.none());
    }

    @Test
    void partitions_with_little_to_do_share_a_portion() {
        made("t");
        for (int i = 0; i < 6; i++) {
            append("t", i, "p" + i % 3);
        }
        append("t", 6, "alone");
        assertThat(portions("t", 2)).singleElement().satisfies(portion -> {
            assertThat(portion.locations()).hasSize(6);
            assertThat(compact("t", portion).newFiles()).isEqualTo(3);
        });
        assertThat(portions("t", 2)).isEmpty();
    }

    @Test
    void a_snapshot_that_was_replaced_just_now_keeps_its_files_however_old_it_is() {
        Table table = made("t");
        append("t", 1, "a");
        append("t", 2, "a");
        table.refresh();
        Snapshot old = table.currentSnapshot();
        awaitLater(old);
        compact("t", 2);
        table.refresh();
        Snapshot compacted = table.currentSnapshot();
        SnapshotExpiry before = after(compacted, AGE.minusMillis(1));
        assertThat(before.expirable(table, AGE, 1, Set.of())).doesNotContain(old.snapshotId());
        before.expire(table, before.expirable(table, AGE, 1, Set.of()), () -> {});
        assertThat(lake.rows(table, ScanRequest.all(SCHEMA, old.snapshotId()))).containsExactly("1|a", "2|a");
        Removed removed = expireAll(table);
        assertThat(removed.files()).isGreaterThanOrEqualTo(3);
        assertThat(removed.bytes()).isPositive();
        assertThat(shape(table))
                .extracting(TableShape::files, TableShape::snapshots)
                .containsExactly(1L, 1L);
        assertThat(lake.rows("t")).containsExactly("1|a", "2|a");
    }

    @Test
    void tags_branches_the_last_few_and_what_is_needed_stay() {
        Table table = made("t");
        long[] snapshots = new long[6];
        for (int i = 0; i < snapshots.length; i++) {
            append("t", i, "a");
            snapshots[i] = current(table);
        }
        table.manageSnapshots()
                .createTag("end-of-year", snapshots[0])
                .createBranch("trial", snapshots[1])
                .commit();
        table.refresh();
        SnapshotExpiry expiry = after(table.currentSnapshot(), AGE.plusDays(1));
        assertThat(expiry.expirable(table, AGE, 2, Set.of(snapshots[2]))).containsExactly(snapshots[3]);
        expiry.expire(table, Set.of(snapshots[3]), () -> {});
        for (int i : List.of(0, 1, 2, 4, 5)) {
            assertThat(lake.rows(table, ScanRequest.all(SCHEMA, snapshots[i]))).hasSize(i + 1);
        }
        assertThatThrownBy(() -> expiry.expire(table, Set.of(snapshots[0]), () -> {}))
                .hasMessageContaining("gone back");
    }

    @Test
    void what_happens_once_still_does_when_its_snapshot_is_gone() {
        Table table = made("t");
        CommitProperties once = CommitProperties.once("load/1").with(RecordedCommit.POSITION, "offset 7");
        RowSource rows = RowSource.of("SELECT 1 AS id, 'a' AS part");
        long first = lake.lakehouse()
                .writer()
                .append(TestLake.named("t"), rows, once)
                .snapshotId();
        append("t", 2, "a");
        compact("t", 2);
        expireAll(table);
        assertThat(table.snapshot(first)).isNull();
        assertThat(lake.lakehouse().writer().append(TestLake.named("t"), rows, once))
                .extracting(result -> result.snapshotId(), result -> result.rows())
                .containsExactly(first, 1L);
        assertThat(lake.rows("t")).containsExactly("1|a", "2|a");
        assertThat(lake.lakehouse().catalog().commit(table.uuid(), "load/1").flatMap(RecordedCommit::position))
                .hasValue("offset 7");
    }

    @Test
    void dying_between_the_commit_and_the_files_leaves_a_right_table_and_files_that_the_sweep_finds() throws Exception {
        Table table = made("t");
        append("t", 1, "a");
        append("t", 2, "a");
        compact("t", 2);
        table.refresh();
        SnapshotExpiry expiry = after(table.currentSnapshot(), AGE.plusSeconds(1));
        assertThatThrownBy(() -> expiry.expire(table, expiry.expirable(table, AGE, 1, Set.of()), () -> {
                    throw new IllegalStateException("died");
                }))
                .hasMessage("died");
        assertThat(shape(table).snapshots()).isEqualTo(1);
        assertThat(lake.rows("t")).containsExactly("1|a", "2|a");
        try (Stream<Path> files = Files.walk(Path.of(table.location()))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(3))));
            }
        }
        OrphanSweep sweep =
                new OrphanSweep(lake.lakehouse().catalog(), lake.lakehouse().warehouse(), Clock.systemUTC());
        assertThat(sweep.remove(sweep.orphans(table, Duration.ofDays(1))).files())
                .isGreaterThanOrEqualTo(3);
        assertThat(lake.rows("t")).containsExactly("1|a", "2|a");
    }

    @Test
    void manifests_are_joined_and_the_table_still_says_which_snapshot_changed_rows_last() {
        Table table = made("t");
        for (int i = 0; i < 4; i++) {
            append("t", i, "a");
        }
        long changed = current(table);
        assertThat(shape(table).manifests()).isEqualTo(4);
        for (int i = 0; i < 2; i++) {
            try (WriteBatch batch = lake.lakehouse().writer().begin()) {
                assertThat(batch.rewriteManifests(TestLake.named("t"), CommitProperties.none()))
                        .isEqualTo(i == 0 ? 4 : 0);
                batch.commit();
            }
        }
        assertThat(shape(table).manifests()).isEqualTo(1);
        compact("t", 2);
        expireAll(table);
        assertThat(StreamSupport.stream(table.snapshots().spliterator(), false)).hasSize(1);
        assertThat(RowHistory.lastChange(table)).isEqualTo(OptionalLong.of(changed));
        assertThat(lake.rows("t")).hasSize(4);
        append("t", 9, "a");
        assertThat(RowHistory.lastChange(table)).isNotEqualTo(OptionalLong.of(current(table)));
        table.refresh();
        assertThat(RowHistory.lastChange(table)).isEqualTo(OptionalLong.of(current(table)));
    }

    @Test
    void a_folder_that_holds_another_table_is_not_swept() throws Exception {
        Table outer = made("outer");
        append("outer", 1, "a");
        Table inner = lake.lakehouse()
                .catalog()
                .buildTable(TestLake.named("inner"), SCHEMA)
                .withLocation(outer.location() + "/inside")
                .create();
        append("inner", 2, "a");
        OrphanSweep sweep =
                new OrphanSweep(lake.lakehouse().catalog(), lake.lakehouse().warehouse(), Clock.systemUTC());
        assertThat(sweep.orphans(outer, Duration.ofDays(-1))).isEmpty();
        lake.lakehouse().catalog().dropTable(TestLake.named("inner"), false);
        assertThat(sweep.orphans(outer, Duration.ofDays(-1))).isNotEmpty();
        assertThat(inner.name()).isNotEmpty();
    }
}

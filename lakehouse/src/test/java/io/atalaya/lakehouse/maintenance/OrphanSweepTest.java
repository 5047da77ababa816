package io.atalaya.lakehouse.maintenance;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.lakehouse.TestLake;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphanSweepTest {
    private static final Schema SCHEMA = new Schema(optional(1, "id", Types.LongType.get()));
    private static final Duration AGE = Duration.ofDays(1);

    @TempDir
    Path folder;

    private TestLake lake;
    private OrphanSweep sweep;

    @BeforeEach
    void open() {
        lake = new TestLake(folder);
        sweep = new OrphanSweep(lake.lakehouse().catalog(), lake.lakehouse().warehouse(), Clock.systemUTC());
    }

    @AfterEach
    void close() {
        lake.close();
    }

    private Table table() {
        Table table = lake.create("t", SCHEMA);
        for (int i = 0; i < 3; i++) {
            lake.lakehouse()
                    .writer()
                    .merge(
                            TestLake.named("t"),
                            List.of("id"),
                            Optional.empty(),
                            RowSource.of("SELECT " + i + " AS id UNION ALL SELECT 100"),
                            CommitProperties.none());
        }
        table.refresh();
        return table;
    }

    private static Path plant(Path file) throws Exception {
        Files.createDirectories(file.resolveSibling(""));
        return Files.writeString(file, "left behind");
    }

    private static void old(Path file) throws Exception {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    }

    private void makeEverythingOld() throws Exception {
        try (Stream<Path> files = Files.walk(folder.resolve("warehouse"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                old(file);
            }
        }
    }

    @Test
    void removes_exactly_what_no_snapshot_names() throws Exception {
        Table table = table();
        List<Path> planted = List.of(
                plant(Path.of(table.location(), "data", "atalaya-left.parquet")),
                plant(Path.of(table.location(), "metadata", ".x.metadata.json.123.tmp")),
                plant(lake.lakehouse().warehouse().staging().resolve("dead/part.parquet")));
        long before = table.snapshots().iterator().next().snapshotId();
        makeEverythingOld();
        assertThat(sweep.run(AGE))
                .containsAll(planted)
                .allSatisfy(path -> assertThat(path).doesNotExist());
        assertThat(lake.rows("t")).containsExactly("0", "1", "100", "2");
        assertThat(lake.rows(table, io.atalaya.lakehouse.read.ScanRequest.all(SCHEMA, before)))
                .hasSize(2);
        assertThat(sweep.run(AGE)).isEmpty();
    }

    @Test
    void leaves_what_is_young() throws Exception {
        Path young = plant(Path.of(table().location(), "data", "atalaya-soon.parquet"));
        assertThat(sweep.run(AGE)).isEmpty();
        assertThat(young).exists();
    }

    @Test
    void writers_go_on_while_it_sweeps() throws Exception {
        Table table = lake.create("t", SCHEMA);
        int rounds = 12;
        Thread writer = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < rounds; i++) {
                RowSource rows = RowSource.of("SELECT " + i + " AS id");
                lake.lakehouse().writer().append(TestLake.named("t"), rows, CommitProperties.none());
            }
        });
        int planted = 0;
        int removed = 0;
        try (SweepSchedule _ = SweepSchedule.start(sweep, Duration.ZERO, Duration.ofMillis(1))) {
            while (writer.isAlive()) {
                old(plant(Path.of(table.location(), "data", "atalaya-left-" + planted++ + ".parquet")));
                removed += sweep.run(AGE).size();
            }
        }
        sweep.run(AGE);
        assertThat(lake.rows("t")).hasSize(rounds);
        assertThat(removed).isLessThanOrEqualTo(planted);
        try (Stream<Path> files = Files.list(Path.of(table.location(), "data"))) {
            assertThat(files).hasSize(rounds).noneMatch(file -> file.toString().contains("left"));
        }
    }

    @Test
    void a_table_that_cannot_be_read_keeps_its_files_and_no_other_from_being_swept() throws Exception {
        Table broken = table();
        Table other = lake.create("u", SCHEMA);
        Path kept = plant(Path.of(broken.location(), "data", "atalaya-left.parquet"));
        Path left = plant(Path.of(other.location(), "data", "atalaya-left.parquet"));
        makeEverythingOld();
        Files.delete(Path.of(broken.currentSnapshot().manifestListLocation()));
        assertThat(sweep.run(AGE)).contains(left).doesNotContain(kept);
        assertThat(kept).exists();
    }
}

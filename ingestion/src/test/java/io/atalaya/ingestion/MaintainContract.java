package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.maintain.TableReport;
import io.atalaya.ingestion.run.Run;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.policies.audit.AuditEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** What the maintenance of tables does, on one kind of metadata database. */
abstract class MaintainContract extends IngestionContract {
    private static final String COPY = """
            stages:
              - name: copy
                sql:
                  text: SELECT id, amount FROM shop_raw.orders
                  mode: APPEND
                  target: shop_curated.copied
            """;

    private void tidy(String tables) {
        world.pipeline("tidy", """
                stages:
                  - name: tidy
                    maintain:
                      tables: [%s]
                      compact: {minFiles: 2}
                      manifests: true
                      expire: {olderThan: 5d}
                      orphans: {olderThan: 2d}
                """.formatted(tables));
    }

    private void deliver(int number) {
        world.drop("f" + number + ".csv", "id,day,amount\n%d,2026-01-01,5\n".formatted(number));
        succeeded(world.run("fill"));
    }

    private Table orders() {
        return world.lakehouse().catalog().loadTable(TableIdentifier.parse("shop_raw.orders"));
    }

    private Map<String, TableReport> reports(Run run) {
        Map<String, TableReport> reports = new java.util.TreeMap<>();
        world.ingestion()
                .maintained()
                .of(run.id())
                .forEach(report -> reports.put(report.name().toString(), report));
        return reports;
    }

    private TableReport report(Run run, String table) {
        return Objects.requireNonNull(reports(run).get(table));
    }

    private void later(Duration by) {
        world.clock.later(by);
    }

    @Test
    void small_files_old_snapshots_and_what_is_left_behind_go_and_the_rows_stay() throws Exception {
        world.pipeline("fill", LAND);
        for (int i = 0; i < 4; i++) {
            deliver(i);
        }
        Path left = Path.of(orders().location(), "data", "left.parquet");
        Files.writeString(left, "left behind");
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
        later(Duration.ofDays(1).plusMinutes(1));
        tidy("\"shop_*.*\"");
        Run first = world.run("tidy");
        succeeded(first);
        TableReport report = report(first, "shop_raw.orders");
        assertThat(report.before().files()).isEqualTo(4);
        assertThat(report.after().files()).isEqualTo(1);
        assertThat(report.after().manifests()).isLessThanOrEqualTo(2);
        assertThat(report.orphans().files()).isEqualTo(1);
        assertThat(report.orphans().bytes()).isEqualTo("left behind".length());
        assertThat(report.expired().files()).isZero();
        assertThat(report.message()).isEmpty();
        assertThat(left).doesNotExist();
        later(Duration.ofDays(5).plusMinutes(1));
        Run second = world.run("tidy");
        succeeded(second);
        report = report(second, "shop_raw.orders");
        assertThat(report.before().snapshots()).isGreaterThanOrEqualTo(5);
        assertThat(report.after().snapshots()).isEqualTo(1);
        assertThat(report.expired().files()).isGreaterThanOrEqualTo(4 + 4);
        assertThat(report.held()).isZero();
        assertThat(second.stage("tidy").message().orElse(""))
                .contains("files of")
                .contains("removed");
        assertThat(world.ask("shop_raw.orders", "SELECT id FROM t ORDER BY id")).containsExactly("0", "1", "2", "3");
        Run third = world.run("tidy");
        succeeded(third);
        report = report(third, "shop_raw.orders");
        assertThat(report.before()).isEqualTo(report.after());
        assertThat(report.expired().files() + report.orphans().files()).isZero();
        assertThat(writes(first, "shop_raw.orders"))
                .contains("intent compact", "outcome compact", "intent orphans", "outcome orphans");
        assertThat(writes(second, "shop_raw.orders")).contains("intent expire", "outcome expire");
        assertThat(writes(third, "shop_raw.orders")).isEmpty();
        assertThat(world.audit)
                .noneMatch(event -> event.kind().startsWith("data.write") && "hr_raw.people".equals(event.subject()));
    }

    private List<String> writes(Run run, String table) {
        return world.audit.stream()
                .filter(event -> event.kind().startsWith("data.write.")
                        && event.subject().equals(table)
                        && run.id().toString().equals(event.details().get("run")))
                .map(MaintainContract::text)
                .toList();
    }

    private static String text(AuditEvent event) {
        return event.kind().substring("data.write.".length()) + " "
                + event.details().get("operation");
    }

    @Test
    void a_stage_that_reads_only_new_rows_goes_on_after_maintenance_and_misses_none() {
        world.pipeline("fill", LAND);
        world.pipeline("copy", COPY);
        deliver(1);
        succeeded(world.run("copy"));
        // As if the process had died before it noted how far it came.
        world.database().jdbi().useHandle(handle -> handle.execute("DELETE FROM source_position"));
        deliver(2);
        deliver(3);
        later(Duration.ofDays(30));
        tidy("shop_raw.orders, shop_curated.copied");
        Run run = world.run("tidy");
        succeeded(run);
        assertThat(report(run, "shop_raw.orders").held()).isEqualTo(1);
        later(Duration.ofDays(60));
        run = world.run("tidy");
        succeeded(run);
        assertThat(report(run, "shop_raw.orders").held()).isEqualTo(1);
        assertThat(report(run, "shop_curated.copied").after().snapshots()).isEqualTo(1);
        deliver(4);
        succeeded(world.run("copy"));
        assertThat(world.ask("shop_curated.copied", "SELECT id FROM t ORDER BY id"))
                .containsExactly("1", "2", "3", "4");
        later(Duration.ofDays(120));
        succeeded(world.run("tidy"));
        succeeded(world.run("copy"));
        assertThat(world.count("shop_curated.copied")).isEqualTo(4);
        // Nobody reads it any more.
        world.pipeline("copy", "stages:\n  - {name: tell, notify: {message: x}}\n");
        world.database().jdbi().useHandle(handle -> handle.execute("DELETE FROM source_position"));
        later(Duration.ofDays(180));
        run = world.run("tidy");
        succeeded(run);
        assertThat(report(run, "shop_raw.orders").after().snapshots()).isEqualTo(1);
    }

    @Test
    void neither_compaction_nor_expiry_is_a_change_to_the_pipelines_behind_a_table() {
        world.pipeline("fill", LAND);
        deliver(1);
        deliver(2);
        world.pipeline("after", "triggers: [{snapshot: shop_raw.orders}]\n" + COPY);
        awaitRuns("after", 1);
        tidy("shop_raw.orders");
        succeeded(world.run("tidy"));
        later(Duration.ofDays(30));
        // What it has read last is held; when it has read the compacted one, that is the only one.
        succeeded(world.run("after"));
        succeeded(world.run("tidy"));
        assertThat(orders().snapshots()).hasSize(1);
        deliver(3);
        awaitRuns("after", 3);
        assertThat(world.count("shop_curated.copied")).isEqualTo(3);
    }

    /** Waits until that many runs have ended, and no more have begun. */
    private void awaitRuns(String pipeline, int runs) {
        long until = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (list(pipeline).size() < runs) {
            assertThat(System.nanoTime()).isLessThan(until);
            IngestionWorld.sleep();
        }
        assertThat(list(pipeline)).hasSize(runs);
        succeeded(world.await(list(pipeline).getFirst().id()));
    }

    private List<Run> list(String pipeline) {
        return world.ingestion()
                .runs()
                .list(DE, Optional.of(pipeline), Optional.empty(), 100)
                .runs();
    }

    @Test
    void a_process_that_dies_anywhere_leaves_right_tables_and_goes_on() throws Exception {
        world.pipeline("fill", LAND);
        tidy("shop_raw.orders");
        List<String> all = new ArrayList<>();
        world.restart(step -> {
                    if (step.startsWith("tidy/")) {
                        all.add(step);
                    }
                })
                .start();
        int delivered = makeWork(0);
        succeeded(world.run("tidy"));
        List<String> steps = all.stream().distinct().toList();
        assertThat(steps)
                .contains(
                        "tidy/compact/written",
                        "tidy/compact/intended",
                        "tidy/compact/committed",
                        "tidy/expire/intended",
                        "tidy/expire/committed",
                        "tidy/expire/removed",
                        "tidy/orphans/intended",
                        "tidy/orphans/removed");
        for (String deadly : steps) {
            delivered = makeWork(delivered);
            CountDownLatch dead = new CountDownLatch(1);
            world.restart(step -> {
                        if (step.equals(deadly) && dead.getCount() > 0) {
                            dead.countDown();
                            throw new ProcessEnded();
                        }
                    })
                    .start();
            UUID run = world.ingestion().runs().start(DE, "tidy").id();
            assertThat(dead.await(1, TimeUnit.MINUTES)).as(deadly).isTrue();
            while (world.ingestion().running() > 0) {
                IngestionWorld.sleep();
            }
            assertThat(world.count("shop_raw.orders")).as(deadly).isEqualTo(delivered);
            world.restart(_ -> {}).start();
            assertThat(world.await(run).state()).as(deadly).isEqualTo(Run.State.SUCCEEDED);
            assertThat(world.count("shop_raw.orders")).as(deadly).isEqualTo(delivered);
            assertThat(report(world.ingestion().runs().get(DE, run), "shop_raw.orders")
                            .after()
                            .files())
                    .as(deadly)
                    .isEqualTo(1);
        }
    }

    /** Something for each task: small files, snapshots that were replaced long ago, a file nobody names. */
    private int makeWork(int delivered) throws Exception {
        later(Duration.ZERO);
        deliver(delivered);
        deliver(delivered + 1);
        Path left = Path.of(orders().location(), "data", "left.parquet");
        Files.writeString(left, "left behind");
        later(Duration.ofDays(30));
        return delivered + 2;
    }

    /** Nine files of six tenths of a MiB, of which a portion has three. */
    private Table large(String name) {
        var id = TableIdentifier.of("shop_raw", name);
        Table table = world.lakehouse()
                .catalog()
                .createTable(
                        id,
                        new Schema(
                                Types.NestedField.optional(1, "id", Types.LongType.get()),
                                Types.NestedField.optional(2, "v", Types.LongType.get())),
                        PartitionSpec.unpartitioned(),
                        Map.of(TableProperties.WRITE_TARGET_FILE_SIZE_BYTES, Long.toString(2 << 20)));
        for (int i = 0; i < 9; i++) {
            world.lakehouse()
                    .writer()
                    .append(
                            id,
                            RowSource.of("SELECT i AS id, (hash(i * 9 + " + i
                                    + ") >> 1)::BIGINT AS v FROM range(70000) r(i)"),
                            CommitProperties.none());
        }
        return table;
    }

    private void tidyPortions(String table, String more) {
        world.pipeline("tidy", """
                stages:
                  - name: tidy
                    maintain:
                      tables: [shop_raw.%s]
                      compact: {minFiles: 2, portionMiB: 1%s}
                """.formatted(table, more));
    }

    private List<String> rows(String table) {
        return world.ask("shop_raw." + table, "SELECT count(*), sum(id), bit_xor(v), count(DISTINCT v) FROM t");
    }

    private static long compactions(Table table) {
        table.refresh();
        long compactions = 0;
        for (Snapshot snapshot : table.snapshots()) {
            compactions += DataOperations.REPLACE.equals(snapshot.operation()) ? 1 : 0;
        }
        return compactions;
    }

    @Test
    void a_large_table_is_compacted_portion_by_portion_and_a_process_that_dies_loses_one_at_most() throws Exception {
        record Deadly(String step, int portion, int committed) {}
        List<Deadly> deaths = List.of(
                new Deadly("tidy/compact/written", 2, 1),
                new Deadly("tidy/compact/intended", 3, 2),
                new Deadly("tidy/compact/committed", 1, 1),
                new Deadly("tidy/compact/committed", 3, 3));
        for (int i = 0; i < deaths.size(); i++) {
            Deadly deadly = deaths.get(i);
            String name = "large" + i;
            Table table = large(name);
            List<String> rows = rows(name);
            tidyPortions(name, "");
            AtomicInteger reached = new AtomicInteger();
            CountDownLatch dead = new CountDownLatch(1);
            world.restart(step -> {
                        if (step.equals(deadly.step()) && reached.incrementAndGet() == deadly.portion()) {
                            dead.countDown();
                            throw new ProcessEnded();
                        }
                    })
                    .start();
            UUID run = world.ingestion().runs().start(DE, "tidy").id();
            assertThat(dead.await(1, TimeUnit.MINUTES)).as("%s", deadly).isTrue();
            while (world.ingestion().running() > 0) {
                IngestionWorld.sleep();
            }
            assertThat(compactions(table)).as("%s", deadly).isEqualTo(deadly.committed());
            assertThat(rows(name)).as("%s", deadly).isEqualTo(rows);
            world.restart(_ -> {}).start();
            assertThat(world.await(run).state()).as("%s", deadly).isEqualTo(Run.State.SUCCEEDED);
            assertThat(compactions(table)).as("%s", deadly).isEqualTo(3);
            assertThat(rows(name)).as("%s", deadly).isEqualTo(rows);
            TableReport report = report(world.ingestion().runs().get(DE, run), "shop_raw." + name);
            assertThat(report.before().files()).isEqualTo(9);
            assertThat(report.after().files()).isEqualTo(3);
            assertThat(report.message()).isEmpty();
        }
    }

    @Test
    void when_its_time_is_over_it_stops_between_two_portions_and_the_next_run_goes_on() {
        Table table = large("slow");
        List<String> rows = rows("slow");
        tidyPortions("slow", ", within: 1h");
        AtomicInteger portions = new AtomicInteger();
        world.restart(step -> {
                    if (step.equals("tidy/compact/committed")) {
                        later(Duration.ofHours(2L * portions.incrementAndGet()));
                    }
                })
                .start();
        Run first = world.run("tidy");
        succeeded(first);
        assertThat(compactions(table)).isEqualTo(1);
        assertThat(report(first, "shop_raw.slow").after().files()).isEqualTo(7);
        assertThat(report(first, "shop_raw.slow").message())
                .hasValue("1 of 3 portions are compacted; the others are left for the next run");
        assertThat(logs(first))
                .anyMatch(line -> line.matches(
                        "shop_raw.slow, portion 1 of 3: 3 files of [0-9,]+ bytes are 1 of [0-9,]+ bytes now"));
        Run second = world.run("tidy");
        succeeded(second);
        assertThat(report(second, "shop_raw.slow").message()).isPresent();
        Run third = world.run("tidy");
        succeeded(third);
        assertThat(report(third, "shop_raw.slow").message()).isEmpty();
        assertThat(report(third, "shop_raw.slow").after().files()).isEqualTo(3);
        assertThat(compactions(table)).isEqualTo(3);
        assertThat(rows("slow")).isEqualTo(rows);
    }

    @Test
    void a_pattern_means_the_tables_it_may_alter_and_a_name_demands_it() {
        var catalog = world.lakehouse().catalog();
        catalog.createNamespace(Namespace.of("hr_raw"), Map.of("zone", "raw"));
        catalog.createTable(
                TableIdentifier.of("hr_raw", "people"),
                new Schema(Types.NestedField.optional(1, "id", Types.LongType.get())));
        world.pipeline("fill", LAND);
        deliver(1);
        tidy("\"*.*\"");
        Run run = world.run("tidy");
        succeeded(run);
        assertThat(reports(run)).containsOnlyKeys("shop_raw.orders");
        tidy("hr_raw.people");
        Run refused = world.run("tidy");
        assertThat(refused.state()).isEqualTo(Run.State.FAILED);
        assertThat(refused.message().orElse("")).contains("'robot' may not ALTER hr_raw.people");
        assertThat(reports(refused)).isEmpty();
        tidy("shop_raw.nothing");
        assertThat(world.run("tidy").message().orElse(""))
                .contains("maintains table shop_raw.nothing, and there is none");
    }
}

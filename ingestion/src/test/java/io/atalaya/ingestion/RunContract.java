package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.run.RunPage;
import io.atalaya.ingestion.run.StageRun;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.Portion;
import io.atalaya.lakehouse.write.WriteBatch;
import io.atalaya.policies.Principal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.Test;

/** How runs begin, end, die and go on, on one kind of metadata database. */
abstract class RunContract extends IngestionContract {
    @Test
    void a_change_of_a_table_starts_the_pipelines_behind_it_and_a_compaction_does_not() {
        world.pipeline("fill", "triggers: [{arrival: land}]\n" + LAND);
        world.pipeline("after", """
                triggers: [{snapshot: shop_raw.orders}]
                stages:
                  - name: count
                    sql:
                      text: SELECT count(*) AS orders FROM shop_raw.orders
                      mode: OVERWRITE
                      target: shop_consumption.counts
                """);
        world.drop("one.csv", "id,day,amount\n1,2026-01-01,5\n");
        awaitCount("1");
        world.drop("two.csv", "id,day,amount\n2,2026-01-02,5\n");
        awaitCount("2");
        awaitStarted();
        long runs = runsOf("after");
        try (WriteBatch batch = world.lakehouse().writer().begin()) {
            TableIdentifier orders = TableIdentifier.parse("shop_raw.orders");
            List<Portion> portions = world.lakehouse().writer().portions(orders, Expressions.alwaysTrue(), 2, 1 << 20);
            batch.compact(orders, portions.getFirst(), CommitProperties.none());
            batch.commit();
        }
        assertThat(world.lakehouse()
                        .catalog()
                        .loadTable(TableIdentifier.parse("shop_raw.orders"))
                        .currentSnapshot()
                        .operation())
                .isEqualTo("replace");
        world.drop("three.csv", "id,day,amount\n3,2026-01-03,5\n");
        awaitCount("3");
        awaitStarted();
        assertThat(runsOf("after")).isEqualTo(runs + 1);
    }

    private void awaitCount(String orders) {
        long until = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (world.count("shop_consumption.counts") == 0
                || !world.ask("shop_consumption.counts", "SELECT orders FROM t").equals(List.of(orders))) {
            assertThat(System.nanoTime()).isLessThan(until);
            IngestionWorld.sleep();
        }
    }

    /** Until the newest snapshot has started its run. */
    private void awaitStarted() {
        long until = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!world.database()
                .jdbi()
                .withHandle(handle -> handle.createQuery("SELECT snapshot_id FROM pipeline_upstream")
                        .mapTo(Long.class)
                        .findOne())
                .equals(Optional.of(snapshot("shop_raw.orders")))) {
            assertThat(System.nanoTime()).isLessThan(until);
            IngestionWorld.sleep();
        }
    }

    private long runsOf(String pipeline) {
        return world.ingestion()
                .runs()
                .list(DE, Optional.of(pipeline), Optional.empty(), 100)
                .runs()
                .size();
    }

    @Test
    void a_process_that_dies_anywhere_goes_on_without_loss_or_duplicates() throws InterruptedException {
        List<String> all = new ArrayList<>();
        world.restart(all::add).start();
        world.pipeline("orders", LAND + CURATE);
        deliver(0);
        succeeded(world.run("orders"));
        // From here on the table is there; that it is made once is tested with the files.
        all.clear();
        deliver(1);
        succeeded(world.run("orders"));
        assertThat(all)
                .contains(
                        "land/kept",
                        "land/received",
                        "land/cut",
                        "land/intended",
                        "land/written",
                        "land/committed",
                        "land/landed",
                        "curate/begun",
                        "curate/written",
                        "curate/committed",
                        "curate/done",
                        "ending");
        List<String> steps = all.stream().distinct().toList();
        for (int i = 0; i < steps.size(); i++) {
            String deadly = steps.get(i);
            CountDownLatch dead = new CountDownLatch(1);
            world.restart(step -> {
                        if (step.equals(deadly)) {
                            dead.countDown();
                            throw new ProcessEnded();
                        }
                    })
                    .start();
            deliver(i + 2);
            UUID run = world.ingestion().runs().start(DE, "orders").id();
            assertThat(dead.await(1, TimeUnit.MINUTES)).as(deadly).isTrue();
            while (world.ingestion().running() > 0) {
                IngestionWorld.sleep();
            }
            assertThat(world.ingestion().runs().get(DE, run).state()).as(deadly).isEqualTo(Run.State.RUNNING);
            world.restart(_ -> {}).start();
            Run ended = world.await(run);
            assertThat(ended.state()).as("%s: %s", deadly, ended).isEqualTo(Run.State.SUCCEEDED);
            String id = Integer.toString(i + 2);
            assertThat(world.ask("shop_raw.orders", "SELECT count(*) FROM t WHERE amount = '" + id + "'"))
                    .as(deadly)
                    .containsExactly("2");
            assertThat(world.ask(
                            "shop_raw.orders_quarantine", "SELECT count(*) FROM t WHERE _file = 'f" + id + ".csv'"))
                    .as(deadly)
                    .containsExactly("1");
            assertThat(world.ask("shop_curated.orders", "SELECT count(*), count(DISTINCT id), max(amount) FROM t"))
                    .as(deadly)
                    .containsExactly((i + 4) + "|" + (i + 4) + "|" + (i + 2) + ".0");
        }
        assertThat(world.count("shop_raw.orders")).isEqualTo(2L * (steps.size() + 2));
    }

    private void deliver(int i) {
        world.drop(
                "f" + i + ".csv",
                "id,day,amount\nshared,2020-01-01,%d\nown%d,2020-01-02,%d\nbad%d\n".formatted(i, i, i, i));
    }

    @Test
    void a_full_disk_is_said_and_the_run_goes_on_when_there_is_room() {
        AtomicInteger full = new AtomicInteger(3);
        world.restart(step -> {
                    if (step.equals("land/written") && full.getAndDecrement() > 0) {
                        throw new UncheckedIOException(new IOException("No space left on device"));
                    }
                })
                .start();
        world.pipeline("orders", LAND);
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,5\n");
        Run run = world.run("orders");
        assertThat(run.state()).isEqualTo(Run.State.FAILED);
        assertThat(run.stage("land").attempt()).isEqualTo(3);
        assertThat(run.message().orElse(""))
                .contains("No space left on the disk", "Nothing was lost", "make room, then resume the run");
        assertThat(world.count("shop_raw.orders")).isZero();
        succeeded(world.await(world.ingestion().runs().resume(DE, run.id()).id()));
        assertThat(world.count("shop_raw.orders")).isEqualTo(1);
    }

    @Test
    void a_statement_that_takes_long_is_cancelled_too() {
        world.pipeline("orders", LAND + """
                          - name: explode
                            needs: [land]
                            sql:
                              text: SELECT count(*) AS n, max(a.id || b.id || c.id || d.id) AS m FROM shop_raw.orders a CROSS JOIN shop_raw.orders b CROSS JOIN shop_raw.orders c CROSS JOIN shop_raw.orders d
                              mode: OVERWRITE
                              target: shop_curated.big
                        """);
        world.drop("one.csv", "id,day,amount\n" + "1,2020-01-01,5\n".repeat(2000));
        UUID run = world.ingestion().runs().start(DE, "orders").id();
        while (world.ingestion().runs().get(DE, run).stage("explode").commitId().isEmpty()) {
            IngestionWorld.sleep();
        }
        world.ingestion().runs().cancel(DE, run);
        Run cancelled = world.await(run);
        assertThat(cancelled.state()).isEqualTo(Run.State.CANCELLED);
        assertThat(cancelled.stage("explode").state()).isEqualTo(StageRun.State.CANCELLED);
        assertThat(world.count("shop_curated.big")).isZero();
    }

    @Test
    void a_try_that_takes_longer_than_it_may_is_stopped_and_tried_again() {
        world.pipeline("orders", LAND + """
                          - name: explode
                            needs: [land]
                            retries: {attempts: 2, timeout: 500ms}
                            sql:
                              text: SELECT count(*) AS n, max(a.id || b.id || c.id || d.id) AS m FROM shop_raw.orders a CROSS JOIN shop_raw.orders b CROSS JOIN shop_raw.orders c CROSS JOIN shop_raw.orders d
                              mode: OVERWRITE
                              target: shop_curated.big
                        """);
        world.drop("one.csv", "id,day,amount\n" + "1,2020-01-01,5\n".repeat(2000));
        Run run = world.run("orders");
        assertThat(run.state()).isEqualTo(Run.State.FAILED);
        assertThat(run.stage("explode").attempt()).isEqualTo(2);
        assertThat(run.stage("explode").message())
                .hasValue("Was stopped after 0.5s, which is all its pipeline gives it (timeout)");
        assertThat(world.count("shop_curated.big")).isZero();
    }

    @Test
    void a_paused_pipeline_is_started_by_nothing_but_a_request() {
        world.pipeline("orders", "triggers: [{arrival: land}]\n" + LAND);
        world.ingestion().runs().pause(DE, "orders", true);
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,5\n");
        assertThat(world.ingestion().pipelines().triggered()).isEmpty();
        succeeded(world.run("orders"));
        assertThat(list("orders").runs()).extracting(Run::trigger).containsExactly("api");
        world.drop("two.csv", "id,day,amount\n2,2020-01-01,5\n");
        world.ingestion().runs().pause(DE, "orders", false);
        while (list("orders").runs().size() < 2) {
            IngestionWorld.sleep();
        }
        succeeded(world.await(list("orders").runs().getFirst().id()));
    }

    @Test
    void cron_and_arriving_files_start_runs() throws IOException {
        world.pipeline("orders", "triggers: [{arrival: land}]\n" + LAND);
        assertThat(list("orders").runs()).isEmpty();
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,5\n");
        while (list("orders").runs().isEmpty()) {
            IngestionWorld.sleep();
        }
        Run run = world.await(list("orders").runs().getFirst().id());
        succeeded(run);
        assertThat(run.trigger()).isEqualTo("arrival");
        assertThat(world.count("shop_raw.orders")).isEqualTo(1);
        world.pipeline(
                "timed", "triggers: [{cron: \"* * * * *\", zone: Europe/Madrid}]\n" + LAND.replace("orders", "timed"));
        Instant due = world.ingestion().pipelines().nextDue("timed").orElseThrow();
        assertThat(world.ingestion().runs().nextDue()).containsEntry("timed", due);
        assertThat(due).isBetween(Instant.now().minusSeconds(1), Instant.now().plusSeconds(61));
        world.database().jdbi().useHandle(handle -> handle.execute("UPDATE pipeline_schedule SET due_at = 0"));
        while (list("timed").runs().isEmpty()) {
            IngestionWorld.sleep();
        }
        assertThat(world.await(list("timed").runs().getFirst().id()).trigger()).isEqualTo("cron");
    }

    private RunPage list(String pipeline) {
        return world.ingestion().runs().list(DE, Optional.of(pipeline), Optional.empty(), 10);
    }

    @Test
    void only_one_run_of_a_pipeline_is_under_way_and_it_can_be_cancelled_and_resumed() throws IOException {
        world.pipeline(
                "orders",
                "stages:\n  - {name: wait, retries: {attempts: 3, delay: 1h, max: 1h}, notify: {message: x, webhook: \"http://127.0.0.1:1/\"}}\n");
        UUID run = world.ingestion().runs().start(DE, "orders").id();
        assertThatThrownBy(() -> world.ingestion().runs().start(DE, "orders"))
                .isInstanceOf(IngestionException.Conflict.class);
        while (world.ingestion().runs().logs(DE, run, 0, 10).size() < 3) {
            IngestionWorld.sleep();
        }
        world.ingestion().runs().cancel(DE, run);
        Run cancelled = world.await(run);
        assertThat(cancelled.state()).isEqualTo(Run.State.CANCELLED);
        assertThat(cancelled.stage("wait").state()).isEqualTo(StageRun.State.CANCELLED);
        assertThat(world.ingestion().runs().resume(DE, run).state()).isIn(Run.State.QUEUED, Run.State.RUNNING);
        world.ingestion().runs().cancel(DE, run);
        assertThat(world.await(run).state()).isEqualTo(Run.State.CANCELLED);
    }

    @Test
    void a_stage_is_tried_again_and_a_failed_run_resumes_at_it() {
        world.pipeline("orders", LAND + """
                          - {name: gate, needs: [land], check: {table: shop_raw.orders, rules: [{name: day, notNull: [on_day]}]}}
                          - {name: after, needs: [gate], notify: {message: good}}
                          - {name: alarm, needs: [gate], notify: {message: bad, on: [FAILURE]}}
                        """);
        world.drop("one.csv", "id,day,amount\n1,,5\n");
        Run run = world.run("orders");
        assertThat(run.state()).isEqualTo(Run.State.FAILED);
        assertThat(run.stages())
                .extracting(stage -> stage.name() + " " + stage.state())
                .containsExactly("land SUCCEEDED", "gate FAILED", "after SKIPPED", "alarm SUCCEEDED");
        assertThat(run.message().orElse(""))
                .isEqualTo(
                        "Stage 'gate': shop_raw.orders does not keep a rule: day: 1 of 1 rows break it (threshold 0)");
        world.lakehouse()
                .catalog()
                .loadTable(TableIdentifier.parse("shop_raw.orders"))
                .newDelete()
                .deleteFromRowFilter(org.apache.iceberg.expressions.Expressions.alwaysTrue())
                .commit();
        Run resumed = world.await(world.ingestion().runs().resume(DE, run.id()).id());
        succeeded(resumed);
        assertThat(resumed.stage("land").attempt()).isEqualTo(1);
        assertThat(resumed.stage("gate").attempt()).isEqualTo(2);
    }

    @Test
    void a_run_that_succeeded_is_done_again_from_a_stage_on() {
        world.pipeline("orders", LAND + CURATE);
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,5\n");
        Run run = world.run("orders");
        succeeded(run);
        world.lakehouse()
                .catalog()
                .loadTable(TableIdentifier.parse("shop_consumption.days"))
                .newDelete()
                .deleteFromRowFilter(Expressions.alwaysTrue())
                .commit();
        assertThatThrownBy(() -> world.ingestion().runs().again(DE, run.id(), "nothing"))
                .isInstanceOf(IngestionException.NotFound.class)
                .hasMessageContaining("has no stage 'nothing'");
        Run again = world.await(
                world.ingestion().runs().again(DE, run.id(), "curate").id());
        succeeded(again);
        assertThat(again.stages())
                .extracting(stage -> stage.name() + " " + stage.attempt())
                .containsExactly("land 1", "curate 2", "total 2");
        assertThat(again.stage("curate").message().orElse("")).startsWith("Nothing has changed");
        assertThat(world.ingestion()
                        .runs()
                        .last(List.of(world.ingestion().runs().pipeline(again))))
                .containsOnlyKeys("orders")
                .containsValue(again);
    }

    @Test
    void a_pipeline_may_no_more_than_its_principal() {
        world.pipeline("orders", LAND);
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,5\n");
        String yaml = "name: orders\nowner: de\nrunAs: nobody\n" + LAND;
        try {
            Files.writeString(world.workspace.resolve("pipelines/orders.yaml"), yaml);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        world.apply(world.workspace);
        Run run = world.run("orders");
        assertThat(run.state()).isEqualTo(Run.State.FAILED);
        assertThat(run.message().orElse(""))
                .contains("'nobody' may not make one", "grant CREATE_TABLE on database shop_raw");
        assertThat(world.audit).noneMatch(event -> event.kind().startsWith("data.write"));
    }

    @Test
    void others_do_not_know_of_a_pipeline() {
        world.pipeline("orders", LAND);
        Principal stranger = new Principal("eve", Set.of("analyst"), Map.of());
        assertThatThrownBy(() -> world.ingestion().runs().start(stranger, "orders"))
                .isInstanceOf(IngestionException.NotFound.class)
                .hasMessage("There is no pipeline 'orders'");
        assertThat(world.ingestion()
                        .runs()
                        .list(stranger, Optional.empty(), Optional.empty(), 10)
                        .runs())
                .isEmpty();
    }
}

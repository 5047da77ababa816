package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.atalaya.ingestion.check.CheckResult;
import io.atalaya.ingestion.extract.Delivery;
import io.atalaya.ingestion.profile.ColumnProfile;
import io.atalaya.ingestion.run.LogLine;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.run.RunPage;
import io.atalaya.ingestion.run.StageRun;
import io.atalaya.policies.Decision;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pipelines from dropped file to answer, with all their parts, on one kind of metadata database. */
abstract class IngestionTest {
    private static final String LAND = """
            stages:
              - name: land
                extract:
                  folder: drop
                  files: "*.csv*"
                  format: CSV
                  target: shop_raw.orders
                  maxRejects: 50%
                  settle: 50ms
                  columns: [id, day, amount]
                  typed: {on_day: {from: day, type: date}}
            """;
    private static final String CURATE = """
              - name: curate
                needs: [land]
                sql:
                  text: SELECT id, on_day, CAST(amount AS double) AS amount, _ingested_at AS delivered_at FROM shop_raw.orders
                  mode: MERGE
                  key: [id]
                  order: delivered_at
                  target: shop_curated.orders
                  partitioning: [month(on_day)]
              - name: total
                needs: [curate]
                sql:
                  text: SELECT on_day, sum(amount) AS amount FROM shop_curated.orders GROUP BY on_day
                  mode: OVERWRITE
                  target: shop_consumption.days
            """;

    @TempDir
    Path folder;

    private IngestionWorld world;

    abstract IngestionWorld open(Path where);

    @BeforeEach
    void begin() {
        world = open(folder);
        world.ingestion().start();
    }

    @AfterEach
    void end() {
        world.close();
    }

    private static void succeeded(Run run) {
        assertThat(run.state()).as("%s", run).isEqualTo(Run.State.SUCCEEDED);
    }

    @Test
    void a_file_becomes_rows_with_their_origin() throws IOException {
        world.pipeline("orders", LAND);
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,5\n2,\"2020-01-02\",\"6\n\"\n3,,\n");
        Run run = world.run("orders");
        succeeded(run);
        assertThat(run.stage("land").rowsOut()).isEqualTo(3);
        assertThat(run.stage("land").progress()).isEqualTo(1);
        assertThat(world.ask(
                        "shop_raw.orders",
                        "SELECT id, day, amount, on_day, _file, _line, _dialect FROM t ORDER BY _line"))
                .containsExactly(
                        "1|2020-01-01|5|2020-01-01|one.csv|2|any",
                        "2|2020-01-02|6\n|2020-01-02|one.csv|3|any",
                        "3|null|null|null|one.csv|5|any");
        Delivery delivery = world.ingestion().deliveries().list("orders", 10).getFirst();
        assertThat(folder.resolve("raw/orders").resolve(delivery.sha256()).resolve("one.csv"))
                .exists();
        assertThat(world.audit)
                .extracting(event -> event.kind() + " " + event.subject())
                .containsSubsequence(
                        "pipeline.run.start orders",
                        "data.write.intent shop_raw.orders",
                        "data.write.outcome shop_raw.orders",
                        "pipeline.run.outcome orders");
        assertThat(folder.resolve("temp")).isEmptyDirectory();
    }

    @Test
    void the_same_content_lands_once_whatever_its_name_and_packing() throws IOException {
        world.pipeline("orders", LAND);
        String text = "id,day,amount\n1,2020-01-01,5\n";
        world.drop("one.csv", text);
        succeeded(world.run("orders"));
        succeeded(world.run("orders"));
        world.drop("again.csv", text);
        Files.write(world.workspace.resolve("drop/packed.csv.gz"), gzip(text));
        Run run = world.run("orders");
        succeeded(run);
        assertThat(world.count("shop_raw.orders")).isEqualTo(1);
        assertThat(world.ingestion().deliveries().list("orders", 10))
                .extracting(delivery -> delivery.name() + " " + delivery.state())
                .containsExactlyInAnyOrder("one.csv LANDED", "packed.csv.gz DUPLICATE");
        assertThat(logs(run)).anyMatch(line -> line.contains("again.csv is the same file as one.csv"));
        world.drop("one.csv", text + "2,2020-01-02,6\n");
        succeeded(world.run("orders"));
        assertThat(world.count("shop_raw.orders")).isEqualTo(3);
    }

    @Test
    void damaged_rows_go_to_quarantine_in_the_same_commit() {
        world.pipeline("orders", LAND);
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,5\n2,soon,6\n3\n4,2020-01-04,7\n");
        Run run = world.run("orders");
        succeeded(run);
        assertThat(run.stage("land").rowsIn()).isEqualTo(4);
        assertThat(run.stage("land").rowsRejected()).isEqualTo(2);
        assertThat(world.count("shop_raw.orders")).isEqualTo(2);
        assertThat(world.ask("shop_raw.orders_quarantine", "SELECT _line, _reason, _raw, _file FROM t ORDER BY _line"))
                .containsExactly("3|no date in column day|2,soon,6|one.csv", "4|1 fields, the header has 3|3|one.csv");
        Delivery delivery = world.ingestion().deliveries().list("orders", 10).getFirst();
        assertThat(delivery.rowsIn())
                .isEqualTo(delivery.rowsLanded() + delivery.rowsQuarantined())
                .isEqualTo(4);
        assertThat(logs(run).toString()).doesNotContain("soon");
    }

    @Test
    void a_file_that_is_refused_keeps_no_other_from_landing() throws IOException {
        world.pipeline("orders", LAND);
        byte[] whole = gzip("id,day,amount\n" + "1,2020-01-01,5\n".repeat(5000) + UUID.randomUUID());
        Files.write(world.workspace.resolve("drop/a.csv.gz"), Arrays.copyOf(whole, whole.length - 12));
        world.drop("b.csv", "id,day,amount\n1,2020-01-01,5\n");
        Run run = world.run("orders");
        assertThat(run.state()).isEqualTo(Run.State.FAILED);
        assertThat(run.message().orElse(""))
                .contains("Stage 'land': a.csv.gz is a truncated gzip file: it ends at byte ")
                .contains("The other 1 files landed");
        assertThat(world.count("shop_raw.orders")).isEqualTo(1);
        // It is not tried again until it, or the pipeline, is another; the run that failed may be resumed.
        succeeded(world.run("orders"));
        Run resumed = world.await(world.ingestion().runs().resume(DE, run.id()).id());
        assertThat(resumed.state()).isEqualTo(Run.State.FAILED);
        Files.write(world.workspace.resolve("drop/a.csv.gz"), gzip("id,day,amount\n9,2020-01-09,5\n"));
        succeeded(world.run("orders"));
        assertThat(world.count("shop_raw.orders")).isEqualTo(2);
    }

    @Test
    void a_file_that_was_refused_lands_when_the_pipeline_is_corrected() {
        world.pipeline("orders", LAND.replace("[id, day, amount]", "[id, day]"));
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,5\n");
        assertThat(world.run("orders").message().orElse(""))
                .contains("column 'amount' that dialect 'any' has no place for");
        world.pipeline("orders", LAND);
        succeeded(world.run("orders"));
        assertThat(world.count("shop_raw.orders")).isEqualTo(1);
    }

    @Test
    void a_file_that_is_still_being_written_is_left_alone() throws IOException {
        world.pipeline("orders", LAND.replace("settle: 50ms", "settle: 300ms"));
        world.drop("done.csv", "id,day,amount\n1,2020-01-01,5\n");
        Files.setLastModifiedTime(
                world.workspace.resolve("drop/done.csv"),
                FileTime.from(Instant.now().minusSeconds(9)));
        world.drop("half.csv.part", "id,day,amount\n2,2020");
        Path growing = world.workspace.resolve("drop/growing.csv");
        Thread writer = Thread.ofVirtual().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                world.drop(
                        "growing.csv",
                        "id,day,amount\n" + "3,2020-01-03,1\n".repeat(1 + (int) (System.nanoTime() % 999)));
                IngestionWorld.sleep();
            }
        });
        try {
            Run run = world.run("orders");
            succeeded(run);
            assertThat(logs(run)).anyMatch(line -> line.contains("growing.csv is still being written"));
        } finally {
            writer.interrupt();
        }
        assertThat(world.count("shop_raw.orders")).isEqualTo(1);
        assertThat(growing).exists();
    }

    @Test
    void later_deliveries_win_and_what_has_not_changed_is_not_written_again() {
        world.pipeline("orders", LAND + CURATE);
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n2,2020-01-02,6\n");
        succeeded(world.run("orders"));
        world.drop("b.csv", "id,day,amount\n2,2020-01-02,7\n3,2020-02-03,1\n");
        succeeded(world.run("orders"));
        assertThat(world.ask("shop_curated.orders", "SELECT id, amount FROM t ORDER BY id"))
                .containsExactly("1|5.0", "2|7.0", "3|1.0");
        assertThat(world.ask("shop_consumption.days", "SELECT on_day, amount FROM t ORDER BY on_day"))
                .containsExactly("2020-01-01|5.0", "2020-01-02|7.0", "2020-02-03|1.0");
        long before = snapshot("shop_curated.orders");
        Run same = world.run("orders");
        succeeded(same);
        assertThat(same.stage("curate").message().orElse("")).startsWith("Nothing has changed");
        assertThat(snapshot("shop_curated.orders")).isEqualTo(before);
    }

    private long snapshot(String table) {
        return world.lakehouse()
                .catalog()
                .loadTable(TableIdentifier.parse(table))
                .currentSnapshot()
                .snapshotId();
    }

    @Test
    void a_process_that_dies_anywhere_goes_on_without_loss_or_duplicates() throws InterruptedException {
        List<String> all = new ArrayList<>();
        world.restart(all::add).start();
        world.pipeline("orders", LAND + CURATE);
        deliver(0);
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
            deliver(i + 1);
            UUID run = world.ingestion().runs().start(DE, "orders").id();
            assertThat(dead.await(1, TimeUnit.MINUTES)).as(deadly).isTrue();
            while (world.ingestion().running() > 0) {
                IngestionWorld.sleep();
            }
            assertThat(world.ingestion().runs().get(DE, run).state()).as(deadly).isEqualTo(Run.State.RUNNING);
            world.restart(_ -> {}).start();
            Run ended = world.await(run);
            assertThat(ended.state()).as("%s: %s", deadly, ended).isEqualTo(Run.State.SUCCEEDED);
            String id = Integer.toString(i + 1);
            assertThat(world.ask("shop_raw.orders", "SELECT count(*) FROM t WHERE amount = '" + id + "'"))
                    .as(deadly)
                    .containsExactly("2");
            assertThat(world.ask(
                            "shop_raw.orders_quarantine", "SELECT count(*) FROM t WHERE _file = 'f" + id + ".csv'"))
                    .as(deadly)
                    .containsExactly("1");
            assertThat(world.ask("shop_curated.orders", "SELECT count(*), count(DISTINCT id), max(amount) FROM t"))
                    .as(deadly)
                    .containsExactly((i + 3) + "|" + (i + 3) + "|" + (i + 1) + ".0");
        }
        assertThat(world.count("shop_raw.orders")).isEqualTo(2L * (steps.size() + 1));
    }

    private static final class ProcessEnded extends Error {
        private static final long serialVersionUID = 1;
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
    void checks_keep_their_answers() {
        world.pipeline("orders", LAND + """
                          - name: gate
                            needs: [land]
                            check:
                              table: shop_raw.orders
                              rules:
                                - {name: there, severity: WARN, notNull: [id, amount]}
                                - {name: once, severity: WARN, unique: [id]}
                                - {name: known, severity: WARN, accepted: {column: amount, values: ["5", "it's"]}}
                                - {name: between, severity: WARN, range: {column: on_day, from: "DATE '2020-01-01'", to: "DATE '2020-01-31'"}}
                                - {name: holds, severity: WARN, threshold: 50%, holds: CAST(id AS bigint) < 3}
                                - {name: counted, severity: WARN, count: "SELECT count(*) FROM shop_raw.orders WHERE day LIKE '2020-02%'"}
                        """);
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,5\n1,2020-02-01,\n2,2020-01-03,it's\n3,,6\n");
        Run run = world.run("orders");
        succeeded(run);
        assertThat(world.ingestion().checks().of(run.id()))
                .extracting(CheckResult::rule, CheckResult::rowsFailing, CheckResult::passed)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("there", 1L, false),
                        org.assertj.core.groups.Tuple.tuple("once", 2L, false),
                        org.assertj.core.groups.Tuple.tuple("known", 1L, false),
                        org.assertj.core.groups.Tuple.tuple("between", 1L, false),
                        org.assertj.core.groups.Tuple.tuple("holds", 1L, true),
                        org.assertj.core.groups.Tuple.tuple("counted", 1L, false));
    }

    @Test
    void profiles_show_only_what_the_reader_may_see() {
        world.pipeline("orders", LAND + "  - {name: look, needs: [land], profile: {tables: [shop_raw.orders]}}\n");
        world.drop("one.csv", "id,day,amount\n1,2020-01-01,5\n2,2020-01-02,5\n3,,6\n");
        succeeded(world.run("orders"));
        Principal robot = world.policies().current().principal("robot");
        var table =
                world.tables().table(TableIdentifier.parse("shop_raw.orders")).orElseThrow();
        var decision = (Decision.Allowed) world.policies().current().decide(robot, Permission.SELECT, table);
        List<ColumnProfile> all = world.ingestion().profiles().visible(decision);
        assertThat(all).extracting(ColumnProfile::column).startsWith("id", "day", "amount", "on_day", "_file", "_line");
        assertThat(all.get(3).json()).contains("\"nulls\":1", "\"min\":\"2020-01-01\"", "\"max\":\"2020-01-02\"");
        assertThat(all.get(2).json()).contains("\"top\":[{\"value\":\"5\",\"rows\":2}");
        var hidden = new java.util.HashMap<>(decision.columns());
        hidden.put(1, new io.atalaya.policies.ColumnAccess.Hidden(decision.because()));
        var less = new Decision.Allowed(
                robot, Permission.SELECT, table, decision.epoch(), decision.rows(), hidden, decision.because());
        assertThat(world.ingestion().profiles().visible(less))
                .extracting(ColumnProfile::column)
                .startsWith("day");
    }

    @Test
    void a_webhook_is_signed() throws Exception {
        AtomicReference<String> seen = new AtomicReference<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec("s3cret".getBytes(UTF_8), "HmacSHA256"));
                boolean right = ("sha256=" + HexFormat.of().formatHex(mac.doFinal(body)))
                        .equals(exchange.getRequestHeaders().getFirst("X-Atalaya-Signature"));
                seen.set(right + " " + new String(body, UTF_8));
            } catch (java.security.GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        try {
            world.pipeline(
                    "tell",
                    "stages:\n  - {name: tell, notify: {message: all is well, secret: hook, webhook: \"http://127.0.0.1:%d/x\"}}\n"
                            .formatted(server.getAddress().getPort()));
            succeeded(world.run("tell"));
            assertThat(seen.get()).startsWith("true {\"pipeline\":\"tell\"").contains("\"message\":\"all is well\"");
        } finally {
            server.stop(0);
        }
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

    @Test
    void tsv_json_lines_and_parquet_are_files_too() throws Exception {
        world.pipeline("mixed", """
                stages:
                  - name: tsv
                    extract: {folder: drop, files: "*.tsv", format: TSV, target: shop_raw.tsv, settle: 50ms}
                  - name: json
                    extract: {folder: drop, files: "*.jsonl*", format: JSONL, columns: [id, tags], target: shop_raw.json, settle: 50ms}
                  - name: parquet
                    extract: {folder: drop, files: "*.parquet", format: PARQUET, target: shop_raw.parquet, settle: 50ms}
                """);
        world.drop("a.tsv", "ID\tThe Name\n1\tx\n");
        world.drop("b.jsonl", "{\"id\": 1, \"tags\": [\"a\"]}\n");
        try (var duck = world.lakehouse().duckWriter().connect();
                var statement = duck.createStatement()) {
            statement.execute(
                    "COPY (SELECT 1 AS id, 2.50::DECIMAL(8,2) AS price, DATE '2020-01-01' AS d, [1, 2] AS list) TO '"
                            + world.workspace.resolve("drop/c.parquet") + "' (FORMAT parquet)");
        }
        Run run = world.run("mixed");
        succeeded(run);
        assertThat(world.ask("shop_raw.tsv", "SELECT id, the_name, _line FROM t"))
                .containsExactly("1|x|2");
        assertThat(world.ask("shop_raw.json", "SELECT id, tags, _line FROM t")).containsExactly("1|[\"a\"]|1");
        assertThat(world.ask("shop_raw.parquet", "SELECT id + 1, price, d, list, _line FROM t"))
                .containsExactly("2|2.50|2020-01-01|[1,2]|1");
        world.drop("c.parquet", "PAR1 nonsense");
        assertThat(world.run("mixed").message().orElse("")).contains("c.parquet is no Parquet file");
    }

    @Test
    void two_extracts_of_one_database_do_not_disturb_each_other() {
        world.pipeline("a", LAND.replace("shop_raw.orders", "shop_raw.both").replace("\"*.csv*\"", "a.csv"));
        world.pipeline("b", LAND.replace("shop_raw.orders", "shop_raw.both").replace("\"*.csv*\"", "b.csv"));
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n");
        world.drop("b.csv", "id,day,amount\n2,2020-01-01,5\n");
        UUID first = world.ingestion().runs().start(DE, "a").id();
        UUID second = world.ingestion().runs().start(DE, "b").id();
        succeeded(world.await(first));
        succeeded(world.await(second));
        assertThat(world.count("shop_raw.both")).isEqualTo(2);
    }

    private List<String> logs(Run run) {
        return world.ingestion().runs().logs(DE, run.id(), 0, 1000).stream()
                .map(LogLine::message)
                .toList();
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }
}

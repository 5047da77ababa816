package io.atalaya.ingestion.kafka;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.Backlogs;
import io.atalaya.ingestion.Ingestion;
import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.ProcessEnded;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.stream.ServerCertificate;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaIT {
    private static final List<String> STEPS =
            List.of("take/begun", "take/intended", "take/written", "take/committed", "take/noted", "take/done");

    @TempDir
    Path folder;

    private final KafkaBroker broker = KafkaBroker.shared();
    private final String topic = broker.topic(3);
    private IngestionWorld world;

    @BeforeEach
    void begin() {
        world = IngestionWorld.sqlite(folder);
        world.broker("events", broker.address());
        world.restart(_ -> {}).start();
    }

    @AfterEach
    void end() {
        world.close();
    }

    /** A pipeline that is only run on request. */
    private void pipeline(String more) {
        pipeline("", more);
    }

    private void pipeline(String triggers, String more) {
        pipeline(triggers, more, "");
    }

    private void pipeline(String triggers, String more, String columns) {
        world.pipeline("orders", """
                %s
                stages:
                  - name: take
                    extract:
                      kafka: {broker: events, topics: [%s]%s}
                      every: 200ms
                      target: shop_raw.orders
                      columns: [seq, amount]
                      typed: {value: {from: amount, type: "decimal(9,2)"}}
                      %s
                """.formatted(triggers, topic, more, columns));
    }

    private void send(int partition, int from, int until) {
        broker.send(
                topic,
                partition,
                IntStream.range(from, until)
                        .mapToObj(seq -> "{\"seq\": " + seq + ", \"amount\": 1.5}")
                        .toArray(String[]::new));
    }

    private Run takes() {
        Run run = world.run("orders");
        assertThat(run.state()).as("%s", run).isEqualTo(Run.State.SUCCEEDED);
        return run;
    }

    private String refused() {
        Run run = world.run("orders");
        assertThat(run.state()).isEqualTo(Run.State.FAILED);
        return run.stage("take").message().orElseThrow();
    }

    /** All there, once each. */
    private void hasSeqs(int count) {
        assertThat(world.ask("shop_raw.orders", "SELECT count(*), count(DISTINCT CAST(seq AS INT)) FROM t"))
                .containsExactly(count + "|" + count);
    }

    private static void await(BooleanSupplier until) {
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!until.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void a_message_comes_with_where_it_was_and_what_it_had_besides() {
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(
                topic, 1, 1_767_225_600_123L, "a-7".getBytes(UTF_8), "{\"seq\": 1, \"amount\": 9.90}".getBytes(UTF_8));
        message.headers()
                .add("trace", "x1".getBytes(UTF_8))
                .add("hop", new byte[] {(byte) 0xff})
                .add("hop", null);
        broker.send(message);
        pipeline("");
        takes();
        assertThat(
                        world.ask(
                                "shop_raw.orders",
                                "SELECT seq, amount, value, _topic, _partition, _offset, _timestamp, _key, _headers, _tombstone FROM t"))
                .containsExactly("1|9.90|9.90|" + topic
                        + "|1|0|2026-01-01 00:00:00.123|a-7|{\"trace\":\"x1\",\"hop\":[\"\\\\xff\",null]}|false");
    }

    @Test
    void each_run_takes_what_is_new() {
        pipeline("");
        takes();
        send(0, 0, 10);
        send(1, 10, 15);
        takes();
        hasSeqs(15);
        assertThat(takes().stage("take").message()).contains("No new messages");
        send(2, 15, 16);
        takes();
        hasSeqs(16);
    }

    private Backlogs.Waiting waiting() throws InterruptedException {
        return world.ingestion()
                .backlogs()
                .of(world.ingestion().pipelines().find("orders").orElseThrow())
                .getFirst()
                .waiting();
    }

    @Test
    void what_was_not_read_is_counted() throws InterruptedException {
        pipeline("");
        assertThat(waiting()).isEqualTo(new Backlogs.Waiting.Known(0));
        send(0, 0, 10);
        send(1, 10, 15);
        assertThat(waiting()).isEqualTo(new Backlogs.Waiting.Known(15));
        takes();
        assertThat(waiting()).isEqualTo(new Backlogs.Waiting.Known(0));
        send(2, 15, 16);
        assertThat(waiting()).isEqualTo(new Backlogs.Waiting.Known(1));
    }

    @Test
    void nobody_waits_long_for_a_broker_that_is_away() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            world.broker("events", "kafka://127.0.0.1:" + silent.getLocalPort());
            world.restart(_ -> {});
            pipeline("");
            long begun = System.nanoTime();
            assertThat(waiting()).isEqualTo(new Backlogs.Waiting.Unknown(Backlogs.Why.NO_ANSWER));
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
        }
        world.broker("events", broker.address());
        world.restart(_ -> {});
        world.pipeline("orders", """
                stages:
                  - name: take
                    extract:
                      kafka: {broker: events, topics: [none-of-that-name]}
                      target: shop_raw.orders
                      columns: [seq]
                """);
        assertThat(waiting()).isEqualTo(new Backlogs.Waiting.Unknown(Backlogs.Why.REFUSED));
    }

    @Test
    void a_table_that_was_rolled_back_takes_what_it_had_once_more() {
        pipeline("");
        send(0, 0, 10);
        takes();
        var table = world.lakehouse().catalog().loadTable(TableIdentifier.parse("shop_raw.orders"));
        long first = table.currentSnapshot().snapshotId();
        for (int round = 1; round < 4; round++) {
            send(round % 3, 10 * round, 10 * round + 10);
            takes();
            table.refresh();
            table.manageSnapshots().setCurrentSnapshot(first).commit();
            takes();
            assertThat(takes().stage("take").message()).contains("No new messages");
            hasSeqs(10 * round + 10);
        }
    }

    @Test
    void messages_start_runs_by_themselves() {
        pipeline("triggers: [{arrival: take}]", "");
        send(0, 0, 10);
        await(() -> world.count("shop_raw.orders") == 10);
        send(1, 10, 30);
        await(() -> world.count("shop_raw.orders") == 30);
        hasSeqs(30);
    }

    @Test
    void a_message_without_a_value_says_that_its_key_is_gone() {
        broker.send(new ProducerRecord<>(topic, 0, "a-7".getBytes(UTF_8), null));
        pipeline("", "", "required: [seq, value]");
        takes();
        assertThat(world.ask("shop_raw.orders", "SELECT seq, amount, _key, _tombstone FROM t"))
                .containsExactly("null|null|a-7|true");
    }

    @Test
    void what_is_no_record_goes_to_quarantine_with_its_offset() {
        broker.send(topic, 0, "{\"seq\": 1, \"amount\": 1}", "{\"seq\":", "", "{\"seq\": 2, \"amount\": \"x\"}");
        broker.send(new ProducerRecord<>(topic, 1, null, new byte[] {'{', (byte) 0xc3, '"'}));
        pipeline("");
        Run run = takes();
        assertThat(world.count("shop_raw.orders")).isEqualTo(1);
        assertThat(world.ask("shop_raw.orders_quarantine", "SELECT _file, _line, _raw FROM t ORDER BY _file, _line"))
                .containsExactly(
                        "events/" + topic + "/0|1|{\"seq\":",
                        "events/" + topic + "/0|2|",
                        "events/" + topic + "/0|3|{\"seq\": 2, \"amount\": \"x\"}",
                        "events/" + topic + "/1|0|\\x7bc322");
        assertThat(run.stage("take").rowsRejected()).isEqualTo(4);
    }

    @Test
    void a_process_that_dies_at_any_step_leaves_no_message_out_and_none_twice() {
        pipeline("triggers: [{arrival: take}]", "");
        int sent = 0;
        for (String dies : STEPS) {
            AtomicInteger times = new AtomicInteger();
            world.restart(step -> {
                        if (step.equals(dies) && times.getAndIncrement() == 0) {
                            throw new ProcessEnded();
                        }
                    })
                    .start();
            send(sent % 3, sent, sent + 20);
            broker.send(topic, 2, "broken");
            sent += 20;
            await(() -> times.get() > 0);
            world.restart(_ -> {}).start();
            int all = sent;
            await(() -> world.count("shop_raw.orders") == all);
        }
        hasSeqs(sent);
        await(() -> world.count("shop_raw.orders_quarantine") == STEPS.size());
        assertThat(world.ingestion()
                        .runs()
                        .list(DE, Optional.of("orders"), Optional.empty(), 100)
                        .runs())
                .extracting(Run::state)
                .doesNotContain(Run.State.FAILED);
    }

    @Test
    void a_second_instance_started_by_mistake_loads_nothing_twice() throws InterruptedException {
        for (String waits : List.of("take/intended", "take/written", "take/committed")) {
            CountDownLatch there = new CountDownLatch(1);
            CountDownLatch on = new CountDownLatch(1);
            // Whoever goes on with the run that the second has let go of, it is not held up again.
            world.restart(step -> {
                        if (step.equals(waits) && there.getCount() > 0) {
                            there.countDown();
                            pause(on);
                        }
                    })
                    .start();
            int before = (int) world.count("shop_raw.orders");
            send(0, before, before + 10);
            pipeline("");
            var run = world.ingestion().runs().start(DE, "orders").id();
            there.await();
            // More comes, some of it broken: the second has read further than the first when it commits.
            send(1, before + 10, before + 30);
            broker.send(topic, 1, "broken");
            try (Ingestion second = world.another()) {
                second.start();
                await(() -> second.runs().get(DE, run).state().ended());
                on.countDown();
                await(() -> world.ingestion().running() == 0);
            }
            takes();
            hasSeqs(before + 30);
        }
        assertThat(world.count("shop_raw.orders_quarantine")).isEqualTo(3);
    }

    private static void pause(CountDownLatch until) {
        try {
            until.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void messages_that_went_before_they_were_read_stop_the_stage_which_says_so() {
        send(0, 0, 10);
        pipeline("");
        takes();
        send(0, 10, 30);
        broker.forget(topic, 0, 25);
        assertThat(refused())
                .contains(topic + "/0: offsets 10 to 24 were deleted before they were read")
                .contains("onLoss");
        assertThat(world.count("shop_raw.orders")).isEqualTo(10);
    }

    @Test
    void or_it_goes_on_with_what_is_there_if_the_pipeline_says_so() {
        send(0, 0, 10);
        pipeline(", onLoss: GO_ON");
        takes();
        send(0, 10, 30);
        broker.forget(topic, 0, 25);
        Run run = takes();
        assertThat(world.count("shop_raw.orders")).isEqualTo(15);
        assertThat(world.ingestion().runs().logs(DE, run.id(), 0, 100))
                .anySatisfy(line -> assertThat(line.message()).contains("offsets 10 to 24 were deleted"));
        assertThat(takes().stage("take").message()).contains("No new messages");
    }

    @Test
    void a_topic_that_was_made_anew_is_another() {
        send(0, 0, 10);
        pipeline("");
        takes();
        broker.delete(topic);
        broker.make(topic, 3);
        send(0, 100, 120);
        assertThat(refused()).contains(topic + "/0 was deleted and made anew");
        pipeline(", onLoss: GO_ON");
        takes();
        assertThat(world.ask("shop_raw.orders", "SELECT count(*), count(DISTINCT seq) FROM t"))
                .containsExactly("30|30");
    }

    @Test
    void partitions_that_are_new_are_read_from_their_beginning() {
        send(0, 0, 5);
        pipeline(", start: LATEST");
        takes();
        broker.grow(topic, 5);
        await(() -> {
            send(4, 100, 101);
            return true;
        });
        send(0, 5, 8);
        takes();
        assertThat(world.ask("shop_raw.orders", "SELECT seq FROM t ORDER BY CAST(seq AS INT)"))
                .containsExactly("5", "6", "7", "100");
    }

    @Test
    void with_a_start_at_the_latest_message_nothing_older_is_read_whatever_comes_between() {
        send(0, 0, 5);
        pipeline(", start: LATEST");
        takes();
        send(0, 5, 8);
        takes();
        assertThat(world.ask("shop_raw.orders", "SELECT seq FROM t ORDER BY seq"))
                .containsExactly("5", "6", "7");
    }

    @Test
    void only_what_a_transaction_has_committed_is_read() {
        try (KafkaProducer<byte[], byte[]> till = broker.producer(Map.of("transactional.id", topic))) {
            till.initTransactions();
            transact(till, 0, 5);
            till.commitTransaction();
            transact(till, 5, 10);
            till.abortTransaction();
            pipeline("");
            takes();
            hasSeqs(5);
            transact(till, 10, 15);
            till.flush();
            assertThat(takes().stage("take").rowsOut()).isZero();
            till.commitTransaction();
            takes();
            hasSeqs(10);
            assertThat(takes().stage("take").message()).contains("No new messages");
        }
    }

    private void transact(KafkaProducer<byte[], byte[]> till, int from, int until) {
        till.beginTransaction();
        for (int seq = from; seq < until; seq++) {
            var _ = till.send(new ProducerRecord<>(topic, 0, null, ("{\"seq\":" + seq + "}").getBytes(UTF_8)));
        }
    }

    @Test
    void too_many_rejects_stop_it_before_anything_is_loaded() {
        broker.send(topic, 0, "{\"seq\": 1, \"amount\": 1}", "{", "{\"seq\": 3, \"amount\": 1}");
        world.pipeline("orders", """
                stages:
                  - name: take
                    extract: {kafka: {broker: events, topics: [%s]}, target: shop_raw.orders, columns: [seq, amount], maxRejects: 10%%}
                """.formatted(topic));
        assertThat(refused())
                .contains("1 of 3 messages cannot be taken")
                .contains("events/" + topic + "/0, offset 1: no JSON");
        assertThat(world.count("shop_raw.orders")).isZero();
        assertThat(world.count("shop_raw.orders_quarantine")).isZero();
    }

    private void fromOther() {
        world.pipeline("orders", """
                stages:
                  - name: take
                    extract: {kafka: {broker: other, topics: [%s]}, target: shop_raw.orders, columns: [seq]}
                """.formatted(topic));
    }

    @Test
    void a_cluster_that_speaks_tls_is_read_if_somebody_vouches_for_it() {
        send(0, 0, 3);
        world.broker(
                "events",
                broker.encrypted(),
                Optional.of(ServerCertificate.shared().certificate()));
        world.broker("other", broker.encrypted(), Optional.empty());
        world.restart(_ -> {}).start();
        pipeline("");
        takes();
        hasSeqs(3);
        fromOther();
        assertThat(refused())
                .contains("Nobody known here vouches for the certificate of broker 'other'")
                .contains("brokers.other.authority");
        hasSeqs(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_cluster_that_asks_who_reads_is_told_and_says_no_to_others(boolean byChallenge) {
        send(0, 0, 3);
        String address = byChallenge ? broker.guardedByChallenge() : broker.guarded();
        world.broker("events", address, "till", "tower\"7");
        world.broker("other", address, "till", "wrong");
        world.restart(_ -> {}).start();
        pipeline("");
        takes();
        hasSeqs(3);
        fromOther();
        assertThat(refused())
                .isEqualTo("Broker 'other' does not accept the user and password of the server's settings");
    }

    @Test
    void what_cannot_be_read_is_said_with_its_name() {
        world.pipeline("orders", """
                stages:
                  - name: take
                    extract: {kafka: {broker: events, topics: [%s, nowhere]}, target: shop_raw.orders, columns: [seq]}
                """.formatted(topic));
        assertThat(refused()).isEqualTo("Broker 'events' has no topic nowhere, or does not let its user read it");
        world.pipeline("orders", """
                stages:
                  - name: take
                    extract: {kafka: {broker: other, topics: [x]}, target: shop_raw.orders, columns: [seq]}
                """);
        assertThat(refused()).contains("There is no broker 'other' for 'robot'");
    }
}

package io.atalaya.ingestion.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import io.atalaya.ingestion.Ingestion;
import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@EnabledIf(value = "isInstalled", disabledReason = "no mosquitto is installed")
class MqttIT {
    @TempDir
    Path folder;

    private IngestionWorld world;
    private Mosquitto broker;
    private Mqtt5BlockingClient till;

    static boolean isInstalled() {
        return Mosquitto.isInstalled();
    }

    @BeforeEach
    void begin() {
        broker = new Mosquitto();
        till = connect();
        world = IngestionWorld.sqlite(folder);
        world.broker("shopfloor", broker.address());
        world.pipeline("sales", """
                triggers: [{arrival: take}]
                stages:
                  - name: take
                    extract:
                      mqtt: {broker: shopfloor, topic: "pos/+/sales"}
                      every: 200ms
                      target: shop_raw.sales
                      columns: [seq, amount]
                """);
        world.restart(_ -> {}).start();
        awaitListening();
    }

    @AfterEach
    void end() {
        world.close();
        till.disconnect();
        broker.close();
    }

    private Mqtt5BlockingClient connect() {
        Mqtt5BlockingClient client = MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(broker.port())
                .buildBlocking();
        client.connect();
        return client;
    }

    private void sell(int device, int from, int until) {
        for (int seq = from; seq < until; seq++) {
            till.publishWith()
                    .topic("pos/" + device + "/sales")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(("{\"seq\":" + seq + ",\"amount\":1.50}").getBytes(UTF_8))
                    .send();
        }
    }

    private void awaitListening() {
        await(() -> world.ingestion()
                .streams()
                .problem(world.ingestion().pipelines().find("sales").orElseThrow(), "take")
                .equals(Optional.empty()));
    }

    private void awaitSales(int rows) {
        await(() -> world.count("shop_raw.sales") >= rows);
        assertThat(world.ask("shop_raw.sales", "SELECT count(*), count(DISTINCT _topic || seq) FROM t"))
                .containsExactly(rows + "|" + rows);
    }

    @Test
    void a_broker_that_speaks_tls_is_heard_if_somebody_vouches_for_it() {
        world.broker("shopfloor", broker.encrypted(), Optional.empty());
        world.restart(_ -> {}).start();
        await(() -> world.ingestion()
                .streams()
                .problem(world.ingestion().pipelines().find("sales").orElseThrow(), "take")
                .filter(problem -> problem.contains("certification path"))
                .isPresent());
        world.broker(
                "shopfloor",
                broker.encrypted(),
                Optional.of(ServerCertificate.shared().certificate()));
        world.restart(_ -> {}).start();
        awaitListening();
        sell(1, 0, 5);
        await(() -> world.count("shop_raw.sales") == 5);
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
    void messages_arrive_with_their_topic() {
        sell(7, 0, 200);
        awaitSales(200);
        assertThat(world.ask("shop_raw.sales", "SELECT DISTINCT _topic, amount FROM t"))
                .containsExactly("pos/7/sales|1.50");
    }

    @Test
    void what_is_sold_while_the_service_is_away_is_there_when_it_is_back() {
        sell(1, 0, 50);
        awaitSales(50);
        world.ingestion().close();
        sell(1, 50, 120);
        world.restart(_ -> {}).start();
        awaitSales(120);
    }

    @Test
    void of_several_nodes_one_listens_whichever_loads_and_another_when_that_one_has_ended() throws IOException {
        world.ingestion().close();
        Path shared = folder.resolve("streams/sales/take");
        try (Ingestion one = world.node(8, _ -> {});
                Ingestion other = world.node(8, _ -> {});
                Ingestion third = world.node(8, _ -> {})) {
            int sold = 0;
            for (Ingestion node : List.of(one, other, third)) {
                node.start();
            }
            for (Ingestion ends : List.of(one, other)) {
                for (int round = 0; round < 3; round++) {
                    sell(1, sold, sold + 40);
                    sold += 40;
                    awaitSales(sold);
                    assertThat(Turn.take(shared)).isEmpty();
                }
                ends.close();
                sell(1, sold, sold + 40);
                sold += 40;
            }
            awaitSales(sold);
        }
        try (Turn _ = Turn.take(shared).orElseThrow()) {
            assertThat(Turn.take(shared)).isEmpty();
        }
    }

    @Test
    void a_broker_that_comes_back_is_listened_to_again() throws IOException {
        sell(1, 0, 20);
        awaitSales(20);
        broker.restart();
        till = connect();
        awaitListening();
        sell(1, 20, 60);
        awaitSales(60);
    }

    @Test
    void a_run_says_why_nothing_is_heard() {
        world.pipeline("other", """
                stages:
                  - name: take
                    extract: {mqtt: {broker: nowhere, topic: x}, target: shop_raw.other, columns: [id]}
                """);
        Run run = world.run("other");
        assertThat(world.ingestion().runs().logs(IngestionWorld.DE, run.id(), 0, 100))
                .anySatisfy(line ->
                        assertThat(line.message()).contains("not listening").contains("'nowhere'"));
    }

    @Test
    void a_pipeline_that_is_taken_away_listens_no_more() throws IOException {
        world.pipeline("other", "stages: [{name: n, notify: {message: hello}}]\n");
        Files.delete(world.workspace.resolve("pipelines/sales.yaml"));
        Pipeline sales = world.ingestion().pipelines().find("sales").orElseThrow();
        world.apply(world.workspace);
        await(() -> world.ingestion().streams().problem(sales, "take").isPresent());
    }
}

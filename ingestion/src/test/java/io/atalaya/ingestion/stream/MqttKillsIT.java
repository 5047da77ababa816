package io.atalaya.ingestion.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.KillsContract;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Messages come all the time. What a broker sends again because nobody was there to acknowledge it is in the raw table
 * twice, and once in the table behind it.
 */
@EnabledIf(value = "isInstalled", disabledReason = "no mosquitto is installed")
class MqttKillsIT extends KillsContract {
    /** Sales as the tills send them, and each once in the table behind. */
    static final String SALES = """
            stages:
              - name: take
                extract: {mqtt: {broker: shopfloor, topic: "pos/+"}, every: 100ms, target: shop_raw.sales, columns: [seq, amount]}
              - name: once
                needs: [take]
                sql:
                  text: SELECT _topic AS till, CAST(seq AS bigint) AS seq, amount, _received_at AS received_at FROM shop_raw.sales
                  mode: MERGE
                  key: [till, seq]
                  order: received_at
                  newRowsOf: shop_raw.sales
                  target: shop_curated.sales
            """;

    private Mosquitto broker;
    private Mqtt5BlockingClient till;
    private int sold;

    static boolean isInstalled() {
        return Mosquitto.isInstalled();
    }

    @BeforeEach
    void begin() {
        broker = new Mosquitto();
        till = MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(broker.port())
                .buildBlocking();
        till.connect();
    }

    @AfterEach
    void end() {
        till.disconnect();
        broker.close();
    }

    @Override
    protected List<List<String>> sources() {
        return List.of(List.of("broker", "shopfloor", broker.address()));
    }

    @Override
    protected String pipeline() {
        return SALES;
    }

    @Override
    protected List<String> steps() {
        return List.of(
                "started",
                "take/begun",
                "take/kept",
                "take/received",
                "take/cut",
                "take/intended",
                "take/written",
                "take/committed",
                "take/landed",
                "take/done",
                "once/intended",
                "once/written",
                "once/committed",
                "ending");
    }

    @Override
    protected void awaitListening(IngestionWorld world) {
        long end = System.nanoTime() + 60_000_000_000L;
        while (System.nanoTime() < end
                && world.ingestion()
                        .streams()
                        .problem(world.ingestion().pipelines().find(FLOW).orElseThrow(), "take")
                        .isPresent()) {
            Thread.onSpinWait();
        }
    }

    @Override
    protected void happens() {
        for (int i = random.nextInt(1, 200); i > 0; i--) {
            till.publishWith()
                    .topic("pos/" + sold % 3)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(("{\"seq\":" + sold + ",\"amount\":1.50}").getBytes(UTF_8))
                    .send();
            sold++;
        }
    }

    /** Waits until what the broker had kept has come. */
    @Override
    protected List<String> rows(IngestionWorld world) {
        long end = System.nanoTime() + 60_000_000_000L;
        while (world.count("shop_curated.sales") < sold && System.nanoTime() < end) {
            world.run(FLOW);
        }
        return world.ask("shop_curated.sales", "SELECT seq, till, amount FROM t ORDER BY seq");
    }

    @Override
    protected List<String> expected() {
        return IntStream.range(0, sold)
                .mapToObj(seq -> seq + "|pos/" + seq % 3 + "|1.50")
                .toList();
    }
}

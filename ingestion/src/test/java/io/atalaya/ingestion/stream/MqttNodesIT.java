package io.atalaya.ingestion.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.NodeProcess;
import io.atalaya.migrations.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes that share a database and the folder of messages, of which one listens to a broker. While messages come all the
 * time one of the two is killed, mostly the one that listens, and another takes the place of that. Of 50 kills
 * ({@code -Datalaya.kills=50}) a few are enough for every day.
 */
@EnabledIf(value = "isInstalled", disabledReason = "no mosquitto or no PostgreSQL is installed")
class MqttNodesIT {
    private static final Duration LEASE = Duration.ofSeconds(31);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private final String url = PostgresServer.shared().orElseThrow().freshUrl();
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final AtomicInteger sold = new AtomicInteger();
    private volatile boolean closed;
    private Duration later = Duration.ZERO;

    static boolean isInstalled() {
        return Mosquitto.isInstalled() && PostgresServer.shared().isPresent();
    }

    private NodeProcess node(Mosquitto broker) {
        return NodeProcess.start(
                folder, url, "sales", "take", List.of(List.of("broker", "shopfloor", broker.address())), later);
    }

    /** Sells until the shop is closed; what the broker has acknowledged is sold. */
    private void sell(int port) {
        Mqtt5BlockingClient till = MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(port)
                .buildBlocking();
        till.connect();
        while (!closed) {
            int seq = sold.get();
            till.publishWith()
                    .topic("pos/" + seq % 3)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(("{\"seq\":" + seq + ",\"amount\":1.50}").getBytes(UTF_8))
                    .send();
            sold.incrementAndGet();
            LockSupport.parkNanos(3_000_000);
        }
        till.disconnect();
    }

    private void awaitSales(IngestionWorld world, int rows, List<NodeProcess> nodes) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (world.count("shop_curated.sales") < rows) {
            if (!nodes.stream().allMatch(NodeProcess::isAlive)) {
                throw new AssertionError(
                        "seed %d: one has ended: %s".formatted(seed, Files.readString(folder.resolve("process.log"))));
            }
            assertThat(System.nanoTime())
                    .as("seed %d, %d of %d", seed, rows, sold.get())
                    .isLessThan(end);
            Thread.sleep(50);
        }
    }

    @Test
    void one_is_killed_and_the_other_goes_on_with_nothing_lost_and_nothing_twice() throws Exception {
        try (Mosquitto broker = new Mosquitto();
                IngestionWorld world = IngestionWorld.ofNode(folder, url)) {
            world.broker("shopfloor", broker.address());
            world.pipeline("sales", "triggers: [{arrival: take}]\n" + MqttKillsIT.SALES);
            world.ingestion().close();
            NodeProcess listens = node(broker);
            NodeProcess waits = node(broker);
            Thread shop = Thread.ofVirtual().start(() -> sell(broker.port()));
            try {
                int kills = Integer.getInteger("atalaya.kills", 6);
                for (int kill = 0; kill < kills; kill++) {
                    awaitSales(world, sold.get(), List.of(listens, waits));
                    Thread.sleep(random.nextInt(500));
                    later = later.plus(LEASE);
                    if (random.nextInt(3) > 0) {
                        listens.kill();
                        listens = waits;
                    } else {
                        waits.kill();
                    }
                    // What the dead one was at is left to others.
                    listens.later(later);
                    waits = node(broker);
                }
                awaitSales(world, sold.get(), List.of(listens, waits));
                closed = true;
                shop.join();
                awaitSales(world, sold.get(), List.of(listens, waits));
            } finally {
                closed = true;
                listens.close();
                waits.close();
            }
            assertThat(world.ask("shop_curated.sales", "SELECT seq, till, amount FROM t ORDER BY seq"))
                    .as("seed %d", seed)
                    .isEqualTo(IntStream.range(0, sold.get())
                            .mapToObj(seq -> seq + "|pos/" + seq % 3 + "|1.50")
                            .toList());
            assertThat(world.ask("shop_raw.sales", "SELECT count(DISTINCT seq) FROM t"))
                    .as("seed %d", seed)
                    .containsExactly(sold.toString());
            assertThat(world.count("shop_raw.sales_quarantine")).isZero();
        }
    }
}

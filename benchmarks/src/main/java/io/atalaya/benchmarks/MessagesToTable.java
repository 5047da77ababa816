package io.atalaya.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Messages of a broker of MQTT, at least once, from the first that is published to the commit that has the last, with
 * commits of five seconds, against a client that hears the same messages, acknowledges them and does nothing else, in
 * turns, in one run. A message is acknowledged to the broker when it is on disk. The publisher is in the same process, and
 * waits for the broker with 2,000 messages under way.
 *
 * <p>Arguments: messages in a turn (200000), turns (3), folder (a temporary one).
 */
public final class MessagesToTable {
    private static final int UNDER_WAY = 2_000;
    private static final TableIdentifier TARGET = TableIdentifier.of("bench", "sales");

    private MessagesToTable() {}

    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200_000;
        int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        List<Double> loaded = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        try (Folders folder = Folders.of(arguments, 2);
                Peers peers = new Peers()) {
            int port = peers.mosquitto(folder.path().resolve("mosquitto"));
            Mqtt5AsyncClient publisher = connected(port);
            try (LoadedLake lake = LoadedLake.listening(folder.path().resolve("lake"), "mqtt://127.0.0.1:" + port)) {
                lake.pipeline("take", """
                        triggers: [{arrival: take}]
                        stages:
                          - name: take
                            extract:
                              mqtt: {broker: events, topic: "sales/+"}
                              every: 5s
                              target: bench.sales
                              columns: [id, customer, product, price, at]
                              typed: {amount: {from: price, type: "decimal(12,2)"}, sold_at: {from: at, type: timestamp}}
                        """);
                lake.awaitListening("take");
                long there = 0;
                for (int turn = 0; turn <= turns; turn++) {
                    double bare = messages / heard(port, publisher, messages);
                    long started = System.nanoTime();
                    publish(publisher, "sales/", messages);
                    there += messages;
                    while (lake.rows(TARGET) < there) {
                        Thread.sleep(20);
                    }
                    double ours = messages / ((System.nanoTime() - started) / 1e9);
                    System.out.printf(
                            Locale.ROOT,
                            "%s: %,.0f messages/s to committed rows, %,.0f messages/s only heard%n",
                            turn == 0 ? "warm-up" : "turn " + turn,
                            ours,
                            bare);
                    if (turn > 0) {
                        loaded.add(ours);
                        ratios.add(ours / bare);
                    }
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "medians: %,.0f messages/s to committed rows, ratio to only hearing %.2f%n",
                median(loaded),
                median(ratios));
        System.exit(0);
    }

    static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static Mqtt5AsyncClient connected(int port) {
        Mqtt5AsyncClient client = MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(port)
                .buildAsync();
        client.connect().join();
        return client;
    }

    /** Until the broker has all of them. */
    private static void publish(Mqtt5AsyncClient publisher, String topics, int messages) throws InterruptedException {
        Semaphore free = new Semaphore(UNDER_WAY);
        for (int i = 0; i < messages; i++) {
            free.acquire();
            String value =
                    "{\"id\":%d,\"customer\":%d,\"product\":\"product %d\",\"price\":%d.25,\"at\":\"2026-01-01 10:00:00\"}"
                            .formatted(i, i * 7919L % 100_000, i % 500, i % 1000);
            var _ = publisher
                    .publishWith()
                    .topic(topics + i % 16)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(value.getBytes(UTF_8))
                    .send()
                    .whenComplete((_, _) -> free.release());
        }
        free.acquire(UNDER_WAY);
    }

    /** How many seconds it takes to hear and acknowledge so many messages, on topics of their own. */
    private static double heard(int port, Mqtt5AsyncClient publisher, int messages) throws InterruptedException {
        Mqtt5AsyncClient listener = connected(port);
        AtomicInteger heard = new AtomicInteger();
        CompletableFuture<Void> all = new CompletableFuture<>();
        listener.publishes(
                MqttGlobalPublishFilter.ALL,
                message -> {
                    message.acknowledge();
                    if (heard.incrementAndGet() == messages) {
                        all.complete(null);
                    }
                },
                true);
        listener.subscribeWith()
                .topicFilter("bare/+")
                .qos(MqttQos.AT_LEAST_ONCE)
                .send()
                .join();
        long started = System.nanoTime();
        publish(publisher, "bare/", messages);
        all.join();
        double seconds = (System.nanoTime() - started) / 1e9;
        listener.disconnect().join();
        return seconds;
    }
}

package io.atalaya.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Time;

/**
 * Messages of a topic of Kafka through a pipeline's extract stage to committed rows, with commits of five seconds, against
 * a consumer that reads the same messages and does nothing with them, in turns, in one run. The broker is in the same
 * process. A message is a JSON object of six values, of which two are given a type.
 *
 * <p>Arguments: messages in a turn (1000000), turns (3), folder (a temporary one).
 */
public final class TopicToTable {
    private static final String TOPIC = "sales";
    private static final int PARTITIONS = 4;

    private TopicToTable() {}

    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        Path folder = arguments.length > 2 ? Path.of(arguments[2]) : Files.createTempDirectory("topic-to-table");
        String servers = "127.0.0.1:" + broker(folder.resolve("kafka"));
        List<Double> loaded = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        try (LoadedLake lake = LoadedLake.listening(folder, "kafka://" + servers)) {
            lake.pipeline("take", """
                    stages:
                      - name: take
                        extract:
                          kafka: {broker: events, topics: [%s]}
                          every: 5s
                          target: bench.sales
                          columns: [id, customer, product, state, price, at]
                          typed: {amount: {from: price, type: "decimal(12,2)"}, sold_at: {from: at, type: timestamp}}
                    """.formatted(TOPIC));
            lake.run("take");
            for (int turn = 0; turn <= turns; turn++) {
                send(servers, messages);
                double bare = messages / read(servers, messages, (long) turn * messages / PARTITIONS);
                long started = System.nanoTime();
                var run = lake.run("take");
                double ours = messages / ((System.nanoTime() - started) / 1e9);
                if (run.stage("take").rowsOut() != messages) {
                    throw new IllegalStateException(run.toString());
                }
                System.out.printf(
                        Locale.ROOT,
                        "%s: %,.0f messages/s to committed rows, %,.0f messages/s only read; %s%n",
                        turn == 0 ? "warm-up" : "turn " + turn,
                        ours,
                        bare,
                        run.stage("take").message().orElse(""));
                if (turn > 0) {
                    loaded.add(ours);
                    ratios.add(ours / bare);
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "medians: %,.0f messages/s to committed rows, ratio to only reading %.2f%n",
                median(loaded),
                median(ratios));
        System.exit(0);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static void send(String servers, int messages) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", servers, "compression.type", "lz4", "linger.ms", 20, "batch.size", 262_144);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < messages; i++) {
                String value =
                        "{\"id\":%d,\"customer\":%d,\"product\":\"product %d\",\"state\":\"CA\",\"price\":%d.25,\"at\":\"2026-01-01 10:00:00\"}"
                                .formatted(i, i * 7919L % 100_000, i % 500, i % 1000);
                var _ = producer.send(new ProducerRecord<>(TOPIC, i % PARTITIONS, null, value.getBytes(UTF_8)));
            }
        }
    }

    /** How many seconds it takes to read so many messages, and no more. */
    private static double read(String servers, int messages, long from) {
        Map<String, Object> settings = Map.of("bootstrap.servers", servers, "max.poll.records", 10_000);
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                partitions.add(new TopicPartition(TOPIC, partition));
            }
            long started = System.nanoTime();
            consumer.assign(partitions);
            partitions.forEach(partition -> consumer.seek(partition, from));
            int read = 0;
            while (read < messages) {
                read += consumer.poll(Duration.ofMillis(100)).count();
            }
            return (System.nanoTime() - started) / 1e9;
        }
    }

    /** Starts a broker, and returns its port. */
    private static int broker(Path folder) throws Exception {
        int port = freePort();
        int controller = freePort();
        Properties properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", "1");
        properties.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
        properties.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controller);
        properties.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("log.dirs", folder.toString());
        properties.put("offsets.topic.replication.factor", "1");
        Files.createDirectories(folder);
        Path file = folder.resolve("server.properties");
        try (var out = Files.newBufferedWriter(file)) {
            properties.store(out, null);
        }
        String[] format = {"format", "-t", Uuid.randomUuid().toString(), "-c", file.toString()};
        if (StorageTool.execute(format, new PrintStream(new ByteArrayOutputStream(), true, UTF_8)) != 0) {
            throw new IllegalStateException("the storage of Kafka cannot be made in " + folder);
        }
        new KafkaRaftServer(KafkaConfig.fromProps(properties), Time.SYSTEM).startup();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + port))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
        return port;
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }
}

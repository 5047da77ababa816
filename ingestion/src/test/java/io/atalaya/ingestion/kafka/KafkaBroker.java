package io.atalaya.ingestion.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.atalaya.ingestion.stream.ServerCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Time;

/** A Kafka cluster of one broker in this process, the same for all tests. */
public final class KafkaBroker {
    private static final AtomicInteger TOPICS = new AtomicInteger();

    private static final class Shared {
        private static final KafkaBroker BROKER = new KafkaBroker();
    }

    private final int port;
    private final int guarded;
    private final int encrypted;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;

    private KafkaBroker() {
        try {
            Path folder = Files.createTempDirectory("atalaya-kafka");
            port = freePort();
            guarded = freePort();
            encrypted = freePort();
            int controller = freePort();
            Properties properties = new Properties();
            properties.put("process.roles", "broker,controller");
            properties.put("node.id", "1");
            properties.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
            String open = "PLAINTEXT://127.0.0.1:" + port + ",SASL_PLAINTEXT://127.0.0.1:" + guarded
                    + ",SSL://127.0.0.1:" + encrypted;
            properties.put("listeners", open + ",CONTROLLER://127.0.0.1:" + controller);
            properties.put("advertised.listeners", open);
            properties.put(
                    "listener.name.ssl.ssl.keystore.location",
                    ServerCertificate.shared().store().toString());
            properties.put("listener.name.ssl.ssl.keystore.type", "PKCS12");
            properties.put("listener.name.ssl.ssl.keystore.password", ServerCertificate.PASSWORD);
            properties.put("listener.name.ssl.ssl.key.password", ServerCertificate.PASSWORD);
            properties.put("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512");
            properties.put(
                    "listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config",
                    "org.apache.kafka.common.security.scram.ScramLoginModule required;");
            properties.put(
                    "listener.name.sasl_plaintext.plain.sasl.jaas.config",
                    "org.apache.kafka.common.security.plain.PlainLoginModule required user_till=\"tower\\\"7\";");
            properties.put("controller.listener.names", "CONTROLLER");
            properties.put(
                    "listener.security.protocol.map",
                    "PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SSL:SSL,CONTROLLER:PLAINTEXT");
            properties.put("log.dirs", folder.resolve("log").toString());
            properties.put("offsets.topic.replication.factor", "1");
            properties.put("transaction.state.log.replication.factor", "1");
            properties.put("transaction.state.log.min.isr", "1");
            properties.put("transaction.state.log.num.partitions", "1");
            properties.put("auto.create.topics.enable", "false");
            Path file = folder.resolve("server.properties");
            try (var out = Files.newBufferedWriter(file)) {
                properties.store(out, null);
            }
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            int status = StorageTool.execute(
                    new String[] {"format", "-t", Uuid.randomUuid().toString(), "-c", file.toString()},
                    new PrintStream(said, true, UTF_8));
            if (status != 0) {
                throw new IllegalStateException("The storage of Kafka cannot be made: " + said.toString(UTF_8));
            }
            KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(properties), Time.SYSTEM);
            server.startup();
            Map<String, Object> client = Map.of("bootstrap.servers", "127.0.0.1:" + port);
            admin = Admin.create(client);
            producer = producer(Map.of());
            done(admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            "till", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), "tower\"7")))
                    .all());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                producer.close(Duration.ZERO);
                admin.close(Duration.ZERO);
                server.shutdown();
                try {
                    new ProcessBuilder("rm", "-rf", folder.toString()).start().waitFor();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            }));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** The broker of this test run. */
    public static KafkaBroker shared() {
        return Shared.BROKER;
    }

    public String address() {
        return "kafka://127.0.0.1:" + port;
    }

    /** Where it speaks TLS, as {@link ServerCertificate} says it is. */
    public String encrypted() {
        return "kafkas://127.0.0.1:" + encrypted;
    }

    /** The same, without the password being sent. */
    public String guardedByChallenge() {
        return "kafka://127.0.0.1:" + guarded;
    }

    /** Where it lets in user {@code till} with the password {@code tower"7}. */
    public String guarded() {
        return "kafka://127.0.0.1:" + guarded + "?mechanism=PLAIN";
    }

    /** A producer of one's own. */
    public KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(more);
        all.put("bootstrap.servers", "127.0.0.1:" + port);
        all.put("compression.type", "lz4");
        all.put("linger.ms", 5);
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** A new, empty topic. */
    public String topic(int partitions) {
        String name = "topic." + TOPICS.incrementAndGet();
        make(name, partitions);
        return name;
    }

    public void make(String topic, int partitions) {
        done(admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                .all());
    }

    public void delete(String topic) {
        done(admin.deleteTopics(List.of(topic)).all());
    }

    public void grow(String topic, int partitions) {
        done(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions)))
                .all());
    }

    /** Removes the messages before an offset, as retention does. */
    public void forget(String topic, int partition, long before) {
        done(admin.deleteRecords(Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(before)))
                .all());
    }

    /** Sends messages to a partition, and waits until they are there. */
    public void send(String topic, int partition, String... values) {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (String value : values) {
            sent.add(producer.send(new ProducerRecord<>(topic, partition, null, value.getBytes(UTF_8))));
        }
        sent.forEach(KafkaBroker::done);
    }

    public void send(ProducerRecord<byte[], byte[]> message) {
        done(producer.send(message));
    }

    private static <T> void done(Future<T> future) {
        try {
            future.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

package io.atalaya.ingestion.kafka;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.stream.BrokerSettings;
import io.atalaya.policies.Sentence;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A Kafka cluster as pipelines read it: only messages that are committed, and without a group that would keep offsets. */
final class KafkaCluster implements AutoCloseable {
    private static final int TIMEOUT_MS = 15_000;
    private static final int FETCH_BYTES = 16 << 20;
    private static final int PARTITION_BYTES = 4 << 20;
    private static final int POLLED = 10_000;
    private static final String MECHANISM = "mechanism=";

    private final String name;
    private final Map<String, Object> properties;
    private final Admin admin;

    /** The cluster of that address, {@code kafka://host:9092,host:9092} or, with TLS, {@code kafkas://…}. */
    KafkaCluster(String name, BrokerSettings settings) {
        this.name = name;
        this.properties = properties(settings);
        try {
            this.admin = Admin.create(properties);
        } catch (KafkaException e) {
            throw failure(e);
        }
    }

    private static Map<String, Object> properties(BrokerSettings settings) {
        Map<String, Object> all = new HashMap<>();
        URI address = settings.address();
        boolean tls = address.getScheme().equals("kafkas");
        all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, address.getRawAuthority());
        all.put(CommonClientConfigs.CLIENT_ID_CONFIG, "atalaya");
        all.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        all.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        all.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        all.put("enable.metrics.push", false);
        Optional<String> user = settings.user();
        all.put(
                CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
                (user.isPresent() ? "SASL_" : "") + (tls ? "SSL" : "PLAINTEXT"));
        settings.authority().filter(_ -> tls).ifPresent(file -> {
            all.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
            all.put(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, file.toString());
        });
        if (user.isPresent()) {
            String mechanism = Optional.ofNullable(address.getQuery())
                    .filter(query -> query.startsWith(MECHANISM))
                    .map(query -> query.substring(MECHANISM.length()))
                    .orElse("SCRAM-SHA-512");
            String module = mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
            all.put(SaslConfigs.SASL_MECHANISM, mechanism);
            all.put(
                    SaslConfigs.SASL_JAAS_CONFIG,
                    "org.apache.kafka.common.security.%s required username=%s password=%s;"
                            .formatted(
                                    module,
                                    quoted(user.get()),
                                    quoted(settings.password().orElse(""))));
        }
        return all;
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** The name pipelines know it by. */
    String name() {
        return name;
    }

    /** A consumer that belongs to no group. */
    Consumer<byte[], byte[]> consumer() {
        Map<String, Object> all = new HashMap<>(properties);
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        all.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        all.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, PARTITION_BYTES);
        all.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLLED);
        try {
            return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw failure(e);
        }
    }

    /** The partitions of these topics, each with the messages that can be read of it now. */
    Map<TopicPartition, There> there(List<String> topics) throws InterruptedException {
        try {
            Map<String, TopicDescription> described =
                    admin.describeTopics(topics).allTopicNames().get();
            Map<TopicPartition, String> ids = new HashMap<>();
            described.forEach((topic, description) -> description
                    .partitions()
                    .forEach(partition -> ids.put(
                            new TopicPartition(topic, partition.partition()),
                            description.topicId().toString())));
            var ends = offsets(ids.keySet(), OffsetSpec.latest());
            var begins = offsets(ids.keySet(), OffsetSpec.earliest()).all().get();
            Map<TopicPartition, There> there = new HashMap<>();
            for (var end : ends.all().get().entrySet()) {
                TopicPartition partition = end.getKey();
                there.put(
                        partition,
                        new There(
                                Objects.requireNonNull(ids.get(partition)),
                                Objects.requireNonNull(begins.get(partition)).offset(),
                                end.getValue().offset()));
            }
            return there;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new IngestionException.BadStage(
                        "Broker '{0}' has no topic {1}, or does not let its user read it", name, missing(topics));
            }
            throw e.getCause() instanceof KafkaException failure ? failure(failure) : new IllegalStateException(e);
        }
    }

    private ListOffsetsResult offsets(Set<TopicPartition> partitions, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, which));
        return admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED));
    }

    private String missing(List<String> topics) throws InterruptedException {
        try {
            Set<String> missing = new HashSet<>(topics);
            missing.removeAll(admin.listTopics().names().get());
            return String.join(
                    " and ",
                    missing.isEmpty() ? topics : missing.stream().sorted().toList());
        } catch (ExecutionException _) {
            return String.join(" or ", topics);
        }
    }

    /**
     * What is there of a partition.
     *
     * @param topic the id of its topic
     * @param first the offset of the oldest message
     * @param end the offset behind the last message that is committed
     */
    record There(String topic, long first, long end) {}

    /** What the cluster answered, without anything secret. */
    IngestionException failure(KafkaException e) {
        return switch (e) {
            case SslAuthenticationException _ ->
                new IngestionException.BadStage(
                        Sentence.of(
                                "Nobody known here vouches for the certificate of broker '{0}'; name a file of who does in the server's setting brokers.{1}.authority",
                                name, name),
                        e);
            case AuthenticationException _ ->
                new IngestionException.BadStage(
                        Sentence.of(
                                "Broker '{0}' does not accept the user and password of the server's settings", name),
                        e);
            case AuthorizationException _ ->
                new IngestionException.BadStage(
                        Sentence.of("Broker '{0}' does not let its user read: {1}", name, e.getMessage()), e);
            case TimeoutException _ ->
                new IngestionException.Unavailable(Sentence.of("Broker '{0}' does not answer", name), e);
            case RetriableException _ ->
                new IngestionException.Unavailable(
                        Sentence.of("Broker '{0}' cannot answer now: {1}", name, e.getMessage()), e);
            default ->
                new IngestionException.Unavailable(Sentence.of("Broker '{0}' failed: {1}", name, e.getMessage()), e);
        };
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}

package io.atalaya.ingestion.stream;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.atalaya.ingestion.pipeline.MessageStream.Mqtt;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to a topic of a broker, at least once: a message is acknowledged when it is on disk, and the broker keeps what
 * comes while nobody listens, for a week. Connects again by itself.
 */
final class MqttSubscription implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MqttSubscription.class);
    private static final long KEPT_BY_BROKER = TimeUnit.DAYS.toSeconds(7);

    private final Mqtt mqtt;
    private final StreamLog log;
    private final Clock clock;
    private final Mqtt5AsyncClient client;
    private volatile Optional<String> problem = Optional.of("not connected yet");

    /**
     * Begins to listen.
     *
     * @param name the same whenever this stage listens, by which the broker knows what it has not had
     */
    MqttSubscription(String name, Mqtt mqtt, BrokerSettings broker, StreamLog log, Clock clock) {
        this.mqtt = mqtt;
        this.log = log;
        this.clock = clock;
        boolean tls = broker.address().getScheme().equals("mqtts");
        Mqtt5ClientBuilder builder = MqttClient.builder()
                .useMqttVersion5()
                .identifier(name)
                .serverHost(broker.address().getHost())
                .serverPort(broker.address().getPort() > 0 ? broker.address().getPort() : tls ? 8883 : 1883)
                .automaticReconnect()
                .initialDelay(200, TimeUnit.MILLISECONDS)
                .maxDelay(30, TimeUnit.SECONDS)
                .applyAutomaticReconnect()
                .addConnectedListener(_ -> subscribe())
                .addDisconnectedListener(context -> problem =
                        Optional.of("not connected: " + context.getCause().getMessage()));
        if (tls) {
            builder = broker.authority().isEmpty()
                    ? builder.sslWithDefaultConfig()
                    : builder.sslConfig()
                            .trustManagerFactory(Authority.of(broker.authority().get()))
                            .applySslConfig();
        }
        if (broker.user().isPresent()) {
            builder = builder.simpleAuth()
                    .username(broker.user().get())
                    .password(broker.password().orElse("").getBytes(StandardCharsets.UTF_8))
                    .applySimpleAuth();
        }
        client = builder.buildAsync();
        // Before connecting, or what the broker has kept would come before anybody takes it.
        client.publishes(MqttGlobalPublishFilter.ALL, this::take, true);
        var _ = client.connectWith()
                .cleanStart(false)
                .sessionExpiryInterval(KEPT_BY_BROKER)
                .send()
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        LOG.warn("not connected: broker={} reason={}", mqtt.broker(), failure.getMessage());
                    }
                });
    }

    private void subscribe() {
        var _ = client.subscribeWith()
                .topicFilter(mqtt.topic())
                .qos(MqttQos.AT_LEAST_ONCE)
                .send()
                .whenComplete((_, failure) -> problem =
                        failure == null ? Optional.empty() : Optional.of("not subscribed: " + failure.getMessage()));
    }

    private void take(Mqtt5Publish message) {
        Map<String, String> about = new LinkedHashMap<>();
        about.put("_received_at", Streams.time(clock));
        about.put("_topic", message.getTopic().toString());
        try {
            var _ = log.keep(Message.line(about, message.getPayloadAsBytes())).whenComplete((_, failure) -> {
                if (failure == null) {
                    message.acknowledge();
                } else {
                    // Not acknowledged, so the broker sends it again when the connection is made anew.
                    problem = Optional.of("messages cannot be kept: " + failure.getMessage());
                }
            });
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Why nothing is heard; empty if all is well. */
    Optional<String> problem() {
        return problem;
    }

    @Override
    public void close() {
        var _ = client.disconnect();
    }
}

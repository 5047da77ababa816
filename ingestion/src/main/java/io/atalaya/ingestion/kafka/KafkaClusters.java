package io.atalaya.ingestion.kafka;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.stream.BrokerSettings;
import io.atalaya.policies.Principal;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Kafka clusters that pipelines may read, each connected to when it is first asked for. */
public final class KafkaClusters implements AutoCloseable {
    private final Map<String, BrokerSettings> brokers;
    private final Map<String, KafkaCluster> open = new HashMap<>();

    /** Clusters by the names pipelines know them by; brokers of other kinds may be among them. */
    public KafkaClusters(Map<String, BrokerSettings> brokers) {
        this.brokers = Map.copyOf(brokers);
    }

    /**
     * The cluster of that name, which the principal may read.
     *
     * @throws IngestionException.NotAllowed if there is none of that name, or not for this principal
     */
    synchronized KafkaCluster of(Principal principal, String name) {
        BrokerSettings settings = Optional.ofNullable(brokers.get(name))
                .filter(broker -> broker.usedBy().contains(principal.name())
                        || principal.profiles().stream().anyMatch(broker.usedBy()::contains))
                .orElseThrow(() -> new IngestionException.NotAllowed(
                        "There is no broker '{0}' for '{1}'; the server's settings name it under brokers.{2}, and in usedBy who may read it",
                        name, principal.name(), name));
        if (!isAddress(settings.address())) {
            throw new IngestionException.BadStage(
                    "Broker '{0}' is none of Kafka: its address in the server's settings does not begin with kafka:// or kafkas://",
                    name);
        }
        return open.computeIfAbsent(name, _ -> new KafkaCluster(name, settings));
    }

    /** Whether that is the address of a Kafka cluster. */
    public static boolean isAddress(URI address) {
        return List.of("kafka", "kafkas").contains(String.valueOf(address.getScheme()))
                && address.getRawAuthority() != null;
    }

    @Override
    public synchronized void close() {
        open.values().forEach(KafkaCluster::close);
        open.clear();
    }
}

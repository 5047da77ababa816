package io.atalaya.ingestion.stream;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * A broker of MQTT, or a Kafka cluster, that pipelines may listen to, as the server's settings name it.
 *
 * @param address {@code mqtt://host:1883} or, with TLS, {@code mqtts://host:8883}; {@code kafka://host:9092,host:9092}
 *     or {@code kafkas://…}, with {@code ?mechanism=PLAIN} or another of SASL if it is not {@code SCRAM-SHA-512}
 * @param authority the certificates of whoever vouches for it, as PEM; those that Java knows vouch if there is no such file
 * @param usedBy users and profiles whose pipelines may; nobody else's
 */
public record BrokerSettings(
        URI address, Optional<String> user, Optional<String> password, Optional<Path> authority, Set<String> usedBy) {
    public BrokerSettings {
        usedBy = Set.copyOf(usedBy);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "BrokerSettings[address=" + address + ", user=" + user + ", usedBy=" + usedBy + "]";
    }
}

package io.atalaya.catalog.config;

import io.atalaya.ingestion.SourceSettings;
import io.atalaya.ingestion.cloud.CloudSettings;
import io.atalaya.ingestion.database.DatabaseSettings;
import io.atalaya.ingestion.kafka.KafkaClusters;
import io.atalaya.ingestion.publish.FolderSettings;
import io.atalaya.ingestion.stream.BrokerSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads where pipelines may take data from. */
final class SourceConfig {
    private final Settings settings;
    private final SecretReferences secrets;
    private final Path data;

    SourceConfig(Settings settings, SecretReferences secrets, Path data) {
        this.settings = settings;
        this.secrets = secrets;
        this.data = data;
    }

    SourceSettings read() {
        Map<String, DatabaseSettings> databases = new HashMap<>();
        for (String name : names("databases", "url", "user", "password", "usedby", "publishedby")) {
            String key = "databases." + name;
            databases.put(
                    name,
                    new DatabaseSettings(
                            settings.required(key + ".url", "it is the JDBC address of database '" + name + "'"),
                            settings.text(key + ".user"),
                            password(key),
                            settings.words(key + ".usedby", Set.of()),
                            settings.words(key + ".publishedby", Set.of())));
        }
        Map<String, FolderSettings> folders = new HashMap<>();
        for (String name : names("folders", "path", "usedby")) {
            String key = "folders." + name;
            String path = settings.required(key + ".path", "it is the absolute path of folder '" + name + "'");
            if (!Path.of(path).isAbsolute()) {
                throw settings.fault(key + ".path", "must be absolute");
            }
            folders.put(name, new FolderSettings(Path.of(path), settings.words(key + ".usedby", Set.of())));
        }
        Map<String, BrokerSettings> brokers = new HashMap<>();
        for (String name : names("brokers", "address", "user", "password", "authority", "usedby")) {
            String key = "brokers." + name;
            brokers.put(
                    name,
                    new BrokerSettings(
                            address(key + ".address"),
                            settings.text(key + ".user"),
                            password(key),
                            settings.text(key + ".authority").map(text -> certificates(key + ".authority", text)),
                            settings.words(key + ".usedby", Set.of())));
        }
        Map<String, CloudSettings> clouds = new HashMap<>();
        for (String name : names("clouds", "region", "endpoint", "key", "secret", "usedby")) {
            String key = "clouds." + name;
            clouds.put(
                    name,
                    new CloudSettings(
                            settings.required(key + ".region", "it is the region, such as eu-west-1"),
                            settings.text(key + ".endpoint").map(text -> endpoint(key + ".endpoint", text)),
                            settings.required(key + ".key", "it is the id of the access key"),
                            secrets.resolve(
                                    settings,
                                    key + ".secret",
                                    settings.required(key + ".secret", "it is env:VARIABLE or file:PATH")),
                            settings.words(key + ".usedby", Set.of())));
        }
        return new SourceSettings(
                databases,
                data.resolve(settings.text("drivers").orElse("drivers")),
                brokers,
                data.resolve("streams"),
                clouds,
                folders);
    }

    private Path certificates(String key, String text) {
        Path file = Path.of(text);
        if (!file.isAbsolute() || !Files.isReadable(file)) {
            throw settings.fault(key, "must be the absolute path of a file of certificates (PEM) that can be read");
        }
        return file;
    }

    private Set<String> names(String group, String... possible) {
        List<String> keys = List.of(possible);
        Set<String> names = new TreeSet<>();
        settings.below(group).keySet().forEach(key -> {
            int dot = key.lastIndexOf('.');
            if (dot < 1 || !keys.contains(key.substring(dot + 1))) {
                throw settings.fault(group + "." + key, "is no setting; possible: " + String.join(", ", keys));
            }
            names.add(key.substring(0, dot));
        });
        return names;
    }

    private Optional<String> password(String key) {
        return settings.text(key + ".password")
                .map(reference -> secrets.resolve(settings, key + ".password", reference));
    }

    private URI endpoint(String key, String text) {
        try {
            URI address = URI.create(text);
            if (address.getHost() != null && List.of("http", "https").contains(String.valueOf(address.getScheme()))) {
                return address;
            }
        } catch (IllegalArgumentException _) {
            // told below
        }
        throw settings.fault(key, "'%s' is not an address such as https://s3.example:9000".formatted(text));
    }

    private URI address(String key) {
        String text = settings.required(
                key, "it is where the broker is, such as mqtts://broker.example:8883 or kafkas://broker.example:9093");
        try {
            URI address = URI.create(text);
            // Of a Kafka cluster several hosts may be named, which is no host to Java.
            if (KafkaClusters.isAddress(address)) {
                return address;
            }
            if (address.getHost() != null && List.of("mqtt", "mqtts").contains(String.valueOf(address.getScheme()))) {
                return address;
            }
        } catch (IllegalArgumentException _) {
            // told below
        }
        throw settings.fault(
                key,
                "'%s' is not an address such as mqtts://broker.example:8883 or kafkas://broker.example:9093"
                        .formatted(text));
    }
}

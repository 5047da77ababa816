package io.atalaya.catalog.config;

import io.atalaya.ingestion.database.DatabaseSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where pipelines may take data from.
 *
 * @param databases relational databases, by the names that pipelines know them by
 * @param drivers folder with jars of JDBC drivers; it need not exist
 */
public record SourceConfig(Map<String, DatabaseSettings> databases, Path drivers) {
    private static final Set<String> KEYS = Set.of("url", "user", "password", "usedby");

    public SourceConfig {
        databases = Map.copyOf(databases);
    }

    static SourceConfig read(Settings settings, SecretReferences secrets, Path data) {
        Set<String> names = new TreeSet<>();
        settings.below("databases").keySet().forEach(key -> {
            int dot = key.lastIndexOf('.');
            if (dot < 1 || !KEYS.contains(key.substring(dot + 1))) {
                throw settings.fault(
                        "databases." + key, "is no setting of a database; it has url, user, password and usedBy");
            }
            names.add(key.substring(0, dot));
        });
        Map<String, DatabaseSettings> databases = new TreeMap<>();
        for (String name : names) {
            String key = "databases." + name;
            databases.put(
                    name,
                    new DatabaseSettings(
                            settings.required(key + ".url", "it is the JDBC address of database '" + name + "'"),
                            settings.text(key + ".user"),
                            settings.text(key + ".password")
                                    .map(reference -> secrets.resolve(settings, key + ".password", reference)),
                            settings.words(key + ".usedby", Set.of())));
        }
        return new SourceConfig(
                databases, settings.text("drivers").map(data::resolve).orElse(data.resolve("drivers")));
    }
}

package io.atalaya.catalog.config;

import io.atalaya.ingestion.database.DatabaseSettings;
import io.atalaya.ingestion.file.BucketSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where pipelines may take data from.
 *
 * @param databases relational databases, by the names that pipelines know them by
 * @param buckets of S3, by their names
 * @param drivers folder with jars of JDBC drivers; it need not exist
 */
public record SourceConfig(Map<String, DatabaseSettings> databases, Map<String, BucketSettings> buckets, Path drivers) {
    private static final Set<String> DATABASE = Set.of("url", "user", "password", "usedby");
    private static final Set<String> BUCKET = Set.of("region", "endpoint", "key", "secret", "usedby");

    public SourceConfig {
        databases = Map.copyOf(databases);
        buckets = Map.copyOf(buckets);
    }

    static SourceConfig read(Settings settings, SecretReferences secrets, Path data) {
        return new SourceConfig(
                databases(settings, secrets),
                buckets(settings, secrets),
                settings.text("drivers").map(data::resolve).orElse(data.resolve("drivers")));
    }

    private static Set<String> names(Settings settings, String kind, Set<String> keys, String fault) {
        Set<String> names = new TreeSet<>();
        settings.below(kind).keySet().forEach(key -> {
            int dot = key.lastIndexOf('.');
            if (dot < 1 || !keys.contains(key.substring(dot + 1))) {
                throw settings.fault(kind + "." + key, fault);
            }
            names.add(key.substring(0, dot));
        });
        return names;
    }

    private static Map<String, BucketSettings> buckets(Settings settings, SecretReferences secrets) {
        Map<String, BucketSettings> buckets = new TreeMap<>();
        for (String name : names(
                settings,
                "buckets",
                BUCKET,
                "is no setting of a bucket; it has region, endpoint, key, secret and usedBy")) {
            String key = "buckets." + name;
            String about = "it is part of the access to bucket '" + name + "'";
            buckets.put(
                    name,
                    new BucketSettings(
                            settings.text(key + ".region").orElse("us-east-1"),
                            settings.text(key + ".endpoint").map(URI::create),
                            settings.required(key + ".key", about),
                            secrets.resolve(settings, key + ".secret", settings.required(key + ".secret", about)),
                            settings.words(key + ".usedby", Set.of())));
        }
        return buckets;
    }

    private static Map<String, DatabaseSettings> databases(Settings settings, SecretReferences secrets) {
        Map<String, DatabaseSettings> databases = new TreeMap<>();
        for (String name : names(
                settings,
                "databases",
                DATABASE,
                "is no setting of a database; it has url, user, password and usedBy")) {
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
        return databases;
    }
}

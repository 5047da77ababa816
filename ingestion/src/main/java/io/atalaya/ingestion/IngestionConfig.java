package io.atalaya.ingestion;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How pipelines are run on this node.
 *
 * @param rawStorage folder in which files are kept as delivered
 * @param temp folder for what is being worked on; emptied at start
 * @param poll how often schedules and drop folders are looked at
 * @param runs how many run at the same time on this node
 * @param runsEverywhere how many run at the same time on all nodes together; empty: as many as the nodes can
 * @param triggers whether time tables and arriving files start runs on this node; requests through the API always do
 * @param onlyNode whether no other node shares the database, so that what ran when the process died resumes at once
 * @param privateWebhooks whether webhooks may go to private, local and link-local addresses
 * @param secrets by name, for signing webhooks
 * @param sources where pipelines may take data from
 */
public record IngestionConfig(
        Path rawStorage,
        Path temp,
        Duration poll,
        int runs,
        OptionalInt runsEverywhere,
        boolean triggers,
        boolean onlyNode,
        boolean privateWebhooks,
        Map<String, String> secrets,
        SourceSettings sources) {
    public IngestionConfig {
        secrets = Map.copyOf(secrets);
    }

    /** What fits one machine. */
    public static IngestionConfig in(Path data) {
        return new IngestionConfig(
                data.resolve("raw"),
                data.resolve("temp/ingestion"),
                Duration.ofSeconds(2),
                2,
                OptionalInt.empty(),
                true,
                true,
                false,
                Map.of(),
                SourceSettings.none(data));
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "IngestionConfig[rawStorage=%s, temp=%s, poll=%s, runs=%d, runsEverywhere=%s, triggers=%s, onlyNode=%s, privateWebhooks=%s, secrets=%s, sources=%s]"
                .formatted(
                        rawStorage,
                        temp,
                        poll,
                        runs,
                        runsEverywhere,
                        triggers,
                        onlyNode,
                        privateWebhooks,
                        secrets.keySet(),
                        sources);
    }
}

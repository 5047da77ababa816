package io.atalaya.ingestion;

import io.atalaya.ingestion.cloud.CloudSettings;
import io.atalaya.ingestion.database.DatabaseSettings;
import io.atalaya.ingestion.publish.FolderSettings;
import io.atalaya.ingestion.stream.BrokerSettings;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where pipelines may take data from, and put it.
 *
 * @param databases relational databases, by the names that pipelines know them by
 * @param drivers folder with jars of JDBC drivers; it need not exist
 * @param brokers of MQTT, by the names that pipelines know them by
 * @param streams folder in which messages are gathered
 * @param clouds accounts of AWS, by the names that pipelines know them by
 * @param folders that pipelines may publish files to, by the names that they know them by
 */
public record SourceSettings(
        Map<String, DatabaseSettings> databases,
        Path drivers,
        Map<String, BrokerSettings> brokers,
        Path streams,
        Map<String, CloudSettings> clouds,
        Map<String, FolderSettings> folders) {
    public SourceSettings {
        databases = Map.copyOf(databases);
        brokers = Map.copyOf(brokers);
        clouds = Map.copyOf(clouds);
        folders = Map.copyOf(folders);
    }

    /** None but what is posted. */
    public static SourceSettings none(Path data) {
        return new SourceSettings(
                Map.of(), data.resolve("drivers"), Map.of(), data.resolve("streams"), Map.of(), Map.of());
    }
}

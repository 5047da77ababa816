package io.atalaya.ingestion.pipeline;

import java.time.Duration;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * A stream of Kinesis, each message a JSON object.
 *
 * @param cloud the account it is of, by its name among the server's settings
 * @param start where the stream is begun
 * @param onLoss what is done when shards that were not read to their end are not there any more
 * @param every how long one commit may read
 * @param landing how a message becomes a row; its folder is none
 */
public record KinesisStream(
        String cloud,
        String stream,
        KafkaTopics.Start start,
        KafkaTopics.OnLoss onLoss,
        Duration every,
        FileDrop landing)
        implements Source {
    @Override
    public TableIdentifier target() {
        return landing.target();
    }

    @Override
    public TableIdentifier quarantine() {
        return landing.quarantine();
    }
}

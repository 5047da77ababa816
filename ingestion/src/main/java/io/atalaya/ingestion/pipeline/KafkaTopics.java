package io.atalaya.ingestion.pipeline;

import java.time.Duration;
import java.util.List;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Topics of a Kafka cluster, each message a JSON object.
 *
 * @param broker its name among the server's settings
 * @param topics never empty
 * @param start where a topic is begun that was never read
 * @param onLoss what is done when messages that were not read are not there any more
 * @param every how long messages are gathered before they are loaded, and how long one commit may read
 * @param landing how a message becomes a row; its folder is none
 */
public record KafkaTopics(
        String broker, List<String> topics, Start start, OnLoss onLoss, Duration every, FileDrop landing)
        implements Source {
    public KafkaTopics {
        topics = List.copyOf(topics);
    }

    /** Where a topic is begun that was never read. */
    public enum Start {
        /** With the oldest message that is there. */
        EARLIEST,
        /** With what comes from then on. */
        LATEST
    }

    /** What is done when messages that were not read are not there any more. */
    public enum OnLoss {
        /** The stage fails, and says which ones. */
        STOP,
        /** It goes on with the oldest message that is there, and says so in the log of the run. */
        GO_ON
    }

    @Override
    public TableIdentifier target() {
        return landing.target();
    }

    @Override
    public TableIdentifier quarantine() {
        return landing.quarantine();
    }
}

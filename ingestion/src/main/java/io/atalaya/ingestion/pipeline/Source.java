package io.atalaya.ingestion.pipeline;

import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;

/** Where an extract stage takes rows from. Each kind knows what it has taken, so that nothing is taken twice. */
public sealed interface Source
        permits FileDrop, DatabaseTable, MessageStream, KafkaTopics, KinesisStream, CapturedTable {
    /** Where the rows go. */
    TableIdentifier target();

    /** Where damaged rows go. */
    TableIdentifier quarantine();

    /** What stream it is; empty of files and of tables that are read as they are. */
    default Optional<Streamed> streamed() {
        return switch (this) {
            case FileDrop _, DatabaseTable _ -> Optional.empty();
            case MessageStream stream ->
                Optional.of(
                        switch (stream.from()) {
                            case MessageStream.Push _ -> new Streamed("push", Optional.empty());
                            case MessageStream.Mqtt mqtt -> new Streamed("mqtt", Optional.of(mqtt.broker()));
                        });
            case KafkaTopics topics -> Optional.of(new Streamed("kafka", Optional.of(topics.broker())));
            case KinesisStream kinesis -> Optional.of(new Streamed("kinesis", Optional.of(kinesis.cloud())));
            case CapturedTable table -> Optional.of(new Streamed("captured", Optional.of(table.connection())));
        };
    }

    /**
     * A stream as people are told of it.
     *
     * @param kind {@code push}, {@code mqtt}, {@code kafka}, {@code kinesis} or {@code captured}
     * @param from the broker, database or account by its name in the settings; empty if messages are posted
     */
    record Streamed(String kind, Optional<String> from) {}
}

package io.atalaya.catalog.lineage;

import io.atalaya.ingestion.pipeline.CapturedTable;
import io.atalaya.ingestion.pipeline.DatabaseTable;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.pipeline.KafkaTopics;
import io.atalaya.ingestion.pipeline.KinesisStream;
import io.atalaya.ingestion.pipeline.MessageStream;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Source;
import io.atalaya.ingestion.pipeline.Stage;
import java.util.List;

/**
 * Something outside the lake that a stage reads, as OpenLineage names it. Addresses and folders are left out: the namespace
 * has the name that the server's settings give a broker, a database or an account.
 */
record Outside(String namespace, String name) {
    /** What the source of a stage reads; of topics each. */
    static List<Outside> of(Pipeline pipeline, Stage stage, Source source) {
        return switch (source) {
            case FileDrop drop ->
                List.of(
                        switch (drop.place()) {
                            case FileDrop.Place.Folder _ -> new Outside("files:" + pipeline.name(), drop.files());
                            case FileDrop.Place.Bucket bucket ->
                                new Outside("s3://" + bucket.name(), bucket.prefix() + drop.files());
                        });
            case DatabaseTable table -> List.of(new Outside("database:" + table.connection(), table.table()));
            case CapturedTable table -> List.of(new Outside("database:" + table.connection(), table.table()));
            case MessageStream stream ->
                List.of(
                        switch (stream.from()) {
                            case MessageStream.Push _ -> new Outside("push:" + pipeline.name(), stage.name());
                            case MessageStream.Mqtt(var broker, var topic) -> new Outside("mqtt:" + broker, topic);
                        });
            case KafkaTopics topics ->
                topics.topics().stream()
                        .map(topic -> new Outside("kafka:" + topics.broker(), topic))
                        .toList();
            case KinesisStream kinesis -> List.of(new Outside("kinesis:" + kinesis.cloud(), kinesis.stream()));
        };
    }
}

package io.atalaya.ingestion.pipeline;

import org.apache.iceberg.catalog.TableIdentifier;

/** Where an extract stage takes rows from. Each kind knows what it has taken, so that nothing is taken twice. */
public sealed interface Source
        permits FileDrop, DatabaseTable, MessageStream, KafkaTopics, KinesisStream, CapturedTable {
    /** Where the rows go. */
    TableIdentifier target();

    /** Where damaged rows go. */
    TableIdentifier quarantine();
}

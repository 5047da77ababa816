package io.atalaya.ingestion.kafka;

import io.atalaya.ingestion.extract.RawColumns;
import io.atalaya.ingestion.kafka.KafkaCluster.There;
import io.atalaya.ingestion.message.MessageCommits;
import io.atalaya.ingestion.message.MessageCommits.Totals;
import io.atalaya.ingestion.pipeline.KafkaTopics;
import io.atalaya.ingestion.position.Positions;
import io.atalaya.ingestion.position.Positions.Flow;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.ingestion.text.JsonMessages;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.types.Types;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Messages of topics into a table. A run takes what is there when it begins, commit by commit; each commit holds how far
 * it has read, and has an identity that is made of where it began.
 */
public final class KafkaExtraction {
    private final KafkaClusters clusters;
    private final KafkaWatch watch;
    private final Targets targets;
    private final Positions positions;
    private final MessageCommits commits;

    public KafkaExtraction(
            KafkaClusters clusters, KafkaWatch watch, Targets targets, Positions positions, MessageCommits commits) {
        this.clusters = clusters;
        this.watch = watch;
        this.targets = targets;
        this.positions = positions;
        this.commits = commits;
    }

    /** One commit that is about to be made. */
    private record Portion(
            KafkaTopics source, Flow flow, Optional<String> from, Reading reading, Map<TopicPartition, There> there) {}

    /** The flow of a stage into that table; topics that are added belong to it. */
    static Flow flow(String pipeline, String stage, UUID target, KafkaTopics source) {
        return new Flow(pipeline, stage, target, "kafka/" + source.broker());
    }

    /** Loads what is there. */
    public Done run(StageWork work, KafkaTopics source) throws InterruptedException {
        String pipeline = work.pipeline().name();
        watch.begun(pipeline, work.stage());
        boolean failed = true;
        try {
            Done done = load(work, source);
            failed = false;
            return done;
        } finally {
            watch.ended(pipeline, work.stage(), failed);
        }
    }

    private Done load(StageWork work, KafkaTopics source) throws InterruptedException {
        Principal principal = work.principal();
        KafkaCluster cluster = clusters.of(principal, source.broker());
        Map<TopicPartition, There> there = cluster.there(source.topics());
        Map<TopicPartition, Long> ends = new HashMap<>();
        there.forEach((partition, now) -> ends.put(partition, now.end()));
        targets.ready(
                principal,
                source.target(),
                columns(source),
                source.landing().partitioning(),
                Set.of(Permission.INSERT));
        Flow flow = flow(
                work.pipeline().name(),
                work.stage(),
                targets.find(source.target()).orElseThrow().uuid(),
                source);
        Totals totals = new Totals();
        try (Consumer<byte[], byte[]> consumer = cluster.consumer()) {
            while (true) {
                work.goOn();
                Optional<String> from = positions.reached(flow, source.target());
                Reading reading = Reading.of(source, from.map(Offsets::parse).orElseGet(Offsets::none), there);
                reading.requireAll(source);
                reading.losses().forEach(loss -> work.warn(loss.toString()));
                if (!reading.isAnyBefore(ends) && !reading.mustNote()) {
                    break;
                }
                commit(work, cluster, consumer, new Portion(source, flow, from, reading, there), totals);
                there = cluster.there(source.topics());
            }
        } catch (KafkaException e) {
            throw cluster.failure(e);
        }
        return totals.done();
    }

    private static List<Types.NestedField> columns(KafkaTopics source) {
        JsonMessages messages = new JsonMessages(source.landing());
        List<Types.NestedField> columns =
                new ArrayList<>(RawColumns.of(messages.textColumns(), messages.typedColumns()));
        columns.add(RawColumns.optional("_topic", Types.StringType.get()));
        columns.add(RawColumns.optional("_partition", Types.IntegerType.get()));
        columns.add(RawColumns.optional("_offset", Types.LongType.get()));
        columns.add(RawColumns.optional("_timestamp", Types.TimestampType.withoutZone()));
        columns.add(RawColumns.optional("_key", Types.StringType.get()));
        columns.add(RawColumns.optional("_headers", Types.StringType.get()));
        columns.add(RawColumns.optional("_tombstone", Types.BooleanType.get()));
        columns.add(RawColumns.optional("_ingested_at", Types.TimestampType.withoutZone()));
        return columns;
    }

    private void commit(
            StageWork work, KafkaCluster cluster, Consumer<byte[], byte[]> consumer, Portion portion, Totals totals) {
        KafkaTopics source = portion.source();
        JsonMessages messages = new JsonMessages(source.landing());
        Reading reading = portion.reading();
        List<String> replaced = new ArrayList<>(RawColumns.nested(messages.typedColumns()));
        replaced.add("make_timestamp_ms(CAST(_timestamp AS BIGINT)) AS _timestamp");
        commits.commit(
                work,
                new MessageCommits.Portion(
                        source.landing(),
                        portion.flow(),
                        portion.from(),
                        "* REPLACE (" + String.join(", ", replaced) + ")"),
                (damaged, progress) -> {
                    consumer.assign(reading.from().keySet());
                    reading.from().forEach(consumer::seek);
                    return new TopicFeed(
                            cluster,
                            consumer,
                            reading.to(),
                            source.every(),
                            messages,
                            damaged,
                            progress,
                            next -> portion.from()
                                    .map(Offsets::parse)
                                    .orElseGet(Offsets::none)
                                    .then(Reading.topics(next, portion.there()))
                                    .text());
                },
                totals);
    }
}

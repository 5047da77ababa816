package io.atalaya.ingestion.kafka;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.extract.RawColumns;
import io.atalaya.ingestion.kafka.KafkaCluster.There;
import io.atalaya.ingestion.pipeline.KafkaTopics;
import io.atalaya.ingestion.position.Positions;
import io.atalaya.ingestion.position.Positions.Flow;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.ingestion.table.Writes;
import io.atalaya.ingestion.text.JsonMessages;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.duckdb.DuckLiterals;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import io.atalaya.lakehouse.write.WriteBatch;
import io.atalaya.lakehouse.write.WriteResult;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
    private final Lakehouse lakehouse;
    private final Targets targets;
    private final Writes writes;
    private final Positions positions;
    private final Clock clock;

    public KafkaExtraction(
            KafkaClusters clusters,
            KafkaWatch watch,
            Lakehouse lakehouse,
            Targets targets,
            Writes writes,
            Positions positions,
            Clock clock) {
        this.clusters = clusters;
        this.watch = watch;
        this.lakehouse = lakehouse;
        this.targets = targets;
        this.writes = writes;
        this.positions = positions;
        this.clock = clock;
    }

    /** What the commits of a run came to. */
    private static final class Totals {
        private long read;
        private long landed;
        private long quarantined;
        private long commits;
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
                reading.losses().forEach(work::warn);
                if (!reading.isAnyBefore(ends) && !reading.mustNote()) {
                    break;
                }
                commit(work, cluster, consumer, new Portion(source, flow, from, reading, there), totals);
                there = cluster.there(source.topics());
            }
        } catch (KafkaException e) {
            throw cluster.failure(e);
        }
        return new Done(
                totals.read,
                totals.landed,
                totals.quarantined,
                totals.read == 0
                        ? "No new messages"
                        : "%,d messages in %,d commits, %,d in quarantine"
                                .formatted(totals.read, totals.commits, totals.quarantined));
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
        Principal principal = work.principal();
        String commitId = portion.flow().commitId(portion.from());
        writes.intent(work, principal, source.target(), "append", commitId);
        work.reached("intended");
        CommitProperties properties = CommitProperties.once(commitId)
                .with("atalaya.pipeline", work.pipeline().name())
                .with("atalaya.stage", work.stage())
                .with("atalaya.run", work.run().toString());
        Reading reading = portion.reading();
        consumer.assign(reading.from().keySet());
        reading.from().forEach(consumer::seek);
        PutAside damaged = new PutAside();
        JsonMessages messages = new JsonMessages(source.landing());
        MessageFeed feed = new MessageFeed(
                source.broker(),
                cluster,
                consumer,
                reading.to(),
                source.every(),
                messages,
                damaged,
                read -> work.progress(totals.read + read, totals.landed + read, totals.quarantined, 0.5));
        List<WriteResult> results;
        try (WriteBatch batch = lakehouse.writer().begin();
                StageWork.Watch _ = work.watch(batch::cancel)) {
            batch.append(source.target(), rows(messages, feed), properties, () -> {
                Offsets before = portion.from().map(Offsets::parse).orElseGet(Offsets::none);
                return Positions.entry(before.then(Reading.topics(feed.next(), portion.there()))
                        .text());
            });
            judge(source, damaged, feed.read());
            if (damaged.count() > 0) {
                putAside(work, source, batch, damaged, properties);
            }
            work.goOn();
            work.reached("written");
            results = batch.commit();
        }
        work.reached("committed");
        WriteResult landed = results.getFirst();
        writes.outcome(work, principal, source.target(), "append", commitId, landed.rows(), landed.snapshotId());
        if (results.size() > 1 && results.getLast().snapshotId() != 0) {
            WriteResult aside = results.getLast();
            writes.outcome(work, principal, source.quarantine(), "append", commitId, aside.rows(), aside.snapshotId());
            totals.quarantined += aside.rows();
        }
        positions.committed(portion.flow(), source.target(), landed.snapshotId());
        work.reached("noted");
        totals.commits++;
        totals.landed += landed.rows();
        totals.read = totals.landed + totals.quarantined;
    }

    private RowSource rows(JsonMessages messages, MessageFeed feed) {
        List<String> replaced = new ArrayList<>(RawColumns.nested(messages.typedColumns()));
        replaced.add("make_timestamp_ms(CAST(_timestamp AS BIGINT)) AS _timestamp");
        return RowSource.of(
                "SELECT * REPLACE (" + String.join(", ", replaced) + "), " + now() + " AS _ingested_at FROM messages",
                "messages",
                feed);
    }

    private String now() {
        return DuckLiterals.literal(
                Types.TimestampType.withoutZone(), ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()));
    }

    private static void judge(KafkaTopics source, PutAside damaged, long read) {
        if (source.landing().maxRejects().isExceededBy(damaged.count(), read)) {
            throw new IngestionException.BadStage(
                    "%,d of %,d messages cannot be taken, more than the pipeline lets pass (maxRejects: %s); the first is %s. Nothing of them was loaded; correct 'columns' or 'typed', or raise maxRejects"
                            .formatted(damaged.count(), read, source.landing().maxRejects(), damaged.first()));
        }
    }

    private void putAside(
            StageWork work, KafkaTopics source, WriteBatch batch, PutAside damaged, CommitProperties properties) {
        Principal principal = work.principal();
        targets.quarantine(principal, source.quarantine(), source.target());
        writes.intent(
                work,
                principal,
                source.quarantine(),
                "append",
                properties.commitId().orElseThrow());
        batch.append(
                source.quarantine(),
                RowSource.of("SELECT *, " + now() + " AS _ingested_at FROM damaged", "damaged", damaged),
                properties);
    }
}

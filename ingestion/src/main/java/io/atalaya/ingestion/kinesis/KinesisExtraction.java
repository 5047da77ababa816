package io.atalaya.ingestion.kinesis;

import io.atalaya.ingestion.cloud.Clouds;
import io.atalaya.ingestion.extract.RawColumns;
import io.atalaya.ingestion.message.MessageCommits;
import io.atalaya.ingestion.message.MessageCommits.Portion;
import io.atalaya.ingestion.message.MessageCommits.Totals;
import io.atalaya.ingestion.pipeline.KinesisStream;
import io.atalaya.ingestion.position.Positions;
import io.atalaya.ingestion.position.Positions.Flow;
import io.atalaya.ingestion.run.Done;
import io.atalaya.ingestion.run.StageWork;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.ingestion.text.JsonMessages;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Sentence;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Types;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Messages of a stream of Kinesis into a table. A run takes what had come when it began, commit by commit, and shards that come
 * of others after those; so it ends however fast more comes. Whether something came before is known by Kinesis' clock and ours, so
 * shards into which nothing can come any more are read to their end.
 */
public final class KinesisExtraction {
    private final Clouds clouds;
    private final Targets targets;
    private final Positions positions;
    private final MessageCommits commits;
    private final Clock clock;

    public KinesisExtraction(Clouds clouds, Targets targets, Positions positions, MessageCommits commits, Clock clock) {
        this.clouds = clouds;
        this.targets = targets;
        this.positions = positions;
        this.commits = commits;
        this.clock = clock;
    }

    /** Loads what is there. */
    public Done run(StageWork work, KinesisStream source) {
        KinesisClient kinesis = clouds.kinesis(work.principal(), source.cloud());
        targets.ready(
                work.principal(),
                source.target(),
                columns(source),
                source.landing().partitioning(),
                Set.of(Permission.INSERT));
        Flow flow = new Flow(
                work.pipeline().name(),
                work.stage(),
                targets.find(source.target()).orElseThrow().uuid(),
                "kinesis/" + source.cloud() + "/" + source.stream());
        Totals totals = new Totals();
        Instant until = clock.instant();
        boolean more = true;
        try {
            while (more) {
                work.goOn();
                more = load(work, source, kinesis, flow, until, totals);
            }
        } catch (SdkException e) {
            throw Clouds.failure(source.cloud(), e);
        }
        return totals.done();
    }

    /** Makes one commit, if there is something for it; whether there may be more. */
    private boolean load(
            StageWork work, KinesisStream source, KinesisClient kinesis, Flow flow, Instant until, Totals totals) {
        Listing listing = Listing.of(kinesis, source.stream());
        Optional<String> from = positions.reached(flow, source.target());
        Optional<Shards> reached = from.map(Shards::parse);
        List<Sentence> losses = listing.losses(reached, source);
        losses.forEach(loss -> work.warn(loss.toString()));
        Shards position = listing.from(reached, source, clock.millis());
        boolean mustNote = !losses.isEmpty() || (reached.isEmpty() && position.since() != null);
        ShardReader reader = new ShardReader(kinesis, source, listing, position, until);
        Optional<ShardReader.Batch> first = reader.next(work::goOn);
        if (first.isEmpty() && !reader.hasEnded() && !mustNote) {
            return false;
        }
        JsonMessages messages = new JsonMessages(source.landing());
        List<String> replaced = new ArrayList<>(RawColumns.nested(messages.typedColumns()));
        replaced.add("make_timestamp_ms(CAST(_timestamp AS BIGINT)) AS _timestamp");
        commits.commit(
                work,
                new Portion(
                        source.landing(),
                        flow,
                        from,
                        "* EXCLUDE (" + ShardFeed.NUMBER + ") REPLACE (" + String.join(", ", replaced) + ")"),
                (damaged, progress) -> new ShardFeed(source, reader, first, messages, damaged, progress),
                totals);
        return !reader.isDone() || reader.hasEnded();
    }

    private static List<Types.NestedField> columns(KinesisStream source) {
        JsonMessages messages = new JsonMessages(source.landing());
        List<Types.NestedField> columns =
                new ArrayList<>(RawColumns.of(messages.textColumns(), messages.typedColumns()));
        columns.add(RawColumns.optional("_stream", Types.StringType.get()));
        columns.add(RawColumns.optional("_shard", Types.StringType.get()));
        columns.add(RawColumns.optional("_sequence", Types.StringType.get()));
        columns.add(RawColumns.optional("_timestamp", Types.TimestampType.withoutZone()));
        columns.add(RawColumns.optional("_key", Types.StringType.get()));
        columns.add(RawColumns.optional("_ingested_at", Types.TimestampType.withoutZone()));
        return columns;
    }
}

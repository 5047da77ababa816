package io.atalaya.ingestion.kinesis;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.KafkaTopics.OnLoss;
import io.atalaya.ingestion.pipeline.KafkaTopics.Start;
import io.atalaya.ingestion.pipeline.KinesisStream;
import io.atalaya.policies.Sentence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.SequenceNumberRange;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * The shards of a stream as they are now, those that were closed and can still be read among them.
 *
 * @param created when the stream was made, in milliseconds
 */
record Listing(long created, Map<String, Shard> shards) {
    static Listing of(KinesisClient kinesis, String stream) {
        long created = kinesis.describeStreamSummary(request -> request.streamName(stream))
                .streamDescriptionSummary()
                .streamCreationTimestamp()
                .toEpochMilli();
        Map<String, Shard> shards = new LinkedHashMap<>();
        ListShardsRequest next = ListShardsRequest.builder().streamName(stream).build();
        while (true) {
            ListShardsResponse page = kinesis.listShards(next);
            page.shards().forEach(shard -> shards.put(shard.shardId(), shard));
            if (page.nextToken() == null) {
                return new Listing(created, shards);
            }
            next = ListShardsRequest.builder().nextToken(page.nextToken()).build();
        }
    }

    /** The position to go on from: the one that was reached, unless that is of another stream. */
    Shards from(Optional<Shards> reached, KinesisStream source, long now) {
        if (reached.isPresent() && reached.get().created() == created) {
            return reached.get().only(shards.keySet());
        }
        Shards begin = Shards.none(created, source.start() == Start.LATEST && reached.isEmpty() ? now : null);
        return new Shards(reached.map(Shards::commits).orElse(0L), begin.created(), begin.since(), begin.places());
    }

    /**
     * What should have been read and is not there any more, for people.
     *
     * @throws IngestionException.BadStage if that is a reason to stop
     */
    List<Sentence> losses(Optional<Shards> reached, KinesisStream source) {
        List<Sentence> losses = new ArrayList<>();
        if (reached.isPresent() && reached.get().created() != created) {
            losses.add(Sentence.of("stream {0} was deleted and made anew", source.stream()));
        } else {
            reached.ifPresent(before -> before.places().forEach((shard, place) -> {
                if (!place.ended() && !shards.containsKey(shard)) {
                    losses.add(Sentence.of(
                            "{0} of stream {1} is gone, and was not read to its end", shard, source.stream()));
                }
            }));
        }
        if (!losses.isEmpty() && source.onLoss() == OnLoss.STOP) {
            throw new IngestionException.BadStage(
                    "Messages that were not read are not there any more. {0}. Nothing was loaded; with 'onLoss: GO_ON' the stage goes on with what is there",
                    Sentence.joined("; ", losses));
        }
        return losses;
    }

    /** Whether no more can come into the shard, because it was divided or joined. */
    boolean isClosed(String shard) {
        return Optional.ofNullable(shards.get(shard))
                .map(Shard::sequenceNumberRange)
                .map(SequenceNumberRange::endingSequenceNumber)
                .isPresent();
    }

    /** Shards that have not ended and whose parents have, in the order they are listed. */
    List<String> readable(Shards position) {
        return shards.values().stream()
                .filter(shard -> !position.place(shard.shardId()).ended())
                .filter(shard -> Stream.of(shard.parentShardId(), shard.adjacentParentShardId())
                        .filter(Objects::nonNull)
                        .allMatch(parent -> !shards.containsKey(parent)
                                || position.place(parent).ended()))
                .map(Shard::shardId)
                .toList();
    }
}

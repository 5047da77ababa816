package io.atalaya.ingestion.kinesis;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.cloud.Clouds;
import io.atalaya.ingestion.kinesis.Shards.Place;
import io.atalaya.ingestion.pipeline.KinesisStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** Reads shards in turn, each until there is nothing more in it, or in one that is open what there is came after a moment. */
final class ShardReader {
    private static final int LIMIT = 10_000;
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final KinesisClient kinesis;
    private final KinesisStream source;
    private final Listing listing;
    private final Shards from;
    private final Instant until;
    private final Deque<String> turns;
    private final Map<String, String> iterators = new HashMap<>();
    private final Map<String, Place> places = new LinkedHashMap<>();

    /** What one call gave. */
    record Batch(String shard, List<Record> records) {}

    ShardReader(KinesisClient kinesis, KinesisStream source, Listing listing, Shards from, Instant until) {
        this.kinesis = kinesis;
        this.source = source;
        this.listing = listing;
        this.from = from;
        this.until = until;
        this.turns = new ArrayDeque<>(listing.readable(from));
    }

    /** The next messages of some shard; empty when no shard has any for this run. What is given counts as read. */
    Optional<Batch> next(Runnable goOn) {
        try {
            while (!turns.isEmpty()) {
                goOn.run();
                String shard = turns.removeFirst();
                Optional<GetRecordsResponse> answer = ask(shard);
                if (answer.isEmpty()) {
                    turns.addLast(shard);
                    continue;
                }
                GetRecordsResponse got = answer.get();
                boolean ended = got.nextShardIterator() == null;
                List<Record> records = got.records();
                String last = records.isEmpty()
                        ? place(shard).sequence()
                        : records.getLast().sequenceNumber();
                if (ended || !records.isEmpty()) {
                    places.put(shard, new Place(last, ended));
                }
                if (!ended) {
                    iterators.put(shard, got.nextShardIterator());
                    // Without records it may still be behind: they are found some way on, or the end is.
                    boolean more = listing.isClosed(shard)
                            || (records.isEmpty()
                                    ? Objects.requireNonNullElse(got.millisBehindLatest(), 0L) > 0
                                    : !records.getLast()
                                            .approximateArrivalTimestamp()
                                            .isAfter(until));
                    if (more) {
                        turns.addLast(shard);
                        if (records.isEmpty()) {
                            pause();
                        }
                    }
                }
                if (!records.isEmpty()) {
                    return Optional.of(new Batch(shard, records));
                }
            }
            return Optional.empty();
        } catch (SdkException e) {
            throw Clouds.failure(source.cloud(), e);
        }
    }

    private Optional<GetRecordsResponse> ask(String shard) {
        String iterator = iterators.computeIfAbsent(shard, this::iterator);
        try {
            return Optional.of(kinesis.getRecords(
                    request -> request.shardIterator(iterator).limit(LIMIT)));
        } catch (ExpiredIteratorException _) {
            // After five minutes, in which a commit was made or nothing was asked for; it goes on behind what was read.
            iterators.remove(shard);
            return Optional.empty();
        } catch (ProvisionedThroughputExceededException _) {
            pause();
            return Optional.empty();
        }
    }

    /** A shard may be asked five times a second. */
    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IngestionException.Unavailable("Interrupted while a stream was read", e);
        }
    }

    private Place place(String shard) {
        return places.getOrDefault(shard, from.place(shard));
    }

    private String iterator(String shard) {
        GetShardIteratorRequest.Builder request =
                GetShardIteratorRequest.builder().streamName(source.stream()).shardId(shard);
        String sequence = place(shard).sequence();
        Long since = from.since();
        if (sequence != null) {
            request.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER).startingSequenceNumber(sequence);
        } else if (since != null) {
            request.shardIteratorType(ShardIteratorType.AT_TIMESTAMP).timestamp(Instant.ofEpochMilli(since));
        } else {
            request.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
        }
        return kinesis.getShardIterator(request.build()).shardIterator();
    }

    /** Whether a shard was read to its end, so that others can be begun. */
    boolean hasEnded() {
        return places.values().stream().anyMatch(Place::ended);
    }

    /** Whether no shard has anything more for this run. */
    boolean isDone() {
        return turns.isEmpty();
    }

    /** How far it has come. */
    Shards reached() {
        return from.then(places);
    }
}

package io.atalaya.ingestion.kinesis;

import io.atalaya.ingestion.message.DamagedMessages;
import io.atalaya.ingestion.message.MessageFeed;
import io.atalaya.ingestion.pipeline.KinesisStream;
import io.atalaya.ingestion.text.JsonMessages;
import io.atalaya.lakehouse.feed.TextChunk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import software.amazon.awssdk.services.kinesis.model.Record;

/** Messages of shards as the engine asks for them: those of one commit. What was read is always taken to its end. */
final class ShardFeed implements MessageFeed {
    /** The number of the row, which means nothing. */
    static final String NUMBER = "_number";

    private static final long MESSAGES = 2_000_000;
    private static final long BYTES = 1L << 30;

    private final KinesisStream source;
    private final ShardReader reader;
    private final JsonMessages messages;
    private final DamagedMessages damaged;
    private final LongConsumer progress;
    private final long until;
    private String shard = "";
    private Iterator<Record> got = Collections.emptyIterator();
    private boolean ended;
    private long read;
    private long bytes;

    ShardFeed(
            KinesisStream source,
            ShardReader reader,
            Optional<ShardReader.Batch> first,
            JsonMessages messages,
            DamagedMessages damaged,
            LongConsumer progress) {
        this.source = source;
        this.reader = reader;
        this.messages = messages;
        this.damaged = damaged;
        this.progress = progress;
        this.until = System.nanoTime() + source.every().toNanos();
        take(first);
    }

    private void take(Optional<ShardReader.Batch> batch) {
        ended = batch.isEmpty();
        batch.ifPresent(some -> {
            shard = some.shard();
            got = some.records().iterator();
        });
    }

    @Override
    public String number() {
        return NUMBER;
    }

    @Override
    public List<String> columns() {
        List<String> columns = new ArrayList<>(messages.textColumns());
        messages.typedColumns().forEach(column -> columns.add(column.name()));
        columns.addAll(List.of("_stream", "_shard", "_sequence", "_timestamp", "_key"));
        return columns;
    }

    @Override
    public void fill(TextChunk chunk) throws IOException {
        while (!chunk.isFull()) {
            if (got.hasNext()) {
                take(got.next(), chunk);
            } else if (ended || isEnough()) {
                return;
            } else {
                take(reader.next(() -> progress.accept(read)));
            }
        }
    }

    private boolean isEnough() {
        return damaged.isFull() || read >= MESSAGES || bytes >= BYTES || System.nanoTime() - until > 0;
    }

    private void take(Record message, TextChunk chunk) throws IOException {
        read++;
        byte[] value = message.data().asByteArrayUnsafe();
        bytes += value.length;
        String damage = messages.write(value, read, chunk, row -> {
            row.value(source.stream());
            row.value(shard);
            row.value(message.sequenceNumber());
            row.value(Long.toString(message.approximateArrivalTimestamp().toEpochMilli()));
            row.value(message.partitionKey());
        });
        if (damage != null) {
            damaged.add(
                    String.join("/", source.cloud(), source.stream(), shard, message.sequenceNumber()),
                    1,
                    damage,
                    new String(value, StandardCharsets.UTF_8));
        }
    }

    @Override
    public long read() {
        return read;
    }

    @Override
    public String reached() {
        return reader.reached().text();
    }
}

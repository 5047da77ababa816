package io.atalaya.ingestion.kafka;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.message.DamagedMessages;
import io.atalaya.ingestion.message.MessageFeed;
import io.atalaya.ingestion.text.JsonMessages;
import io.atalaya.lakehouse.feed.TextChunk;
import io.atalaya.policies.Sentence;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Messages as the engine asks for them: those of one commit. It ends where there was no more when it began, or after so
 * many messages, bytes or so much time; what was polled is always taken to its end.
 */
final class TopicFeed implements MessageFeed {
    /** The columns behind those of the message; the offset is the number of the row. */
    static final List<String> ABOUT = List.of("_topic", "_partition", "_timestamp", "_key", "_headers", "_tombstone");

    private static final long MESSAGES = 2_000_000;
    private static final long BYTES = 1L << 30;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private final KafkaCluster cluster;
    private final Consumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Long> ends;
    private final JsonMessages messages;
    private final DamagedMessages damaged;
    private final LongConsumer progress;
    private final Function<Map<TopicPartition, Long>, String> position;
    private final String broker;
    private final long until;
    private final Map<TopicPartition, Place> places = new HashMap<>();
    private Iterator<ConsumerRecord<byte[], byte[]>> polled = Collections.emptyIterator();
    private long heardAt = System.nanoTime();
    private long read;
    private long bytes;

    /** What all messages of a partition have in common. */
    private static final class Place {
        private final String name;
        private final byte[] topic;
        private final byte[] partition;

        Place(String broker, TopicPartition of) {
            name = broker + "/" + Reading.name(of);
            topic = Bytes.of(of.topic());
            partition = Bytes.of(Integer.toString(of.partition()));
        }
    }

    /**
     * What that consumer gives.
     *
     * @param ends where there is no more, by partition
     * @param longest how long it may read
     * @param position of the first messages by partition that were not taken
     */
    TopicFeed(
            KafkaCluster cluster,
            Consumer<byte[], byte[]> consumer,
            Map<TopicPartition, Long> ends,
            Duration longest,
            JsonMessages messages,
            DamagedMessages damaged,
            LongConsumer progress,
            Function<Map<TopicPartition, Long>, String> position) {
        this.broker = cluster.name();
        this.cluster = cluster;
        this.consumer = consumer;
        this.ends = ends;
        this.until = System.nanoTime() + longest.toNanos();
        this.messages = messages;
        this.damaged = damaged;
        this.progress = progress;
        this.position = position;
    }

    @Override
    public String number() {
        return "_offset";
    }

    @Override
    public List<String> columns() {
        List<String> columns = new ArrayList<>(messages.textColumns());
        messages.typedColumns().forEach(column -> columns.add(column.name()));
        columns.addAll(ABOUT);
        return columns;
    }

    @Override
    public void fill(TextChunk chunk) throws IOException {
        progress.accept(read);
        while (!chunk.isFull()) {
            if (polled.hasNext()) {
                take(polled.next(), chunk);
            } else if (isEnough()) {
                return;
            } else {
                poll();
            }
        }
    }

    private boolean isEnough() {
        boolean some = read > 0;
        return (some && (read >= MESSAGES || bytes >= BYTES || System.nanoTime() - until > 0))
                || damaged.isFull()
                || isAtEnd();
    }

    private boolean isAtEnd() {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private void poll() {
        try {
            Map<TopicPartition, Long> before = next();
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            polled = records.iterator();
            if (!records.isEmpty() || !before.equals(next())) {
                heardAt = System.nanoTime();
            } else {
                progress.accept(read);
                if (System.nanoTime() - heardAt > SILENCE.toNanos()) {
                    throw new IngestionException.Unavailable(
                            Sentence.of(
                                    "Broker '{0}' has messages, but did not give any for {1} seconds",
                                    broker, SILENCE.toSeconds()),
                            new IOException("silence"));
                }
            }
        } catch (OffsetOutOfRangeException e) {
            throw new IngestionException.Unavailable(
                    Sentence.of("Messages of broker '{0}' went while they were read", broker), e);
        } catch (KafkaException e) {
            throw cluster.failure(e);
        }
    }

    @Override
    public String reached() {
        return position.apply(next());
    }

    private Map<TopicPartition, Long> next() {
        Map<TopicPartition, Long> next = new HashMap<>();
        consumer.assignment().forEach(partition -> next.put(partition, consumer.position(partition)));
        return next;
    }

    @Override
    public long read() {
        return read;
    }

    private void take(ConsumerRecord<byte[], byte[]> message, TextChunk chunk) throws IOException {
        read++;
        bytes += Math.max(0, message.serializedKeySize()) + Math.max(0, message.serializedValueSize());
        TopicPartition partition = new TopicPartition(message.topic(), message.partition());
        Place place = places.computeIfAbsent(partition, of -> new Place(broker, of));
        String damage = messages.write(message.value(), message.offset(), chunk, row -> about(message, place, row));
        if (damage != null) {
            byte[] value = message.value();
            damaged.add(place.name, message.offset(), damage, value == null ? "" : Bytes.text(value));
        }
    }

    private static void about(ConsumerRecord<byte[], byte[]> message, Place place, TextChunk row) {
        row.value(place.topic, 0, place.topic.length);
        row.value(place.partition, 0, place.partition.length);
        if (message.timestamp() < 0) {
            row.missing();
        } else {
            row.value(Long.toString(message.timestamp()));
        }
        byte[] key = message.key();
        if (key == null) {
            row.missing();
        } else if (Bytes.isText(key)) {
            row.value(key, 0, key.length);
        } else {
            row.value(Bytes.text(key));
        }
        String headers = Bytes.headers(message.headers());
        if (headers == null) {
            row.missing();
        } else {
            row.value(headers);
        }
        row.value(message.value() == null ? "true" : "false");
    }
}

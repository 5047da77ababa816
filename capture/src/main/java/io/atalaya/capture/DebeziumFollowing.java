package io.atalaya.capture;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.capture.ChangeLog.Change;
import io.atalaya.ingestion.capture.ChangeLog.Following;
import io.atalaya.ingestion.capture.ChangeLog.Request;
import io.atalaya.policies.Sentence;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import io.debezium.engine.spi.OffsetCommitPolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One engine that follows one table. It may be some batches ahead of who asks for the rows, and waits then; what it has
 * given is told the database as read only when it is confirmed.
 */
final class DebeziumFollowing implements Following {
    private static final Logger LOG = LoggerFactory.getLogger(DebeziumFollowing.class);
    private static final int AHEAD = 4;
    private static final long WAIT_MS = 50;

    private final Server server;
    private final Kept kept;
    private final String id = UUID.randomUUID().toString();
    private final Optional<String> loss;
    private final boolean whole;
    private final Rows rows;
    private final BlockingQueue<Batch> batches = new ArrayBlockingQueue<>(AHEAD);
    private final List<RecordChangeEvent<SourceRecord>> heldBack = new ArrayList<>();
    private final String began;
    private @Nullable DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
    private @Nullable Thread thread;
    private @Nullable Batch last;
    private long received;
    private int quiet;
    private boolean done;
    private volatile boolean closed;
    private volatile boolean ended;
    private volatile String failure = "";

    private record Batch(
            List<RecordChangeEvent<SourceRecord>> records, RecordCommitter<RecordChangeEvent<SourceRecord>> committer) {
        RecordChangeEvent<SourceRecord> newest() {
            return records.getLast();
        }
    }

    private DebeziumFollowing(Request request, Server server, Optional<String> position, Optional<String> loss) {
        this.server = server;
        this.kept = Kept.of(position);
        this.loss = loss;
        this.whole = position.isEmpty();
        this.began = position.orElse("");
        this.rows = new Rows(request.table());
    }

    static DebeziumFollowing begin(Request request, Server server) {
        Optional<Map<String, Object>> offset =
                request.position().map(position -> Kept.parse(position).offset());
        Optional<String> loss = offset.flatMap(server::loss);
        DebeziumFollowing following =
                new DebeziumFollowing(request, server, loss.isPresent() ? Optional.empty() : request.position(), loss);
        server.markEnd();
        if (!following.whole && server.isNothingBehind(offset.orElseThrow())) {
            following.done = true;
        } else {
            following.start(request);
        }
        return following;
    }

    private void start(Request request) {
        kept.open(id);
        ClassLoader own = DebeziumFollowing.class.getClassLoader();
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        // Classes are looked for by name in many places, and this one may be loaded beside the service.
        current.setContextClassLoader(own);
        try {
            engine = engine(request, own);
        } finally {
            current.setContextClassLoader(before);
        }
        Thread running = Thread.ofPlatform()
                .daemon()
                .name("capture-" + request.follower())
                .unstarted(engine);
        running.setContextClassLoader(own);
        running.start();
        thread = running;
    }

    private DebeziumEngine<RecordChangeEvent<SourceRecord>> engine(Request request, ClassLoader own) {
        return DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
                .using(properties(request))
                .using(own)
                .using(OffsetCommitPolicy.always())
                .using((success, message, _) -> {
                    if (!success) {
                        failure = String.valueOf(message).lines().findFirst().orElse("");
                    }
                    ended = true;
                })
                .notifying(this::take)
                .build();
    }

    private Properties properties(Request request) {
        Properties all = new Properties();
        all.put("name", server.follower());
        all.put("topic.prefix", server.follower());
        all.put("database.hostname", server.address.getHost());
        request.user().ifPresent(user -> all.put("database.user", user));
        all.put("database.password", request.password().orElse(""));
        // The engine asks for brokers of Kafka that it never talks to.
        all.put("bootstrap.servers", "localhost:9");
        all.put("offset.storage", KeptOffsets.class.getName());
        all.put(Kept.ID, id);
        all.put(KeptHistory.ID, id);
        all.put("offset.flush.interval.ms", "0");
        all.put("snapshot.mode", "initial");
        all.put("heartbeat.interval.ms", "300");
        all.put("poll.interval.ms", "20");
        all.put("max.batch.size", "8192");
        all.put("max.queue.size", "32768");
        all.put("max.queue.size.in.bytes", Long.toString(64L << 20));
        all.put("tombstones.on.delete", "false");
        all.put("skipped.operations", "none");
        all.put("time.precision.mode", "isostring");
        all.put("decimal.handling.mode", "precise");
        all.put("errors.max.retries", "0");
        all.put("custom.metric.tags", Server.FOLLOWING + "=" + id);
        server.configure(all);
        return all;
    }

    /** Called by the engine, which waits here when it is too far ahead. */
    private void take(
            List<RecordChangeEvent<SourceRecord>> records, RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException {
        Batch batch = new Batch(records, committer);
        while (!closed && !records.isEmpty() && !batches.offer(batch, WAIT_MS, TimeUnit.MILLISECONDS)) {
            // Until there is room.
        }
    }

    @Override
    public boolean isWhole() {
        return whole;
    }

    @Override
    public Optional<String> loss() {
        return loss;
    }

    @Override
    public List<Change> next() throws InterruptedException {
        if (done) {
            return List.of();
        }
        Batch batch = batches.poll(WAIT_MS, TimeUnit.MILLISECONDS);
        if (batch == null) {
            // Twice, because a batch may be on its way from the engine's queue to this one.
            quiet = !whole && server.isQuiet(id, received) ? quiet + 1 : 0;
            done = quiet > 1 && batches.isEmpty();
            if (ended && batches.isEmpty() && !done) {
                throw new IngestionException.Unavailable(
                        Sentence.of("Database '{0}' cannot be followed: {1}", server.request.database(), failure),
                        new IOException(failure));
            }
            return List.of();
        }
        quiet = 0;
        return taken(batch);
    }

    private List<Change> taken(Batch batch) {
        heldBack.addAll(batch.records());
        List<RecordChangeEvent<SourceRecord>> records = List.copyOf(heldBack);
        heldBack.clear();
        int safe = safe(records);
        heldBack.addAll(records.subList(safe, records.size()));
        List<Change> changes = new ArrayList<>();
        List<RecordChangeEvent<SourceRecord>> taken = new ArrayList<>();
        for (RecordChangeEvent<SourceRecord> event : records.subList(0, safe)) {
            SourceRecord record = event.record();
            if (whole && isChange(record) && !isOfWhole(record)) {
                // What has changed since comes with the next run.
                done = true;
                break;
            }
            taken.add(event);
            Optional<Change> change = rows.change(record);
            if (change.isPresent()) {
                received++;
                changes.add(change.get());
            }
            done = whole ? isWholeDone(record) : server.isEnd(record);
            if (done) {
                break;
            }
        }
        if (!taken.isEmpty()) {
            last = new Batch(taken, batch.committer());
        }
        return changes;
    }

    /**
     * How many of the records can be given. Rows that were copied in together, and the two halves of a change of a key, have one
     * place in the log: who goes on from there gets none of them again, so they are given together.
     */
    private int safe(List<RecordChangeEvent<SourceRecord>> records) {
        int safe = records.size();
        Optional<Object> place = server.place(records.getLast().record());
        if (whole || place.isEmpty() || records.stream().anyMatch(event -> server.isEnd(event.record()))) {
            return safe;
        }
        while (safe > 0 && server.place(records.get(safe - 1).record()).equals(place)) {
            safe--;
        }
        return safe;
    }

    private static boolean isChange(SourceRecord record) {
        return record.valueSchema() != null && record.valueSchema().field("op") != null;
    }

    private static boolean isOfWhole(SourceRecord record) {
        return ((Struct) record.value()).getString("op").equals("r");
    }

    /** Whether the offset of a record is behind all rows that were there. */
    private static boolean isWholeDone(SourceRecord record) {
        Map<String, ?> offset = record.sourceOffset();
        return offset.get("snapshot") == null || "true".equals(String.valueOf(offset.get("snapshot_completed")));
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public String position() {
        return last == null ? began : kept.position(last.newest().record().sourceOffset());
    }

    @Override
    public void confirm() throws InterruptedException {
        if (last != null) {
            last.committer().markProcessed(last.newest());
            last.committer().markBatchFinished();
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            if (engine != null && !ended) {
                engine.close();
            }
            if (thread != null) {
                thread.join();
            }
        } catch (IOException | IllegalStateException e) {
            LOG.info("engine not closed: reason={}", e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            Kept.close(id);
        }
    }
}

package io.atalaya.ingestion.stream;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.file.Room;
import io.atalaya.ingestion.pipeline.MessageStream;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.policies.Policies;
import io.atalaya.policies.Principal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of all pipelines on this node: listens to brokers, and takes what is posted. Of nodes that share the folder, one listens for
 * a stage, and another when that has ended.
 */
public final class Streams implements AutoCloseable {
    /** No message that is posted is longer, in bytes. */
    public static final int LONGEST = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Streams.class);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT);

    private final Path folder;
    private final Map<String, BrokerSettings> brokers;
    private final Policies policies;
    private final Clock clock;
    private final Runnable complete;
    private final Map<Key, Open> open = new HashMap<>();
    private boolean closed;

    /**
     * Streams that gather their messages below that folder.
     *
     * @param brokers by the names that pipelines know them by
     * @param complete called when a file of messages is ready to be loaded
     */
    public Streams(
            Path folder, Map<String, BrokerSettings> brokers, Policies policies, Clock clock, Runnable complete) {
        this.folder = folder;
        this.brokers = Map.copyOf(brokers);
        this.policies = policies;
        this.clock = clock;
        this.complete = complete;
    }

    private record Key(String pipeline, String stage) {}

    private record Open(MessageStream stream, StreamLog log, Optional<Listening> listening) {
        void close() {
            listening.ifPresent(Listening::close);
            log.close();
        }

        /** Whether another node may listen in place of this one. */
        boolean waits() {
            return stream.from() instanceof MessageStream.Mqtt && listening.isEmpty();
        }
    }

    private record Listening(Turn turn, MqttSubscription subscription) {
        void close() {
            subscription.close();
            try {
                turn.close();
            } catch (IOException e) {
                LOG.warn("nobody else can listen before this process ends", e);
            }
        }
    }

    static String time(Clock clock) {
        return TIME.format(clock.instant().atOffset(ZoneOffset.UTC));
    }

    /** Where the messages of a stage are gathered. */
    public Path folder(String pipeline, String stage) {
        return folder.resolve(pipeline).resolve(stage);
    }

    /** Listens to what these pipelines name, and to nothing else any more. */
    public synchronized void listen(List<Pipeline> pipelines) {
        if (closed) {
            return;
        }
        Map<Key, MessageStream> wanted = new HashMap<>();
        for (Pipeline pipeline : pipelines) {
            for (Stage stage : pipeline.stages()) {
                if (stage instanceof Stage.Extract extract
                        && extract.source() instanceof MessageStream stream
                        && mayListen(pipeline, stream)) {
                    wanted.put(new Key(pipeline.name(), stage.name()), stream);
                }
            }
        }
        open.entrySet().removeIf(entry -> {
            MessageStream now = wanted.get(entry.getKey());
            // What is posted is taken while a pipeline is paused, too, perhaps at this moment.
            boolean other = now == null
                    ? !(entry.getValue().stream().from() instanceof MessageStream.Push)
                    : !entry.getValue().stream().equals(now);
            if (other) {
                entry.getValue().close();
            }
            return other;
        });
        wanted.forEach((key, stream) -> {
            try {
                open(key, stream);
            } catch (IOException e) {
                LOG.warn("a stream cannot be kept: pipeline={} stage={}", key.pipeline(), key.stage(), e);
            }
        });
    }

    /** Whether the broker is one that whom the pipeline runs as may listen to; what is posted needs none. */
    private boolean mayListen(Pipeline pipeline, MessageStream stream) {
        return switch (stream.from()) {
            case MessageStream.Push _ -> true;
            case MessageStream.Mqtt mqtt -> {
                BrokerSettings broker = brokers.get(mqtt.broker());
                yield broker != null
                        && String.valueOf(broker.address().getScheme()).startsWith("mqtt")
                        && isOneOf(policies.current().principal(pipeline.runAs()), broker.usedBy());
            }
        };
    }

    private static boolean isOneOf(Principal principal, Set<String> names) {
        return names.contains(principal.name()) || principal.profiles().stream().anyMatch(names::contains);
    }

    private Open open(Key key, MessageStream stream) throws IOException {
        Open there = open.get(key);
        if (there != null && !there.stream().equals(stream)) {
            there.close();
            there = null;
        }
        if (there == null) {
            there = new Open(
                    stream,
                    new StreamLog(folder(key.pipeline(), key.stage()), stream.every(), clock, complete),
                    Optional.empty());
            open.put(key, there);
        }
        if (stream.from() instanceof MessageStream.Mqtt mqtt && there.waits()) {
            there = new Open(stream, there.log(), listening(key, mqtt, there.log()));
            open.put(key, there);
        }
        return there;
    }

    private Optional<Listening> listening(Key key, MessageStream.Mqtt mqtt, StreamLog log) throws IOException {
        return Turn.take(log.folder())
                .map(turn -> new Listening(
                        turn,
                        new MqttSubscription(
                                "atalaya-" + key.pipeline() + "-" + key.stage(),
                                mqtt,
                                Objects.requireNonNull(brokers.get(mqtt.broker())),
                                log,
                                clock)));
    }

    /**
     * Takes messages; they are on disk when this returns.
     *
     * @throws IngestionException.NotFound if there is no such stream, or this principal may not post to it
     * @throws IngestionException.Unavailable if they cannot be kept now; none of them may be taken as kept
     */
    public void push(Principal sender, Pipeline pipeline, String stage, List<byte[]> messages)
            throws InterruptedException {
        if (!(pipeline.stages().stream()
                                .filter(one -> one.name().equals(stage))
                                .findFirst()
                                .orElse(null)
                        instanceof Stage.Extract extract)
                || !(extract.source() instanceof MessageStream stream)
                || !(stream.from() instanceof MessageStream.Push push)
                || !isOneOf(sender, push.senders())) {
            throw none(pipeline.name(), stage);
        }
        Map<String, String> about = new LinkedHashMap<>();
        about.put("_received_at", time(clock));
        about.put("_sender", sender.name());
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (byte[] message : messages) {
            lines.writeBytes(Message.line(about, message));
        }
        try {
            StreamLog log;
            synchronized (this) {
                if (closed) {
                    throw new IOException("The service stops");
                }
                log = open(new Key(pipeline.name(), stage), stream).log();
            }
            new Room(log.folder()).check();
            log.keep(lines.toByteArray()).get();
        } catch (IOException | ExecutionException e) {
            throw new IngestionException.Unavailable("The messages cannot be kept now; send them again later", e);
        }
    }

    /** What is said of a stream that is not there, or not for who asks. */
    public static IngestionException.NotFound none(String pipeline, String stage) {
        return new IngestionException.NotFound("There is no stream '{0}' of pipeline '{1}'", stage, pipeline);
    }

    /** Makes what has come until now ready to be loaded. */
    void complete(String pipeline, String stage) throws InterruptedException {
        Optional<Open> there;
        synchronized (this) {
            there = Optional.ofNullable(open.get(new Key(pipeline, stage)));
        }
        if (there.isPresent()) {
            there.get().log().rotate();
        }
    }

    /** Why a stage does not hear its broker, for people; empty if it does, has none, or another node listens to it. */
    public synchronized Optional<String> problem(Pipeline pipeline, String stage) {
        Open there = open.get(new Key(pipeline.name(), stage));
        if (there != null) {
            return there.listening().flatMap(one -> one.subscription().problem());
        }
        return pipeline.stage(stage) instanceof Stage.Extract extract
                        && extract.source() instanceof MessageStream stream
                        && stream.from() instanceof MessageStream.Mqtt mqtt
                ? Optional.of(
                        "not listening: the pipeline is paused, or the server's settings do not let '%s' use broker '%s'"
                                .formatted(pipeline.runAs(), mqtt.broker()))
                : Optional.empty();
    }

    @Override
    public void close() {
        List<Open> all;
        synchronized (this) {
            closed = true;
            all = new ArrayList<>(open.values());
            open.clear();
        }
        all.forEach(Open::close);
    }
}

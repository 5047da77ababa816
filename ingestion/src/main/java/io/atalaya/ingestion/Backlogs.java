package io.atalaya.ingestion;

import io.atalaya.ingestion.kafka.KafkaWatch;
import io.atalaya.ingestion.pipeline.CapturedTable;
import io.atalaya.ingestion.pipeline.DatabaseTable;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.pipeline.KafkaTopics;
import io.atalaya.ingestion.pipeline.KinesisStream;
import io.atalaya.ingestion.pipeline.MessageStream;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Source.Streamed;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.stream.StreamExtraction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many messages wait for stages that read streams: that have come, and are in no table yet. Who asks waits for a moment at most,
 * whatever a broker does; of each stage one question is under way, which all who ask meanwhile share.
 */
public final class Backlogs {
    private static final Logger LOG = LoggerFactory.getLogger(Backlogs.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final KafkaWatch topics;
    private final StreamExtraction messages;
    private final Map<Key, FutureTask<Waiting>> asked = new ConcurrentHashMap<>();

    Backlogs(KafkaWatch topics, StreamExtraction messages) {
        this.topics = topics;
        this.messages = messages;
    }

    private record Key(String version, String stage) {}

    /** How many messages wait, or why that is not known. */
    public sealed interface Waiting {
        /**
         * So many, at most: offsets of a topic that hold no message, such as the marks of transactions, count too.
         *
         * @param messages 0 or more
         */
        record Known(long messages) implements Waiting {}

        /** Not known. */
        record Unknown(Why why) implements Waiting {}
    }

    /** Why it is not known how many messages wait. */
    public enum Why {
        /** Sources of this kind do not tell. */
        NOT_TOLD,
        /** The source has not answered in time, or cannot now. */
        NO_ANSWER,
        /** The source is not there, or does not let whom the pipeline runs as read it. */
        REFUSED
    }

    /** What waits for one stage. */
    public record Backlog(String stage, Streamed stream, Waiting waiting) {}

    private record Asked(String stage, Streamed stream, FutureTask<Waiting> answer) {}

    /** What waits for each stage of the pipeline that reads a stream, in their order. */
    public List<Backlog> of(Pipeline pipeline) throws InterruptedException {
        List<Asked> all = new ArrayList<>();
        for (Stage stage : pipeline.stages()) {
            if (stage instanceof Stage.Extract extract) {
                extract.source()
                        .streamed()
                        .ifPresent(stream -> all.add(new Asked(stage.name(), stream, ask(pipeline, extract))));
            }
        }
        long until = System.nanoTime() + PATIENCE.toNanos();
        List<Backlog> backlogs = new ArrayList<>();
        for (Asked one : all) {
            backlogs.add(new Backlog(one.stage(), one.stream(), answer(one.answer(), until)));
        }
        return backlogs;
    }

    private FutureTask<Waiting> ask(Pipeline pipeline, Stage.Extract stage) {
        Key key = new Key(pipeline.source().version(), stage.name());
        FutureTask<Waiting> mine = new FutureTask<>(counting(pipeline, stage)) {
            @Override
            protected void done() {
                asked.remove(key, this);
            }
        };
        FutureTask<Waiting> other = asked.putIfAbsent(key, mine);
        if (other != null) {
            return other;
        }
        Thread.ofVirtual().name("backlog-" + pipeline.name()).start(mine);
        return mine;
    }

    private Callable<Waiting> counting(Pipeline pipeline, Stage.Extract stage) {
        return () -> {
            try {
                return count(pipeline, stage);
            } catch (IngestionException.Unavailable e) {
                LOG.debug("what waits is not known: pipeline={} stage={}", pipeline.name(), stage.name(), e);
                return new Waiting.Unknown(Why.NO_ANSWER);
            } catch (IngestionException e) {
                LOG.debug("what waits is not known: pipeline={} stage={}", pipeline.name(), stage.name(), e);
                return new Waiting.Unknown(Why.REFUSED);
            }
        };
    }

    private Waiting count(Pipeline pipeline, Stage.Extract stage) throws Exception {
        return switch (stage.source()) {
            case KafkaTopics topic -> new Waiting.Known(topics.waiting(pipeline, stage.name(), topic));
            case MessageStream _ -> new Waiting.Known(messages.waiting(pipeline.name(), stage.name()));
            case FileDrop _, DatabaseTable _, KinesisStream _, CapturedTable _ -> new Waiting.Unknown(Why.NOT_TOLD);
        };
    }

    private static Waiting answer(FutureTask<Waiting> asked, long until) throws InterruptedException {
        try {
            return asked.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            return new Waiting.Unknown(Why.NO_ANSWER);
        } catch (ExecutionException e) {
            LOG.warn("what waits for a stage cannot be counted", e.getCause());
            return new Waiting.Unknown(Why.NO_ANSWER);
        }
    }
}

package io.atalaya.ingestion.kafka;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.kafka.KafkaCluster.There;
import io.atalaya.ingestion.pipeline.KafkaTopics;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.position.Positions;
import io.atalaya.ingestion.table.Targets;
import io.atalaya.policies.Policies;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, for every stage that reads topics, whether there are messages that it has not read, and says so when they have
 * been gathered for as long as the pipeline wants. A stage that fails is looked at less and less often.
 */
public final class KafkaWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaWatch.class);
    private static final Duration OFTEN = Duration.ofSeconds(1);
    private static final Duration SELDOM = Duration.ofMinutes(10);

    private final KafkaClusters clusters;
    private final Positions positions;
    private final Targets targets;
    private final Policies policies;
    private final Runnable arrived;
    private final Map<Key, Watched> watched = new HashMap<>();
    private boolean closed;

    /**
     * A watch over nothing yet.
     *
     * @param arrived called when a stage has something to read
     */
    public KafkaWatch(
            KafkaClusters clusters, Positions positions, Targets targets, Policies policies, Runnable arrived) {
        this.clusters = clusters;
        this.positions = positions;
        this.targets = targets;
        this.policies = policies;
        this.arrived = arrived;
    }

    private record Key(String pipeline, String stage) {}

    /** Watches the topics of these pipelines, and of no other any more. */
    public synchronized void listen(List<Pipeline> pipelines) {
        if (closed) {
            return;
        }
        Map<Key, Watched> wanted = new HashMap<>();
        for (Pipeline pipeline : pipelines) {
            for (Stage stage : pipeline.stages()) {
                if (stage instanceof Stage.Extract extract && extract.source() instanceof KafkaTopics topics) {
                    Key key = new Key(pipeline.name(), stage.name());
                    Watched there = watched.get(key);
                    wanted.put(
                            key,
                            there != null && there.isOf(pipeline, topics)
                                    ? there
                                    : new Watched(pipeline, stage.name(), topics));
                }
            }
        }
        watched.values().stream().filter(one -> !wanted.containsValue(one)).forEach(Watched::stop);
        watched.clear();
        watched.putAll(wanted);
        wanted.values().forEach(Watched::start);
    }

    /** Whether a stage has messages to read that have been gathered long enough. */
    public boolean hasArrivals(String pipeline, String stage) {
        return find(pipeline, stage).map(one -> one.ready).orElse(false);
    }

    /**
     * How many messages of these topics the stage has not read.
     *
     * @throws IngestionException if the cluster does not answer, or not with that
     */
    public long waiting(Pipeline pipeline, String stage, KafkaTopics topics) throws InterruptedException {
        return reading(pipeline, stage, topics).messages();
    }

    private Reading reading(Pipeline pipeline, String stage, KafkaTopics topics) throws InterruptedException {
        Map<TopicPartition, There> there = clusters.of(policies.current().principal(pipeline.runAs()), topics.broker())
                .there(topics.topics());
        Optional<String> reached = targets.find(topics.target())
                .flatMap(table -> positions.reached(
                        KafkaExtraction.flow(pipeline.name(), stage, table.uuid(), topics), topics.target()));
        return Reading.of(topics, reached.map(Offsets::parse).orElseGet(Offsets::none), there);
    }

    /** A stage begins to read. */
    public void begun(String pipeline, String stage) {
        find(pipeline, stage).ifPresent(Watched::begun);
    }

    /** A stage has read all there was, or has failed to. */
    public void ended(String pipeline, String stage, boolean failed) {
        find(pipeline, stage).ifPresent(one -> one.failures = failed ? one.failures + 1 : 0);
    }

    private synchronized Optional<Watched> find(String pipeline, String stage) {
        return Optional.ofNullable(watched.get(new Key(pipeline, stage)));
    }

    @Override
    public synchronized void close() {
        closed = true;
        watched.values().forEach(Watched::stop);
        watched.clear();
    }

    /** The topics of one stage. */
    private final class Watched {
        private final Pipeline pipeline;
        private final String stage;
        private final KafkaTopics topics;
        private final Thread thread;
        private boolean started;
        private String told = "";
        private volatile boolean ready;
        private volatile int failures;

        Watched(Pipeline pipeline, String stage, KafkaTopics topics) {
            this.pipeline = pipeline;
            this.stage = stage;
            this.topics = topics;
            this.thread =
                    Thread.ofVirtual().name("kafka-watch-" + pipeline.name()).unstarted(this::watch);
        }

        boolean isOf(Pipeline other, KafkaTopics same) {
            return topics.equals(same) && pipeline.runAs().equals(other.runAs());
        }

        void start() {
            if (!started) {
                started = true;
                thread.start();
            }
        }

        void stop() {
            thread.interrupt();
        }

        void begun() {
            ready = false;
        }

        private void watch() {
            try {
                while (true) {
                    if (!ready && hasNew()) {
                        Thread.sleep(topics.every());
                        ready = true;
                        arrived.run();
                    }
                    Thread.sleep(pause());
                }
            } catch (InterruptedException _) {
                LOG.debug("topics are watched no more: pipeline={} stage={}", pipeline.name(), stage);
            }
        }

        private Duration pause() {
            Duration often = topics.every().compareTo(OFTEN) < 0 ? topics.every() : OFTEN;
            Duration pause = often.multipliedBy(1L << Math.min(failures, 20));
            return pause.compareTo(SELDOM) > 0 ? SELDOM : pause;
        }

        private boolean hasNew() throws InterruptedException {
            try {
                Reading reading = reading(pipeline, stage, topics);
                tell("");
                return reading.mustNote() || reading.isAnyBefore(reading.to());
            } catch (IngestionException.Unavailable e) {
                tell(String.valueOf(e.getMessage()));
                return false;
            } catch (RuntimeException e) {
                // Not for this thread to judge: a run that is asked for says it where people look.
                tell(String.valueOf(e.getMessage()));
                return failures == 0;
            }
        }

        private void tell(String problem) {
            if (!problem.equals(told) && !problem.isEmpty()) {
                LOG.warn("topics cannot be watched: pipeline={} stage={} reason={}", pipeline.name(), stage, problem);
            }
            told = problem;
        }
    }
}

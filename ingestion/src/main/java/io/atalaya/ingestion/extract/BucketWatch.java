package io.atalaya.ingestion.extract;

import io.atalaya.ingestion.pipeline.Pipeline;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks into buckets now and then, beside whoever asks, so that nobody waits for one that does not answer. */
final class BucketWatch {
    private static final Logger LOG = LoggerFactory.getLogger(BucketWatch.class);
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Clock clock;
    private final Runnable arrived;
    private final Map<String, Look> looks = new ConcurrentHashMap<>();

    BucketWatch(Clock clock, Runnable arrived) {
        this.clock = clock;
        this.arrived = arrived;
    }

    /** What came of the last look at the bucket of a stage. */
    private static final class Look {
        private boolean underWay;
        private boolean found;
        private Instant at = Instant.MIN;
    }

    /** What the last look has found; begins another if that is some time ago. */
    boolean hasArrivals(Pipeline pipeline, String stage, BooleanSupplier look) {
        Look last = looks.computeIfAbsent(pipeline.name() + "/" + stage, _ -> new Look());
        synchronized (last) {
            if (last.found) {
                // A run will take it; what comes later is for another look.
                last.found = false;
                return true;
            }
            if (!last.underWay && clock.instant().isAfter(last.at.plus(PAUSE))) {
                last.underWay = true;
                last.at = clock.instant();
                Thread.ofVirtual().name("bucket-" + pipeline.name()).start(() -> look(pipeline, stage, last, look));
            }
            return false;
        }
    }

    private void look(Pipeline pipeline, String stage, Look last, BooleanSupplier look) {
        boolean found = false;
        try {
            found = look.getAsBoolean();
        } catch (RuntimeException e) {
            LOG.warn(
                    "a bucket cannot be listed: pipeline={} stage={} reason={}",
                    pipeline.name(),
                    stage,
                    e.getMessage());
        }
        synchronized (last) {
            last.underWay = false;
            last.found = found;
        }
        if (found) {
            arrived.run();
        }
    }
}

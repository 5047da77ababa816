package io.atalaya.lakehouse.maintenance;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sweeps now and then, on a thread of its own, until it is closed. Writers and readers go on meanwhile. */
public final class SweepSchedule implements AutoCloseable {
    /** How old a file must be to go: far older than any write takes. */
    public static final Duration AGE = Duration.ofDays(1);

    private static final Logger LOG = LoggerFactory.getLogger(SweepSchedule.class);
    private static final long PATIENCE_SECONDS = 10;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("orphan-sweep").daemon().factory());

    private SweepSchedule() {}

    /** Sweeps for the first time after {@code first}, and then so long after the end of the last time. */
    public static SweepSchedule start(OrphanSweep sweep, Duration first, Duration every) {
        SweepSchedule schedule = new SweepSchedule();
        Future<?> _ = schedule.thread.scheduleWithFixedDelay(
                () -> run(sweep), first.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
        return schedule;
    }

    private static void run(OrphanSweep sweep) {
        long started = System.nanoTime();
        try {
            List<Path> removed = sweep.run(AGE);
            LOG.atInfo()
                    .addKeyValue("removed", removed.size())
                    .addKeyValue("elapsedMs", (System.nanoTime() - started) / 1_000_000)
                    .log("orphans swept");
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("orphans not swept; tried again next time");
        }
    }

    /** Stops between two tables. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the orphan sweep goes on while the service stops");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

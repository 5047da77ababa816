package io.atalaya.ingestion.run;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.policies.Policies;
import io.atalaya.policies.Principal;
import java.time.LocalDate;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a stage knows while it works, and how it tells what it does. */
public final class StageWork {
    private static final Logger LOG = LoggerFactory.getLogger(StageWork.class);
    private static final long LOOK_AGAIN_NANOS = 300_000_000;

    private final RunStore store;
    private final Policies policies;
    private final UUID run;
    private final LocalDate date;
    private final Pipeline pipeline;
    private final Stage stage;
    private final AtomicBoolean lost;
    private final Steps steps;
    private long lookedAt = System.nanoTime() - LOOK_AGAIN_NANOS;
    private long toldAt = System.nanoTime();
    private volatile long triedAt = System.nanoTime();

    StageWork(
            RunStore store,
            Policies policies,
            Run run,
            Pipeline pipeline,
            Stage stage,
            AtomicBoolean lost,
            Steps steps) {
        this.store = store;
        this.policies = policies;
        this.run = run.id();
        this.date = run.date();
        this.pipeline = pipeline;
        this.stage = stage;
        this.lost = lost;
        this.steps = steps;
    }

    /** The run it is part of. */
    public UUID run() {
        return run;
    }

    /** The day the run is of. */
    public LocalDate date() {
        return date;
    }

    /** The pipeline it is part of. */
    public Pipeline pipeline() {
        return pipeline;
    }

    /** The name of the stage. */
    public String stage() {
        return stage.name();
    }

    /** Who it is done as, with the profiles it has at this moment. */
    public Principal principal() {
        return policies.current().principal(pipeline.runAs()).to(pipeline.purpose());
    }

    /** A line for the log. */
    public void log(String message) {
        store.log(run, LogLine.Level.INFO, stage.name(), message);
    }

    /** A line for the log that somebody should look at. */
    public void warn(String message) {
        store.log(run, LogLine.Level.WARN, stage.name(), message);
    }

    /**
     * How far it has come; stored now and then.
     *
     * @param progress from 0 to 1
     */
    public void progress(long rowsIn, long rowsOut, long rowsRejected, double progress) {
        goOn();
        if (System.nanoTime() - toldAt > LOOK_AGAIN_NANOS) {
            toldAt = System.nanoTime();
            store.progress(run, stage.name(), rowsIn, rowsOut, rowsRejected, progress);
        }
    }

    /** Begins another try. */
    void tryAgain() {
        triedAt = System.nanoTime();
    }

    /** Why this try must not go on; empty if it has time left. */
    Optional<IngestionException.TimedOut> late() {
        return stage.retries()
                .timeout()
                .filter(timeout -> System.nanoTime() - triedAt > timeout.toNanos())
                .map(IngestionException.TimedOut::new);
    }

    /**
     * Returns if the work is still wanted, and has time left.
     *
     * @throws IngestionException.Cancelled if it is not wanted
     * @throws IngestionException.TimedOut if it has none
     */
    public void goOn() {
        if (lost.get()) {
            throw new IngestionException.Cancelled("Another node has taken the run over");
        }
        late().ifPresent(timeout -> {
            throw timeout;
        });
        if (System.nanoTime() - lookedAt > LOOK_AGAIN_NANOS) {
            lookedAt = System.nanoTime();
            if (store.cancelRequested(run)) {
                throw new IngestionException.Cancelled("Cancelled");
            }
        }
    }

    /** Whether nobody has cancelled the run, or taken it over. */
    boolean isWanted() {
        return !lost.get() && !store.cancelRequested(run);
    }

    /** Whether a failure may have come of the work being stopped, so that nothing more is to be tried. */
    public boolean isOver(RuntimeException failure) {
        return Thread.currentThread().isInterrupted()
                || !isWanted()
                || late().isPresent()
                || failure.getCause() instanceof InterruptedException;
    }

    /** Calls {@code stop}, from another thread, if the work is cancelled or late before the answer is closed. */
    public Watch watch(Runnable stop) {
        Watch watch = new Watch(new CountDownLatch(1));
        Thread.ofVirtual().name("cancel-" + run).start(() -> {
            try {
                while (!watch.closed().await(LOOK_AGAIN_NANOS, TimeUnit.NANOSECONDS)) {
                    if (!isWanted() || late().isPresent()) {
                        stop.run();
                        return;
                    }
                }
            } catch (InterruptedException | RuntimeException e) {
                LOG.warn("no longer looking for a reason to stop: run={}", run, e);
            }
        });
        return watch;
    }

    /** Looks for a reason to stop until it is closed. */
    public record Watch(CountDownLatch closed) implements AutoCloseable {
        @Override
        public void close() {
            closed.countDown();
        }
    }

    /** The write that an earlier try of this stage in this run has begun, and may have finished. */
    public Optional<String> begunCommit() {
        return store.find(run).flatMap(found -> found.stage(stage.name()).commitId());
    }

    /** Notes the write that is about to be done, durably. */
    public void beginCommit(String commitId) {
        store.beginCommit(run, stage.name(), commitId);
    }

    /** Passes a point between two durable steps. */
    public void reached(String step) {
        steps.reached(stage.name() + "/" + step);
    }

    /** Hears of each point between two durable steps; tests let the process die there. */
    @FunctionalInterface
    public interface Steps {
        void reached(String step);
    }
}

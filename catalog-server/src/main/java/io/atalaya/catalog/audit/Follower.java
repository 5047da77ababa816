package io.atalaya.catalog.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that does the same again and again, with a pause before each time, until it is closed. */
public final class Follower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    private final Duration pause;
    private final Step step;
    private final String failure;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /** What is done; if it fails, it is tried again. */
    @FunctionalInterface
    public interface Step {
        void run() throws IOException;
    }

    /** One that is not started yet; {@code failure} is logged for the first of several failures in a row. */
    public Follower(String name, Duration pause, String failure, Step step) {
        this.pause = pause;
        this.failure = failure;
        this.step = step;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::follow);
    }

    /** Begins. */
    public void start() {
        thread.start();
    }

    /** Whether it is being closed. */
    public boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void follow() {
        boolean failed = false;
        while (true) {
            try {
                if (closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                step.run();
                failed = false;
            } catch (InterruptedException e) {
                return;
            } catch (IOException | JdbiException | UncheckedIOException | AuditException e) {
                if (!failed) {
                    LOG.warn(failure, e);
                }
                failed = true;
            }
        }
    }

    /** Stops; what it is doing is finished first. */
    @Override
    public void close() {
        closing.countDown();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

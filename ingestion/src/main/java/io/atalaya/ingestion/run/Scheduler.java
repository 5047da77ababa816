package io.atalaya.ingestion.run;

import io.atalaya.ingestion.Pipelines;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.ingestion.pipeline.Trigger;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.iceberg.catalog.TableIdentifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the runs that are due, and works on them. A run belongs to the node that holds its lease; a node that dies lets
 * go of it, and another, or the same after a restart, goes on.
 */
public final class Scheduler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
    private static final Duration DEADLINES = Duration.ofSeconds(15);
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final Pipelines pipelines;
    private final RunStore store;
    private final RunEngine engine;
    private final Sources sources;
    private final Upstream upstream;
    private final Deadlines deadlines;
    private final Arrivals arrivals;
    private final Clock clock;
    private final Duration poll;
    private final int capacity;
    private final String node = UUID.randomUUID().toString();
    private final Map<UUID, Held> running = new ConcurrentHashMap<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean closed;
    private volatile boolean started;
    private volatile boolean triggers;
    private final Thread loop = Thread.ofVirtual().name("ingestion-scheduler").unstarted(this::loop);
    private final Thread leases = Thread.ofVirtual().name("ingestion-leases").unstarted(this::renewLeases);

    private record Held(Thread thread, AtomicBoolean lost) {}

    /**
     * A scheduler, not yet started.
     *
     * @param poll how often it looks without being woken
     * @param capacity how many runs at the same time
     */
    public Scheduler(
            Pipelines pipelines,
            RunStore store,
            RunEngine engine,
            Sources sources,
            Upstream upstream,
            Deadlines deadlines,
            Clock clock,
            Duration poll,
            int capacity) {
        this.pipelines = pipelines;
        this.store = store;
        this.engine = engine;
        this.sources = sources;
        this.upstream = upstream;
        this.deadlines = deadlines;
        this.clock = clock;
        this.poll = poll;
        this.capacity = capacity;
        this.arrivals = new Arrivals(this::wake);
    }

    /** What may have something to take in. */
    public interface Sources {
        /** Listens to what these pipelines name, and to nothing else any more. */
        void listen(List<Pipeline> pipelines);

        /** Whether there is something that was not dealt with. */
        boolean hasArrivals(Pipeline pipeline, Stage.Extract stage);
    }

    /**
     * Begins to work.
     *
     * @param triggers whether to start runs that are due, and not only work on those that were asked for
     * @param onlyNode whether runs that are held by a lease can only be left over from a process that died
     */
    public void start(boolean triggers, boolean onlyNode) {
        this.triggers = triggers;
        if (onlyNode) {
            store.leases().releaseAll();
        }
        started = true;
        loop.start();
        leases.start();
        if (triggers) {
            Thread.ofVirtual().name("ingestion-deadlines").start(this::lookAtDeadlines);
        }
    }

    /** Deadlines have a thread of their own: whoever is told of a missed one may take long to answer. */
    private void lookAtDeadlines() {
        try {
            do {
                try {
                    deadlines.look();
                } catch (RuntimeException e) {
                    LOG.warn("deadlines are looked at again", e);
                }
            } while (!ended.await(DEADLINES.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            LOG.debug("deadlines are looked at no more");
        }
    }

    /** Makes it look now. */
    public void wake() {
        wake.release();
    }

    private void loop() {
        while (!closed) {
            try {
                if (triggers) {
                    trigger();
                }
                work();
            } catch (RuntimeException e) {
                LOG.warn("scheduling failed and is tried again", e);
            }
            try {
                if (wake.tryAcquire(poll.toMillis(), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                }
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private void trigger() {
        for (String name : pipelines.takeDue()) {
            pipelines.find(name).ifPresent(pipeline -> store.queue(pipeline, "cron", pipeline.runAs()));
        }
        List<Pipeline> triggered = pipelines.triggered();
        sources.listen(triggered);
        for (Pipeline pipeline : triggered) {
            for (Trigger trigger : pipeline.triggers()) {
                switch (trigger) {
                    case Trigger.Arrival(String stage) -> arrival(pipeline, stage);
                    case Trigger.Snapshot(TableIdentifier table) -> snapshot(pipeline, table);
                    case Trigger.Cron _ -> {}
                }
            }
        }
    }

    private void arrival(Pipeline pipeline, String stage) {
        if (pipeline.stage(stage) instanceof Stage.Extract extract) {
            if (extract.source() instanceof FileDrop drop
                    && drop.place() instanceof FileDrop.Place.Folder(var folder)) {
                arrivals.watch(folder);
            }
            if (!store.isActive(pipeline.name()) && sources.hasArrivals(pipeline, extract)) {
                store.queue(pipeline, "arrival", pipeline.runAs());
            }
        }
    }

    private void snapshot(Pipeline pipeline, TableIdentifier table) {
        if (!store.isActive(pipeline.name())) {
            upstream.change(pipeline, table)
                    .filter(_ ->
                            store.queue(pipeline, "snapshot", pipeline.runAs()).isPresent())
                    .ifPresent(upstream::started);
        }
    }

    private void work() {
        int free = capacity - running.size();
        if (free <= 0 || closed) {
            return;
        }
        for (UUID run : store.leases().claim(node, clock.instant().plus(LEASE), free, running.keySet())) {
            AtomicBoolean lost = new AtomicBoolean();
            Thread thread = Thread.ofVirtual().name("run-" + run).unstarted(() -> run(run, lost));
            running.put(run, new Held(thread, lost));
            thread.start();
        }
    }

    private void run(UUID id, AtomicBoolean lost) {
        try {
            Run run = store.find(id).orElseThrow();
            Pipeline pipeline = pipelines.version(run.version()).orElseThrow();
            engine.run(id, pipeline, lost);
            if (closed) {
                store.leases().release(id, node);
            }
        } catch (InterruptedException _) {
            store.leases().release(id, node);
        } catch (RuntimeException e) {
            // The database or the audit log failed: nothing can be said about the run, so it stays and is taken up
            // again.
            LOG.warn("run interrupted, to be resumed: run={}", id, e);
        } finally {
            running.remove(id);
            wake();
        }
    }

    private void renewLeases() {
        while (!closed) {
            try {
                if (ended.await(LEASE.toMillis() / 5, TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException _) {
                return;
            }
            running.forEach((run, held) -> {
                try {
                    if (!store.leases().renew(run, node, clock.instant().plus(LEASE))) {
                        held.lost()
                                .set(store.find(run)
                                        .map(found -> !found.state().ended())
                                        .orElse(true));
                    }
                } catch (RuntimeException e) {
                    LOG.warn("lease not renewed: run={}", run, e);
                }
            });
        }
    }

    /** How busy all nodes are. */
    public RunLoad load() {
        return store.leases().load();
    }

    /** How many runs are being worked on here. */
    public int running() {
        return running.size();
    }

    /** Stops; what was under way is taken up after the next start. Waits for writes to come to their end. */
    @Override
    public void close() {
        closed = true;
        arrivals.close();
        if (!started) {
            return;
        }
        wake();
        ended.countDown();
        running.values().forEach(held -> held.lost().set(true));
        try {
            loop.join(Duration.ofSeconds(10));
            for (Held held : running.values()) {
                if (!held.thread().join(Duration.ofSeconds(10))) {
                    held.thread().interrupt();
                    held.thread().join(Duration.ofSeconds(10));
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

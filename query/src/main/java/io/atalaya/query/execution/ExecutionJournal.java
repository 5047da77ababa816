package io.atalaya.query.execution;

import io.atalaya.query.QueryExecution;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes executions to the store behind their back, many in one transaction, so that a statement waits for no disk but
 * the audit log's. What is not written yet is answered from memory. A crash can lose the last few of the list, never of
 * the audit.
 */
final class ExecutionJournal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExecutionJournal.class);
    private static final int MOST_AT_ONCE = 500;

    /** How long it gathers: most statements are over by then, and are written once and not at each step. */
    private static final long GATHERING_MILLIS = 200;

    private final ExecutionStore store;
    private final Map<String, Execution> live = new ConcurrentHashMap<>();
    private final Map<Execution, Long> dirty = new LinkedHashMap<>();
    private final Thread writer;
    private final Lock lock = new ReentrantLock();

    /** There is something to write, or never will be again. */
    private final Condition some = lock.newCondition();

    /** Gathering is over before its time. */
    private final Condition enough = lock.newCondition();

    private final Condition written = lock.newCondition();
    private long changes;
    private int flushing;
    private boolean closed;

    ExecutionJournal(ExecutionStore store) {
        this.store = store;
        this.writer = Thread.ofVirtual().name("execution-journal").unstarted(this::write);
    }

    ExecutionJournal start() {
        writer.start();
        return this;
    }

    /** To be called after every change. Asks nothing of an execution while it holds its own lock, so a caller may hold that. */
    void changed(Execution execution) {
        live.put(execution.known().id().toString(), execution);
        lock.lock();
        try {
            if (dirty.isEmpty()) {
                some.signal();
            }
            dirty.put(execution, ++changes);
            if (dirty.size() == MOST_AT_ONCE) {
                enough.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The execution, if it runs or has not been written yet. */
    Optional<Execution> live(String id) {
        return Optional.ofNullable(live.get(id));
    }

    /** Returns when everything said before the call is written; what is said meanwhile is not waited for. */
    void flush() {
        lock.lock();
        try {
            flushing++;
            enough.signal();
            Set<Execution> said = Set.copyOf(dirty.keySet());
            while (!Collections.disjoint(dirty.keySet(), said) && writer.isAlive()) {
                var _ = written.await(100, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            flushing--;
            lock.unlock();
        }
    }

    /** Writes what is not written yet; what cannot be is given up. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            some.signal();
            enough.signal();
        } finally {
            lock.unlock();
        }
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        while (true) {
            Map<Execution, Long> taken = take();
            if (taken.isEmpty()) {
                return;
            }
            Map<Execution, QueryExecution> batch = new LinkedHashMap<>();
            taken.keySet().forEach(execution -> batch.put(execution, execution.known()));
            try {
                store.save(batch.entrySet().stream()
                        .map(entry -> StoredExecution.of(
                                entry.getValue(),
                                entry.getKey().columns(),
                                entry.getKey().request().clientRequestToken(),
                                entry.getKey().reuseKey()))
                        .toList());
                written(taken, batch);
            } catch (RuntimeException e) {
                if (isClosed()) {
                    LOG.error("The last executions could not be stored and will be missing from the list", e);
                    return;
                }
                LOG.error("Executions could not be stored; trying again", e);
                pause();
            }
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Empty when closed and everything is written. */
    private Map<Execution, Long> take() {
        lock.lock();
        try {
            while (dirty.isEmpty() && !closed) {
                some.await();
            }
            gather();
            Map<Execution, Long> taken = new LinkedHashMap<>();
            dirty.entrySet().stream().limit(MOST_AT_ONCE).forEach(entry -> taken.put(entry.getKey(), entry.getValue()));
            return taken;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Map.of();
        } finally {
            lock.unlock();
        }
    }

    private void gather() throws InterruptedException {
        long left = TimeUnit.MILLISECONDS.toNanos(GATHERING_MILLIS);
        while (left > 0 && flushing == 0 && !closed && dirty.size() < MOST_AT_ONCE) {
            left = enough.awaitNanos(left);
        }
    }

    /** What changed again in the meantime stays for the next round. */
    private void written(Map<Execution, Long> taken, Map<Execution, QueryExecution> batch) {
        List<String> over = new ArrayList<>();
        lock.lock();
        try {
            taken.forEach((execution, change) -> {
                QueryExecution saved = Objects.requireNonNull(batch.get(execution));
                if (dirty.remove(execution, change) && saved.state().isFinal()) {
                    over.add(saved.id().toString());
                }
            });
            written.signalAll();
        } finally {
            lock.unlock();
        }
        over.forEach(live::remove);
    }

    private static void pause() {
        try {
            Thread.sleep(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

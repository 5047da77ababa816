package io.atalaya.catalog.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The records that wait for the appender, and its sense of when to wait a moment longer: as many callers as lately were
 * in flight together are probably about to come back, and another flush costs more than waiting for them.
 */
final class AppendQueue {
    private static final int LARGEST_BATCH = 4096;
    private static final long LARGEST_BATCH_BYTES = 8L << 20;

    private final ConcurrentLinkedQueue<Entry> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final boolean batching;
    private volatile @Nullable Thread appender;
    private volatile int wanted = 1;
    private volatile boolean woken;
    private double together = 1;
    private double flushNanos = 100_000;

    AppendQueue(boolean batching) {
        this.batching = batching;
    }

    /** A record, the news that it is written, and the promise of its sequence number once it is durable. */
    record Entry(RecordLine line, CompletableFuture<Void> written, CompletableFuture<Long> sequence) {
        Entry(RecordLine line) {
            this(line, new CompletableFuture<>(), new CompletableFuture<>());
        }

        void refuse(Throwable reason) {
            written.completeExceptionally(reason);
            sequence.completeExceptionally(reason);
        }
    }

    /** One whose caller waits for the flush. */
    Entry add(RecordLine line) {
        Entry entry = new Entry(line);
        queue.add(entry);
        if (waiting.incrementAndGet() == wanted) {
            LockSupport.unpark(appender);
        }
        return entry;
    }

    /** One that is written at once, as its caller does not wait for the flush. */
    Entry addUrgent(RecordLine line) {
        Entry entry = new Entry(line);
        queue.add(entry);
        waiting.incrementAndGet();
        wake();
        return entry;
    }

    /** Ends the appender's wait. */
    void wake() {
        woken = true;
        LockSupport.unpark(appender);
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** What is to be written together; empty if nothing came for {@code nanos}. Called by the appender only. */
    List<Entry> take(long nanos) {
        appender = Thread.currentThread();
        boolean urgent = await(1, nanos);
        if (batching && !urgent && waiting.get() > 0) {
            var _ = await((int) Math.round(together), (long) flushNanos);
        }
        List<Entry> batch = new ArrayList<>();
        long bytes = 0;
        while (batch.size() < (batching ? LARGEST_BATCH : 1) && bytes < LARGEST_BATCH_BYTES) {
            Entry entry = queue.poll();
            if (entry == null) {
                break;
            }
            batch.add(entry);
            bytes += entry.line.length();
        }
        waiting.addAndGet(-batch.size());
        return batch;
    }

    /** Waits until so many wait, but no longer than that; true if it was ended before. */
    private boolean await(int number, long nanos) {
        wanted = number;
        long until = System.nanoTime() + nanos;
        for (long left = nanos; waiting.get() < number && left > 0 && !woken; left = until - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
        boolean ended = woken;
        woken = false;
        return ended;
    }

    /** Learns from a flush, before its callers go: how long it took, and how many were in it or came meanwhile. */
    void flushed(int records, long nanos) {
        flushNanos += (nanos - flushNanos) / 8;
        int inFlight = records + waiting.get();
        together = Math.max(inFlight, together + (inFlight - together) / 16);
    }
}

package io.atalaya.lakehouse.feed;

import io.atalaya.lakehouse.LakehouseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.c.ArrowArrayStream;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * A feed as a stream of Arrow's C interface, which the engine reads in place: no row crosses the border one by one. What
 * goes wrong in the feed stops the statement that reads it, and is kept for whoever ran it.
 */
public final class ArrowFeed implements ArrowArrayStream, AutoCloseable {
    private static final Map<Long, ArrowFeed> OPEN = new ConcurrentHashMap<>();
    private static final AtomicLong LAST_ID = new AtomicLong();

    private final long id = LAST_ID.incrementAndGet();
    private final RowFeed feed;
    private final TextChunk chunk;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment stream;
    private final MemorySegment message;
    private final ArrowSchema schema;
    private final Queue<ArrowChunk> returned = new ConcurrentLinkedQueue<>();
    private final AtomicInteger outstanding = new AtomicInteger();
    private @Nullable Throwable failure;

    private ArrowFeed(RowFeed feed) {
        this.feed = feed;
        this.chunk = new TextChunk(feed.columns().size());
        this.schema = new ArrowSchema(feed, arena);
        this.message = arena.allocateFrom("the rows cannot be made");
        this.stream = ArrowCalls.stream(arena, id);
    }

    /** Makes the feed a table of that name for one reading on that connection; to be closed after the connection. */
    public static ArrowFeed open(DuckDBConnection connection, String name, RowFeed feed) {
        ArrowFeed opened = new ArrowFeed(feed);
        OPEN.put(opened.id, opened);
        try {
            connection.registerArrowStream(name, opened);
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw new LakehouseException.Failed(e, "the engine takes no rows");
        }
    }

    @Override
    public long memoryAddress() {
        return stream.address();
    }

    static @Nullable ArrowFeed of(long id) {
        return OPEN.get(id);
    }

    MemorySegment message() {
        return message;
    }

    void describe(MemorySegment out) {
        schema.write(out);
    }

    /** Writes the next chunk to where the engine wants it; false if that failed. */
    synchronized boolean next(MemorySegment out) {
        if (failure != null) {
            return false;
        }
        try {
            chunk.clear();
            feed.fill(chunk);
            if (chunk.rows() == 0) {
                out.fill((byte) 0);
                return true;
            }
            ArrowChunk place = returned.poll();
            if (place == null) {
                place = new ArrowChunk(arena, feed.columns().size());
            }
            long key = LAST_ID.incrementAndGet();
            place.write(chunk, out, key);
            outstanding.incrementAndGet();
            ArrowCalls.handOut(key, this, place);
            return true;
        } catch (Throwable e) {
            failure = e;
            return false;
        }
    }

    /** The engine does not need that chunk any more. */
    void released(ArrowChunk place) {
        returned.add(place);
        outstanding.decrementAndGet();
    }

    /** Throws what went wrong in the feed, if something did. */
    public synchronized void rethrow() {
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case IOException e -> throw new UncheckedIOException(e);
            case Throwable e -> throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        OPEN.remove(id);
        // What the engine may still look at stays; that costs memory, and never the process.
        if (outstanding.get() == 0) {
            arena.close();
        }
    }
}

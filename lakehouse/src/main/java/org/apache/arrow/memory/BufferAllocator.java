package org.apache.arrow.memory;

/** What DuckDB's driver wants to be given before it hands out a stream, and never asks for memory. */
public final class BufferAllocator {
    /** The only one that is needed. */
    public static final BufferAllocator NONE = new BufferAllocator();

    private BufferAllocator() {}
}

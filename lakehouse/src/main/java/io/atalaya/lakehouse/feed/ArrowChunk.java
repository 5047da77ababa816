package io.atalaya.lakehouse.feed;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A place outside the heap that chunks are copied to for the engine, one after the other. */
final class ArrowChunk {
    private static final long ARRAY = 80;

    private final Arena arena;
    private final int columns;
    private final MemorySegment children;
    private final MemorySegment arrays;
    private final MemorySegment buffers;
    private MemorySegment data = MemorySegment.NULL;

    ArrowChunk(Arena arena, int columns) {
        this.arena = arena;
        this.columns = columns;
        this.arrays = arena.allocate(ARRAY * (columns + 1), 8);
        this.children = arena.allocate(ValueLayout.ADDRESS, columns + 1);
        this.buffers = arena.allocate(ValueLayout.ADDRESS, 3L * (columns + 2));
        for (int i = 0; i <= columns; i++) {
            children.setAtIndex(ValueLayout.ADDRESS, i, arrays.asSlice(i * ARRAY, ARRAY));
        }
    }

    /**
     * Copies the chunk here and describes it there.
     *
     * @param key what the engine tells when it is done with it
     */
    void write(TextChunk chunk, MemorySegment out, long key) {
        int rows = chunk.rows();
        long offsets = aligned(4L * (rows + 1));
        long present = aligned((rows + 7) / 8 + 8);
        long needed = aligned(8L * rows);
        for (TextChunk.Column column : chunk.columns()) {
            needed += offsets + present + aligned(column.size + 1L);
        }
        if (data.byteSize() < needed) {
            data = arena.allocate(needed + needed / 4, 64);
        }
        MemorySegment.copy(chunk.numbers(), 0, data, ValueLayout.JAVA_LONG, 0, rows);
        long at = aligned(8L * rows);
        array(0, rows, 0, 2, MemorySegment.NULL, data, MemorySegment.NULL);
        for (int i = 0; i < columns; i++) {
            TextChunk.Column column = chunk.columns()[i];
            MemorySegment bits = data.asSlice(at, present);
            MemorySegment.copy(column.present, 0, bits, ValueLayout.JAVA_LONG, 0, (rows + 63) / 64);
            MemorySegment ends = data.asSlice(at + present, offsets);
            MemorySegment.copy(column.ends, 0, ends, ValueLayout.JAVA_INT, 0, rows + 1);
            MemorySegment bytes = data.asSlice(at + present + offsets, aligned(column.size + 1L));
            MemorySegment.copy(column.bytes, 0, bytes, ValueLayout.JAVA_BYTE, 0, column.size);
            at += present + offsets + bytes.byteSize();
            int missing = column.missing(rows);
            array(i + 1, rows, missing, 3, missing == 0 ? MemorySegment.NULL : bits, ends, bytes);
        }
        MemorySegment none = buffers.asSlice(3L * 8 * (columns + 1), 8);
        none.set(ValueLayout.ADDRESS, 0, MemorySegment.NULL);
        describe(out, rows, 0, 1, columns + 1, none);
        out.set(ValueLayout.ADDRESS, 48, children);
        out.set(ValueLayout.ADDRESS, 64, ArrowCalls.RELEASE_ARRAY);
        out.set(ValueLayout.JAVA_LONG, 72, key);
    }

    private void array(
            int index,
            int rows,
            int missing,
            int count,
            MemorySegment first,
            MemorySegment second,
            MemorySegment third) {
        MemorySegment own = buffers.asSlice(24L * index, 24);
        own.set(ValueLayout.ADDRESS, 0, first);
        own.set(ValueLayout.ADDRESS, 8, second);
        own.set(ValueLayout.ADDRESS, 16, third);
        MemorySegment array = arrays.asSlice(index * ARRAY, ARRAY);
        describe(array, rows, missing, count, 0, own);
        array.set(ValueLayout.ADDRESS, 64, ArrowCalls.RELEASE_PART);
    }

    private static void describe(
            MemorySegment array, int rows, int missing, int bufferCount, int childCount, MemorySegment own) {
        array.fill((byte) 0);
        array.set(ValueLayout.JAVA_LONG, 0, rows);
        array.set(ValueLayout.JAVA_LONG, 8, missing);
        array.set(ValueLayout.JAVA_LONG, 24, bufferCount);
        array.set(ValueLayout.JAVA_LONG, 32, childCount);
        array.set(ValueLayout.ADDRESS, 40, own);
    }

    private static long aligned(long bytes) {
        return (bytes + 63) & ~63L;
    }
}

package io.atalaya.lakehouse.feed;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The columns of a feed as Arrow's C structure, laid out once. */
final class ArrowSchema {
    private static final long SIZE = 72;
    private static final long NULLABLE = 2;

    private final MemorySegment struct;

    ArrowSchema(RowFeed feed, Arena arena) {
        int columns = feed.columns().size() + 1;
        MemorySegment children = arena.allocate(ValueLayout.ADDRESS, columns);
        children.setAtIndex(ValueLayout.ADDRESS, 0, one(arena, "l", feed.number(), 0, MemorySegment.NULL));
        for (int i = 1; i < columns; i++) {
            children.setAtIndex(
                    ValueLayout.ADDRESS, i, one(arena, "u", feed.columns().get(i - 1), 0, MemorySegment.NULL));
        }
        struct = one(arena, "+s", "", columns, children);
    }

    private static MemorySegment one(Arena arena, String format, String name, int count, MemorySegment children) {
        MemorySegment schema = arena.allocate(SIZE, 8);
        schema.set(ValueLayout.ADDRESS, 0, arena.allocateFrom(format));
        schema.set(ValueLayout.ADDRESS, 8, arena.allocateFrom(name));
        schema.set(ValueLayout.JAVA_LONG, 24, NULLABLE);
        schema.set(ValueLayout.JAVA_LONG, 32, count);
        schema.set(ValueLayout.ADDRESS, 40, children);
        schema.set(ValueLayout.ADDRESS, 56, ArrowCalls.RELEASE_SCHEMA);
        return schema;
    }

    void write(MemorySegment out) {
        out.copyFrom(struct);
    }
}

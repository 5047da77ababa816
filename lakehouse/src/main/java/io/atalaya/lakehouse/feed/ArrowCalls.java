package io.atalaya.lakehouse.feed;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What the engine calls, for all streams; which one is meant is in the structure it passes. None of these may throw. */
@SuppressWarnings("restricted")
final class ArrowCalls {
    private static final int STREAM = 40;
    private static final int SCHEMA = 72;
    private static final int ARRAY = 80;
    private static final int FAILED = 5;

    /** Chunks the engine holds, by the key in their structure. */
    private static final Map<Long, Handed> HANDED = new ConcurrentHashMap<>();

    private record Handed(ArrowFeed feed, ArrowChunk chunk) {}

    static final MemorySegment RELEASE_SCHEMA = stub("releaseSchema", false);
    static final MemorySegment RELEASE_ARRAY = stub("releaseArray", false);
    static final MemorySegment RELEASE_PART = stub("releasePart", false);
    private static final MemorySegment GET_SCHEMA = stub("getSchema", true);
    private static final MemorySegment GET_NEXT = stub("getNext", true);
    private static final MemorySegment LAST_ERROR = lastErrorStub();
    private static final MemorySegment RELEASE_STREAM = stub("releaseStream", false);

    private ArrowCalls() {}

    /** The structure of a stream. */
    static MemorySegment stream(Arena arena, long feed) {
        MemorySegment stream = arena.allocate(STREAM, 8);
        stream.set(ValueLayout.ADDRESS, 0, GET_SCHEMA);
        stream.set(ValueLayout.ADDRESS, 8, GET_NEXT);
        stream.set(ValueLayout.ADDRESS, 16, LAST_ERROR);
        stream.set(ValueLayout.ADDRESS, 24, RELEASE_STREAM);
        stream.set(ValueLayout.JAVA_LONG, 32, feed);
        return stream;
    }

    /** Notes that the engine is given a chunk under that key. */
    static void handOut(long key, ArrowFeed feed, ArrowChunk chunk) {
        HANDED.put(key, new Handed(feed, chunk));
    }

    private static MemorySegment stub(String name, boolean answers) {
        return answers
                ? stub(
                        name,
                        MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS))
                : stub(
                        name,
                        MethodType.methodType(void.class, MemorySegment.class),
                        FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
    }

    private static MemorySegment lastErrorStub() {
        return stub(
                "lastError",
                MethodType.methodType(MemorySegment.class, MemorySegment.class),
                FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    }

    private static MemorySegment stub(String name, MethodType type, FunctionDescriptor c) {
        try {
            MethodHandle method = MethodHandles.lookup().findStatic(ArrowCalls.class, name, type);
            return Linker.nativeLinker().upcallStub(method, c, Arena.global());
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static @Nullable ArrowFeed feed(MemorySegment stream) {
        return ArrowFeed.of(stream.reinterpret(STREAM).get(ValueLayout.JAVA_LONG, 32));
    }

    @SuppressWarnings("UnusedMethod")
    private static int getSchema(MemorySegment stream, MemorySegment out) {
        ArrowFeed feed = feed(stream);
        if (feed == null) {
            return FAILED;
        }
        feed.describe(out.reinterpret(SCHEMA));
        return 0;
    }

    @SuppressWarnings("UnusedMethod")
    private static int getNext(MemorySegment stream, MemorySegment out) {
        ArrowFeed feed = feed(stream);
        return feed != null && feed.next(out.reinterpret(ARRAY)) ? 0 : FAILED;
    }

    @SuppressWarnings("UnusedMethod")
    private static MemorySegment lastError(MemorySegment stream) {
        ArrowFeed feed = feed(stream);
        return feed == null ? MemorySegment.NULL : feed.message();
    }

    @SuppressWarnings("UnusedMethod")
    private static void releaseStream(MemorySegment stream) {
        stream.reinterpret(STREAM).set(ValueLayout.ADDRESS, 24, MemorySegment.NULL);
    }

    @SuppressWarnings("UnusedMethod")
    private static void releaseSchema(MemorySegment schema) {
        schema.reinterpret(SCHEMA).set(ValueLayout.ADDRESS, 56, MemorySegment.NULL);
    }

    @SuppressWarnings("UnusedMethod")
    private static void releasePart(MemorySegment array) {
        array.reinterpret(ARRAY).set(ValueLayout.ADDRESS, 64, MemorySegment.NULL);
    }

    @SuppressWarnings("UnusedMethod")
    private static void releaseArray(MemorySegment array) {
        MemorySegment released = array.reinterpret(ARRAY);
        released.set(ValueLayout.ADDRESS, 64, MemorySegment.NULL);
        Handed handed = HANDED.remove(released.get(ValueLayout.JAVA_LONG, 72));
        if (handed != null) {
            handed.feed().released(handed.chunk());
        }
    }
}

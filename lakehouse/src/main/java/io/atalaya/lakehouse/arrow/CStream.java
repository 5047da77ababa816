package io.atalaya.lakehouse.arrow;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.memory.BufferAllocator;
import org.duckdb.DuckDBResultSet;

/**
 * The rows of a result as a stream of Arrow's C interface: some thousand at a time, column by column, where the engine has them.
 * One thread uses it, and closes it before the result.
 *
 * @see <a href="https://arrow.apache.org/docs/format/CStreamInterface.html">The C stream interface</a>
 */
@SuppressWarnings("restricted")
final class CStream implements AutoCloseable {
    private static final int STREAM = 40;
    private static final int SCHEMA = 72;
    private static final int ARRAY = 80;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle GET = LINKER.downcallHandle(
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    private static final MethodHandle ERROR =
            LINKER.downcallHandle(FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    private static final MethodHandle RELEASE = LINKER.downcallHandle(FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment stream;
    private final MemorySegment array;

    private CStream(MemorySegment stream) {
        this.stream = stream;
        this.array = arena.allocate(ARRAY, 8);
    }

    /** The rows of that result, so many at a time. */
    static CStream of(ResultSet rows, long atATime) throws SQLException {
        ArrowArrayStream handed =
                (ArrowArrayStream) rows.unwrap(DuckDBResultSet.class).arrowExportStream(BufferAllocator.NONE, atATime);
        return new CStream(MemorySegment.ofAddress(handed.memoryAddress()).reinterpret(STREAM));
    }

    /**
     * A column, or a part of one.
     *
     * @param format its type, as the C data interface writes it
     */
    record Column(String name, String format, List<Column> parts) {
        Column {
            parts = List.copyOf(parts);
        }
    }

    /**
     * The values of a column in one batch.
     *
     * @param nulls how many of them are none
     * @param buffers by their places; an address of 0 is one that is not there
     */
    record Values(long length, long nulls, List<MemorySegment> buffers, List<Values> parts) {
        Values {
            buffers = List.copyOf(buffers);
            parts = List.copyOf(parts);
        }
    }

    /** What the columns are. */
    List<Column> columns() throws SQLException {
        MemorySegment schema = arena.allocate(SCHEMA, 8);
        get(0, schema);
        try {
            return column(schema).parts();
        } finally {
            release(schema, 56);
        }
    }

    /** The next batch, until this is called again; empty at the end. */
    Optional<Values> next() throws SQLException {
        release(array, 64);
        array.fill((byte) 0);
        get(8, array);
        return isReleased(array, 64) ? Optional.empty() : Optional.of(values(array));
    }

    private void get(long function, MemorySegment out) throws SQLException {
        try {
            int failed = (int) GET.invokeExact(stream.get(ValueLayout.ADDRESS, function), stream, out);
            if (failed != 0) {
                MemorySegment message = (MemorySegment) ERROR.invokeExact(stream.get(ValueLayout.ADDRESS, 16), stream);
                throw new SQLException(message.address() == 0 ? "no rows are given" : text(message));
            }
        } catch (SQLException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static Column column(MemorySegment schema) {
        List<Column> parts = new ArrayList<>();
        for (MemorySegment part : pointers(schema, 32, 40, SCHEMA)) {
            parts.add(column(part));
        }
        MemorySegment name = schema.get(ValueLayout.ADDRESS, 8);
        return new Column(name.address() == 0 ? "" : text(name), text(schema.get(ValueLayout.ADDRESS, 0)), parts);
    }

    private static Values values(MemorySegment array) {
        if (array.get(ValueLayout.JAVA_LONG, 16) != 0) {
            throw new IllegalStateException("a batch that begins within its buffers");
        }
        List<Values> parts = new ArrayList<>();
        for (MemorySegment part : pointers(array, 32, 48, ARRAY)) {
            parts.add(values(part));
        }
        return new Values(
                array.get(ValueLayout.JAVA_LONG, 0),
                array.get(ValueLayout.JAVA_LONG, 8),
                pointers(array, 24, 40, 0),
                parts);
    }

    /** What is pointed at from a list of so many pointers. */
    private static List<MemorySegment> pointers(MemorySegment in, long count, long list, long size) {
        long number = in.get(ValueLayout.JAVA_LONG, count);
        List<MemorySegment> found = new ArrayList<>();
        if (number > 0) {
            MemorySegment pointers =
                    in.get(ValueLayout.ADDRESS, list).reinterpret(number * ValueLayout.ADDRESS.byteSize());
            for (long i = 0; i < number; i++) {
                found.add(pointers.getAtIndex(ValueLayout.ADDRESS, i).reinterpret(size));
            }
        }
        return found;
    }

    private static String text(MemorySegment at) {
        return at.reinterpret(Integer.MAX_VALUE).getString(0, StandardCharsets.UTF_8);
    }

    private static boolean isReleased(MemorySegment structure, long release) {
        return structure.get(ValueLayout.ADDRESS, release).address() == 0;
    }

    private static void release(MemorySegment structure, long release) {
        if (isReleased(structure, release)) {
            return;
        }
        try {
            RELEASE.invokeExact(structure.get(ValueLayout.ADDRESS, release), structure);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try (arena) {
            release(array, 64);
            release(stream, 24);
        }
    }
}

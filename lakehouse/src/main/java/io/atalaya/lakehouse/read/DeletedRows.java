package io.atalaya.lakehouse.read;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.atalaya.lakehouse.LakehouseException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of data files are deleted by position, as the SQL function {@value #FUNCTION}. A query names the deletes
 * of a file by a number; the bitmap behind it is loaded when it is needed and may be forgotten and loaded again, as
 * the files it comes from never change.
 */
public final class DeletedRows {
    /** {@code (number BIGINT, row BIGINT) -> BOOLEAN}; number 0 stands for a file without deletes. */
    static final String FUNCTION = "atalaya_row_is_deleted";

    private static final long BYTES_KEPT = 256L << 20;
    private static final int NUMBERS_KEPT = 1_000_000;

    private final DeleteFiles files;
    private final AtomicLong next = new AtomicLong(1);
    private final ConcurrentMap<Long, Deletes> byNumber = new ConcurrentHashMap<>();
    private final Cache<Key, Long> numbers = Caffeine.newBuilder()
            .maximumSize(NUMBERS_KEPT)
            .evictionListener((@Nullable Key _, @Nullable Long number, RemovalCause _) -> forget(number))
            .build();
    private final Cache<Long, PositionDeleteIndex> bitmaps = Caffeine.newBuilder()
            .maximumWeight(BYTES_KEPT)
            .weigher((Long _, PositionDeleteIndex index) ->
                    (int) Math.min(Integer.MAX_VALUE, 128 + 2 * index.cardinality()))
            .build();

    /** Deletes read from {@code files}. */
    public DeletedRows(DeleteFiles files) {
        this.files = files;
    }

    /** Names the position deletes of one data file: the places of their files, sorted. */
    private record Key(String dataFile, List<String> places) {
        Key(PlannedFile planned) {
            this(
                    planned.file().location(),
                    planned.positional().stream()
                            .map(delete -> delete.location() + "#" + delete.contentOffset())
                            .sorted()
                            .toList());
        }
    }

    private record Deletes(String dataFile, List<DeleteFile> files) {}

    /** The number under which the function knows the deletes of a file; 0 if there are none. */
    long numberOf(PlannedFile planned) {
        if (planned.positional().isEmpty()) {
            return 0;
        }
        return numbers.get(new Key(planned), key -> {
            long number = next.getAndIncrement();
            List<DeleteFile> positional = planned.positional().stream()
                    .map(DeleteFile::copyWithoutStats)
                    .toList();
            byNumber.put(number, new Deletes(key.dataFile(), positional));
            return number;
        });
    }

    /** Makes the function known to the database of {@code connection}. */
    public void register(Connection connection) {
        try (var function = DuckDBFunctions.scalarFunction()) {
            function.withName(FUNCTION)
                    .withParameters(DuckDBColumnType.BIGINT, DuckDBColumnType.BIGINT)
                    .withReturnType(DuckDBColumnType.BOOLEAN)
                    .withVectorizedFunction(this::apply)
                    .register(connection);
        } catch (SQLException e) {
            throw new LakehouseException.Failed(e, "the engine does not take the function %s", FUNCTION);
        }
    }

    private void forget(@Nullable Long number) {
        if (number != null) {
            byNumber.remove(number);
        }
    }

    private void apply(DuckDBDataChunkReader input, DuckDBWritableVector output) {
        DuckDBReadableVector numbersIn = input.vector(0);
        DuckDBReadableVector rows = input.vector(1);
        long number = 0;
        PositionDeleteIndex deleted = PositionDeleteIndex.empty();
        for (long i = 0; i < input.rowCount(); i++) {
            long wanted = numbersIn.getLong(i);
            if (wanted != number) {
                number = wanted;
                deleted = bitmap(number);
            }
            output.setBoolean(i, number != 0 && deleted.isDeleted(rows.getLong(i)));
        }
    }

    private PositionDeleteIndex bitmap(long number) {
        if (number == 0) {
            return PositionDeleteIndex.empty();
        }
        return bitmaps.get(number, _ -> {
            Deletes deletes = byNumber.get(number);
            if (deletes == null) {
                throw new LakehouseException.Failed("no deletes are known under number %s", number);
            }
            return files.read(deletes.dataFile(), deletes.files());
        });
    }
}

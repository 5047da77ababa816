package io.atalaya.lakehouse.vector;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.duckdb.ReaderInstance;
import io.atalaya.lakehouse.read.PlannedFile;
import io.atalaya.lakehouse.read.ScanPlanner;
import io.atalaya.lakehouse.vector.VectorIndex.Row;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;

/**
 * The indexes of a lakehouse's vectors: fills them, and says of a snapshot which rows are nearest as far as its files have an
 * index. Thread-safe.
 */
public final class Vectors implements AutoCloseable {
    private static final long BYTES_KEPT = 64L << 20;

    private final ScanPlanner planner;
    private final ReaderInstance reader;
    private final VectorIndex index;
    private final Cache<String, Map<String, BitSet>> accepted = Caffeine.newBuilder()
            .maximumWeight(BYTES_KEPT)
            .weigher((String sql, Map<String, BitSet> rows) -> sql.length() * 2
                    + rows.values().stream()
                            .mapToInt(bits -> 64 + bits.size() / 8)
                            .sum())
            .build();

    public Vectors(ScanPlanner planner, ReaderInstance reader, VectorIndex index) {
        this.planner = planner;
        this.reader = reader;
        this.index = index;
    }

    /**
     * Where the nearest rows are.
     *
     * @param rows probably these, of all files that have an index
     * @param whole or any in these, which have none
     */
    public record Candidates(List<Row> rows, List<PlannedFile> whole) {
        public Candidates {
            rows = List.copyOf(rows);
            whole = List.copyOf(whole);
        }
    }

    /**
     * What was done to bring an index into step.
     *
     * @param files how many were indexed
     * @param rows how many rows those have
     */
    public record Indexed(int files, long rows) {}

    /** How long the vectors of a column are: as most of the first thousand that are there. Empty if none is. */
    public Optional<Integer> dimension(Table table, int fieldId) {
        List<PlannedFile> files = planner.files(table, Expressions.alwaysTrue());
        String column = name(table, fieldId);
        String sql = "SELECT mode(n) FROM (SELECT len(" + column + ") AS n FROM ("
                + planner.withFiles(table, Set.of(fieldId), files).sql() + ") WHERE n > 0 LIMIT 1000)";
        try (var connection = reader.connect();
                var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            int length = row.next() ? row.getInt(1) : 0;
            return length == 0 ? Optional.empty() : Optional.of(length);
        } catch (SQLException e) {
            throw new LakehouseException.Failed(e, "the vectors of %s cannot be read", table.name());
        }
    }

    /**
     * Indexes the files of the current snapshot that are not yet, and forgets those of others.
     *
     * @param progress told how many rows are indexed so far; what it throws ends the work between two rows, and the file that was
     *     under way is as if it had not begun
     */
    public Indexed bring(Table table, VectorColumn column, LongConsumer progress) {
        List<PlannedFile> files = planner.files(table, Expressions.alwaysTrue());
        int count = 0;
        long rows = 0;
        for (PlannedFile file : files) {
            if (!index.holds(column, file)) {
                LongAdder seen = new LongAdder();
                seen.add(rows);
                index.add(
                        column,
                        file,
                        sink -> read(table, column, file, (row, vector) -> {
                            seen.increment();
                            progress.accept(seen.sum());
                            sink.take(row, vector);
                        }));
                count++;
                rows += file.file().recordCount();
            }
        }
        index.retain(column, files);
        return new Indexed(count, rows);
    }

    /**
     * Where to look for the rows nearest to a vector in the current snapshot. Empty if no index helps: then everywhere.
     *
     * @param shown a query of {@link ScanPlanner#FILE_COLUMN} and {@link ScanPlanner#ROW_COLUMN} for the rows that may be found;
     *     empty: all that no delete file takes away
     */
    public Optional<Candidates> candidates(
            Table table, VectorColumn column, List<PlannedFile> files, Optional<String> shown, float[] to, int k) {
        List<PlannedFile> indexed = new ArrayList<>();
        List<PlannedFile> whole = new ArrayList<>();
        files.forEach(file -> (index.holds(column, file) ? indexed : whole).add(file));
        if (indexed.isEmpty() || to.length != column.dimension()) {
            return Optional.empty();
        }
        Optional<Map<String, BitSet>> rows = shown.or(() ->
                        indexed.stream().allMatch(file -> file.deletes().isEmpty())
                                ? Optional.empty()
                                : Optional.of(planner.withFiles(table, Set.of(column.fieldId()), indexed)
                                        .sql()))
                .map(sql -> accepted.get(sql, this::rows));
        return Optional.of(new Candidates(index.nearest(column, indexed, rows, to, k), whole));
    }

    private Map<String, BitSet> rows(String sql) {
        Map<String, BitSet> rows = new HashMap<>();
        try (var connection = reader.connect();
                var statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "SELECT " + ScanPlanner.FILE_COLUMN + ", " + ScanPlanner.ROW_COLUMN + " FROM (" + sql + ")")) {
            while (found.next()) {
                rows.computeIfAbsent(found.getString(1), _ -> new BitSet()).set(Math.toIntExact(found.getLong(2)));
            }
            return rows;
        } catch (SQLException e) {
            throw new LakehouseException.Failed(e, "the rows to search cannot be read");
        }
    }

    /** All rows of the file: one that is deleted today is there again when the table is rolled back. */
    private void read(Table table, VectorColumn column, PlannedFile file, VectorIndex.Sink sink) {
        String name = name(table, column.fieldId());
        String sql =
                "SELECT %s, CAST(%s AS FLOAT[]) FROM (%s) WHERE len(%2$s) = %4$d AND list_count(%2$s) = %4$d ORDER BY 1"
                        .formatted(
                                ScanPlanner.ROW_COLUMN,
                                name,
                                planner.withFiles(table, Set.of(column.fieldId()), List.of(file.undeleted()))
                                        .sql(),
                                column.dimension());
        try (var connection = reader.connect();
                var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                sink.take(Math.toIntExact(rows.getLong(1)), numbers(rows.getArray(2)));
            }
        } catch (SQLException e) {
            throw new LakehouseException.Failed(e, "the vectors of %s cannot be read", table.name());
        }
    }

    /** The numbers of a list of the engine's; a null among them is not a number. */
    public static float[] numbers(Array array) throws SQLException {
        Object[] numbers = (Object[]) array.getArray();
        float[] vector = new float[numbers.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = numbers[i] instanceof Number number ? number.floatValue() : Float.NaN;
        }
        return vector;
    }

    private static String name(Table table, int fieldId) {
        return DuckSql.name(
                Objects.requireNonNull(table.schema().findField(fieldId)).name());
    }

    /** Forgets the indexes of tables that are gone. */
    public void sweep(Predicate<UUID> isThere) {
        index.retainTables(isThere);
    }

    @Override
    public void close() {
        index.close();
    }
}

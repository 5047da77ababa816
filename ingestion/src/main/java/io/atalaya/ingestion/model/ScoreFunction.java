package io.atalaya.ingestion.model;

import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.models.DriftWatch;
import io.atalaya.models.ModelException;
import io.atalaya.models.Scorer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicLong;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBLogicalType;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * Models as a function of the engine that writes: rows are scored a chunk at a time where they flow by, on all its threads,
 * and none is kept. The function is given the number of a model that was opened for it and the cells of the row. As an engine's
 * function gives one value, that has the place of the class and, in its last 32 bits, how sure the model is or the number it
 * says; a vector is given as text.
 */
public final class ScoreFunction {
    private static final AtomicLong NAMES = new AtomicLong();
    private static final int TOGETHER = 512;
    private static final float[][] NO_VECTORS = {};
    private static final Scorer.Scores NOTHING_SAID = new Scorer.Scores(new int[0], new float[0]);

    private final String name = "atalaya_score_" + NAMES.incrementAndGet();
    private final String vectors = name + "_vector";
    private final String numbers = name + "_number";
    private final Map<Long, Use> open = new ConcurrentHashMap<>();
    private final AtomicLong last = new AtomicLong();

    /** Registers the function. */
    public ScoreFunction(Lakehouse lakehouse) {
        lakehouse.duckWriter().register(this::register);
    }

    /** What was told of some rows of a chunk, from that one on. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Told(int from, List<List<@Nullable String>> cells, Scorer.Scores scores, float[][] vectors) {}

    /** A model in use by one stage. */
    final class Use implements AutoCloseable {
        private final long id = last.incrementAndGet();
        private final Scorer scorer;
        private volatile DriftWatch watch;
        private volatile @Nullable RuntimeException failure;

        private Use(Scorer scorer, DriftWatch watch) {
            this.scorer = scorer;
            this.watch = watch;
            open.put(id, this);
        }

        /** The function of cells as SQL of the engine. */
        String of(List<String> cells) {
            return (scorer.dimensions() > 0 ? vectors : name) + "(" + id + ", " + String.join(", ", cells) + ")";
        }

        /** How sure it is, or the number it says, out of what the function gave. */
        String confidence(String given) {
            return numbers + "(" + given + ")";
        }

        /** What it says, out of what the function gave. */
        String label(String given) {
            if (scorer.dimensions() > 0) {
                return "CAST(" + given + " AS FLOAT[])";
            }
            return scorer.classes().isEmpty()
                    ? confidence(given)
                    : "list_extract(" + DuckSql.texts(scorer.classes()) + ", (" + given + " >> 32) + 1)";
        }

        Scorer scorer() {
            return scorer;
        }

        DriftWatch watch() {
            return watch;
        }

        /** What is counted begins anew. */
        void watch(DriftWatch fresh) {
            watch = fresh;
        }

        Optional<RuntimeException> failure() {
            return Optional.ofNullable(failure);
        }

        @Override
        public void close() {
            open.remove(id);
        }

        /**
         * The engine gives the rows of a row group to one thread, and most tables have few: all processors take a part. The cells of
         * a chunk are behind one lock, so one thread reads them, and the parts that it has read are scored meanwhile.
         */
        private void apply(DuckDBDataChunkReader input, DuckDBWritableVector output) {
            List<ForkJoinTask<Told>> parts = new ArrayList<>();
            for (int from = 0; from < input.rowCount(); from += TOGETHER) {
                int first = from;
                List<List<@Nullable String>> cells = cells(input, from);
                parts.add(ForkJoinTask.adapt(() -> told(first, cells)).fork());
            }
            // What was forked last is what this thread takes itself, if nobody has.
            parts.reversed().forEach(ForkJoinTask::join);
            for (ForkJoinTask<Told> one : parts) {
                Told part = one.join();
                watch.add(part.cells(), part.scores());
                if (scorer.dimensions() > 0) {
                    for (int row = 0; row < part.vectors().length; row++) {
                        put(part.vectors()[row], part.from() + row, output);
                    }
                } else {
                    put(part.scores(), part.from(), output);
                }
            }
        }

        private Told told(int from, List<List<@Nullable String>> cells) {
            return scorer.dimensions() > 0
                    ? new Told(from, cells, NOTHING_SAID, scorer.outputs(cells))
                    : new Told(from, cells, scorer.score(cells), NO_VECTORS);
        }

        private static List<List<@Nullable String>> cells(DuckDBDataChunkReader input, int from) {
            int until = Math.min((int) input.rowCount(), from + TOGETHER);
            int columns = (int) input.columnCount() - 1;
            List<List<@Nullable String>> cells = new ArrayList<>(until - from);
            for (int row = from; row < until; row++) {
                List<@Nullable String> one = new ArrayList<>(columns);
                for (int column = 1; column <= columns; column++) {
                    var vector = input.vector(column);
                    one.add(vector.isNull(row) ? null : vector.getString(row));
                }
                cells.add(one);
            }
            return cells;
        }

        /** A text of which no word is known is near to nothing. */
        private static void put(float[] vector, int row, DuckDBWritableVector output) {
            if (Scorer.isNothing(vector)) {
                output.setNull(row);
            } else {
                output.setString(row, Arrays.toString(vector));
            }
        }

        private void put(Scorer.Scores scores, int from, DuckDBWritableVector output) {
            for (int row = 0; row < scores.values().length; row++) {
                long which = scorer.classes().isEmpty() ? 0 : scores.classes()[row];
                output.setLong(
                        from + row, which << 32 | Integer.toUnsignedLong(Float.floatToIntBits(scores.values()[row])));
            }
        }
    }

    /** Opens a model for the function, until the use is closed. */
    Use use(Scorer scorer, DriftWatch watch) {
        return new Use(scorer, watch);
    }

    private void register(Connection connection) {
        try {
            register(connection, name, DuckDBColumnType.BIGINT);
            register(connection, vectors, DuckDBColumnType.VARCHAR);
            try (var builder = DuckDBFunctions.scalarFunction()) {
                builder.withName(numbers)
                        .withParameters(DuckDBColumnType.BIGINT)
                        .withReturnType(DuckDBColumnType.DOUBLE)
                        .withVectorizedFunction((input, output) -> {
                            for (int row = 0; row < input.rowCount(); row++) {
                                output.setDouble(row, Float.intBitsToFloat((int)
                                        input.vector(0).getLong(row)));
                            }
                        })
                        .register(connection);
            }
        } catch (SQLException e) {
            throw new ModelException(e, "The engine takes no models");
        }
    }

    private void register(Connection connection, String function, DuckDBColumnType gives) throws SQLException {
        try (var builder = DuckDBFunctions.scalarFunction();
                var text = DuckDBLogicalType.of(DuckDBColumnType.VARCHAR)) {
            builder.withName(function)
                    .withParameters(DuckDBColumnType.BIGINT)
                    .withVarArgs(text)
                    .withReturnType(gives)
                    .withVectorizedFunction((input, output) -> {
                        if (input.rowCount() > 0) {
                            Use use = Objects.requireNonNull(
                                    open.get(input.vector(0).getLong(0)));
                            try {
                                use.apply(input, output);
                            } catch (RuntimeException e) {
                                use.failure = e;
                                throw e;
                            }
                        }
                    })
                    .register(connection);
        }
    }
}

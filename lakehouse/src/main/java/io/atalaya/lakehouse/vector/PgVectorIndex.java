package io.atalaya.lakehouse.vector;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.read.PlannedFile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Indexes in a PostgreSQL with pgvector. It has the vectors and where they stand, and nothing else of a row; all of it can be made
 * again from the tables. Vectors of one length and metric are in one table with one graph of near neighbours.
 *
 * @see <a href="https://github.com/pgvector/pgvector">pgvector</a>, from 0.8 on
 */
public final class PgVectorIndex implements VectorIndex {
    private static final int BATCH = 500;
    /** So many times as many rows as are wanted are asked of the graph, which may pass over some. */
    private static final int MORE = 5;

    private static final int FEWEST = 50;

    /** Of so few rows that may be found every one is looked at. */
    private static final int FEW = 1_000;

    /** Drawn once, as others use such numbers too. */
    private static final long MAKING = 7_120_946_315_408L;

    private static final Duration KNOWN = Duration.ofSeconds(5);

    private final DataSource database;
    private final Set<String> made = ConcurrentHashMap.newKeySet();
    private final Cache<VectorColumn, Map<String, Long>> files =
            Caffeine.newBuilder().expireAfterWrite(KNOWN).maximumSize(1_000).build();

    /** @param database a schema that nobody else keeps indexes in; its user may make tables, and the extension if it is not there */
    public PgVectorIndex(DataSource database) {
        this.database = database;
        work(connection -> {
            try (Statement statement = alone(connection)) {
                statement.execute("CREATE EXTENSION IF NOT EXISTS vector");
                statement.execute("""
                        CREATE TABLE IF NOT EXISTS atalaya_vector_file (
                            id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                            table_id UUID NOT NULL,
                            field_id INTEGER NOT NULL,
                            kind VARCHAR(40) NOT NULL,
                            location TEXT NOT NULL,
                            UNIQUE (table_id, field_id, kind, location))
                        """);
                return null;
            }
        });
    }

    /** A statement of the only transaction that makes something, so that two do not make the same. */
    private static Statement alone(Connection connection) throws SQLException {
        Statement statement = connection.createStatement();
        statement.execute("SELECT pg_advisory_xact_lock(" + MAKING + ")");
        return statement;
    }

    /** What is done in one transaction. */
    @FunctionalInterface
    private interface Work<T extends @Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    private <T extends @Nullable Object> T work(Work<T> work) {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T done = work.on(connection);
                connection.commit();
                return done;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new LakehouseException.Failed(e, "the database with the indexes of vectors does not do its work");
        }
    }

    @Override
    public boolean holds(VectorColumn column, PlannedFile file) {
        return known(column).containsKey(file.file().location());
    }

    /** The numbers of the files that have an index, by their locations. */
    private Map<String, Long> known(VectorColumn column) {
        return files.get(column, this::read);
    }

    private Map<String, Long> read(VectorColumn column) {
        return work(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "SELECT location, id FROM atalaya_vector_file WHERE table_id = ? AND field_id = ? AND kind = ?")) {
                bind(statement, column);
                Map<String, Long> found = new HashMap<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        found.put(row.getString(1), row.getLong(2));
                    }
                }
                return found;
            }
        });
    }

    private static void bind(PreparedStatement statement, VectorColumn column) throws SQLException {
        statement.setObject(1, column.table());
        statement.setInt(2, column.fieldId());
        statement.setString(3, kind(column));
    }

    private static String kind(VectorColumn column) {
        return column.metric().name().toLowerCase(Locale.ROOT) + "_" + column.dimension();
    }

    private static String table(VectorColumn column) {
        return "atalaya_vector_" + kind(column);
    }

    private static String operator(Metric metric) {
        return switch (metric) {
            case COSINE -> "<=>";
            case DOT_PRODUCT -> "<#>";
            case EUCLIDEAN -> "<->";
        };
    }

    private static String operators(Metric metric) {
        return switch (metric) {
            case COSINE -> "vector_cosine_ops";
            case DOT_PRODUCT -> "vector_ip_ops";
            case EUCLIDEAN -> "vector_l2_ops";
        };
    }

    /** The engine's distances are the smaller, the nearer. */
    private static double score(Metric metric, double distance) {
        return switch (metric) {
            case COSINE -> 1 - distance;
            case DOT_PRODUCT, EUCLIDEAN -> -distance;
        };
    }

    @Override
    public void add(VectorColumn column, PlannedFile file, Consumer<Sink> vectors) {
        make(column);
        work(connection -> {
            Optional<Long> number = number(connection, column, file);
            if (number.isPresent()) {
                fill(connection, column, number.get(), vectors);
            }
            return null;
        });
        files.invalidate(column);
    }

    private void make(VectorColumn column) {
        if (made.contains(kind(column))) {
            return;
        }
        work(connection -> {
            try (Statement statement = alone(connection)) {
                statement.execute("""
                        CREATE TABLE IF NOT EXISTS %s (
                            file BIGINT NOT NULL REFERENCES atalaya_vector_file ON DELETE CASCADE,
                            number INTEGER NOT NULL,
                            v vector(%d) NOT NULL,
                            PRIMARY KEY (file, number))
                        """.formatted(table(column), column.dimension()));
                statement.execute("CREATE INDEX IF NOT EXISTS %1$s_near ON %1$s USING hnsw (v %2$s)"
                        .formatted(table(column), operators(column.metric())));
                return null;
            }
        });
        made.add(kind(column));
    }

    /** The number the file gets; none if it has one, as somebody else has indexed it. */
    private static Optional<Long> number(Connection connection, VectorColumn column, PlannedFile file)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                INSERT INTO atalaya_vector_file (table_id, field_id, kind, location) VALUES (?, ?, ?, ?)
                ON CONFLICT DO NOTHING RETURNING id
                """)) {
            bind(statement, column);
            statement.setString(4, file.file().location());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
            }
        }
    }

    private static void fill(Connection connection, VectorColumn column, long file, Consumer<Sink> vectors)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO " + table(column) + " (file, number, v) VALUES (?, ?, CAST(? AS vector))")) {
            int[] waiting = {0};
            try {
                vectors.accept((row, vector) -> {
                    Optional<float[]> comparable = column.comparable(vector);
                    if (comparable.isPresent()) {
                        waiting[0] = take(statement, file, row, comparable.get(), waiting[0]);
                    }
                });
            } catch (Failure e) {
                throw e.failure;
            }
            statement.executeBatch();
        }
    }

    /** A failure of the database on its way through what gives the vectors. */
    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final SQLException failure;

        Failure(SQLException failure) {
            super(failure);
            this.failure = failure;
        }
    }

    private static int take(PreparedStatement statement, long file, int row, float[] vector, int waiting) {
        try {
            statement.setLong(1, file);
            statement.setInt(2, row);
            statement.setString(3, Arrays.toString(vector));
            statement.addBatch();
            if (waiting + 1 < BATCH) {
                return waiting + 1;
            }
            statement.executeBatch();
            return 0;
        } catch (SQLException e) {
            throw new Failure(e);
        }
    }

    @Override
    public List<Row> nearest(
            VectorColumn column, List<PlannedFile> files, Optional<Map<String, BitSet>> accepted, float[] to, int k) {
        Optional<float[]> target = column.comparable(to);
        Map<String, Long> known = known(column);
        Map<Long, String> paths = new HashMap<>();
        Map<Long, BitSet> rows = new HashMap<>();
        for (PlannedFile file : files) {
            Long number = known.get(file.file().location());
            BitSet some = accepted.map(all -> all.getOrDefault(file.path(), new BitSet()))
                    .orElse(null);
            if (number != null && (some == null || !some.isEmpty())) {
                paths.put(number, file.path());
                if (some != null) {
                    rows.put(number, some);
                }
            }
        }
        if (target.isEmpty() || paths.isEmpty()) {
            return List.of();
        }
        String wanted = Arrays.toString(target.get());
        long most = rows.values().stream().mapToLong(BitSet::cardinality).sum();
        return work(connection -> {
            if (accepted.isEmpty() || most > FEW) {
                List<Row> near = byGraph(connection, column, paths, rows, wanted, k);
                if (near.size() >= k) {
                    return near;
                }
            }
            // The graph ends after some thousand rows, and those that may be found can all be farther.
            return rows.isEmpty()
                    ? ofAll(connection, column, paths, wanted, k)
                    : ofThese(connection, column, paths, rows, wanted, k);
        });
    }

    private static List<Row> byGraph(
            Connection connection,
            VectorColumn column,
            Map<Long, String> paths,
            Map<Long, BitSet> accepted,
            String to,
            int k)
            throws SQLException {
        int most = Math.max(FEWEST, k * MORE);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL hnsw.iterative_scan = relaxed_order");
            statement.execute("SET LOCAL hnsw.ef_search = " + Math.min(1000, most));
        }
        List<Row> found = new ArrayList<>();
        String sql =
                "SELECT file, number, v %1$s CAST(? AS vector) AS apart FROM %2$s WHERE file = ANY(?) ORDER BY apart LIMIT ?"
                        .formatted(operator(column.metric()), table(column));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, to);
            statement.setArray(
                    2, connection.createArrayOf("bigint", paths.keySet().toArray()));
            statement.setInt(3, most);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    BitSet some = accepted.get(row.getLong(1));
                    if (accepted.isEmpty() || (some != null && some.get(row.getInt(2)))) {
                        found.add(row(column, paths, row));
                    }
                }
            }
        }
        return nearest(found, k);
    }

    /** Compared with every row: a sum is in no index. */
    private static List<Row> ofAll(
            Connection connection, VectorColumn column, Map<Long, String> paths, String to, int k) throws SQLException {
        String sql =
                "SELECT file, number, (v %s CAST(? AS vector)) + 0 AS apart FROM %s WHERE file = ANY(?) ORDER BY apart LIMIT ?"
                        .formatted(operator(column.metric()), table(column));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, to);
            statement.setArray(
                    2, connection.createArrayOf("bigint", paths.keySet().toArray()));
            statement.setInt(3, k);
            return rows(column, paths, statement);
        }
    }

    private static List<Row> ofThese(
            Connection connection,
            VectorColumn column,
            Map<Long, String> paths,
            Map<Long, BitSet> accepted,
            String to,
            int k)
            throws SQLException {
        List<Long> files = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        accepted.forEach((file, rows) -> rows.stream().forEach(number -> {
            files.add(file);
            numbers.add(number);
        }));
        String sql = """
                SELECT file, number, (v %s CAST(? AS vector)) + 0 AS apart
                FROM %s JOIN unnest(?, ?) AS may_be_found (file, number) USING (file, number)
                ORDER BY apart LIMIT ?
                """.formatted(operator(column.metric()), table(column));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, to);
            statement.setArray(2, connection.createArrayOf("bigint", files.toArray()));
            statement.setArray(3, connection.createArrayOf("integer", numbers.toArray()));
            statement.setInt(4, k);
            return rows(column, paths, statement);
        }
    }

    private static List<Row> rows(VectorColumn column, Map<Long, String> paths, PreparedStatement statement)
            throws SQLException {
        List<Row> found = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                found.add(row(column, paths, row));
            }
        }
        return found;
    }

    private static Row row(VectorColumn column, Map<Long, String> paths, ResultSet row) throws SQLException {
        return new Row(paths.getOrDefault(row.getLong(1), ""), row.getInt(2), score(column.metric(), row.getDouble(3)));
    }

    private static List<Row> nearest(List<Row> rows, int k) {
        return rows.stream()
                .sorted((a, b) -> Double.compare(b.score(), a.score()))
                .limit(k)
                .toList();
    }

    @Override
    public void retain(VectorColumn column, Collection<PlannedFile> wanted) {
        Set<String> locations = new HashSet<>();
        wanted.forEach(file -> locations.add(file.file().location()));
        work(connection -> {
            try (PreparedStatement statement = connection.prepareStatement("""
                    DELETE FROM atalaya_vector_file
                    WHERE table_id = ? AND field_id = ? AND (kind <> ? OR NOT location = ANY(?))
                    """)) {
                bind(statement, column);
                statement.setArray(4, connection.createArrayOf("text", locations.toArray()));
                return statement.executeUpdate();
            }
        });
        files.invalidateAll();
    }

    @Override
    public void retainTables(Predicate<UUID> wanted) {
        work(connection -> {
            List<UUID> gone = new ArrayList<>();
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT DISTINCT table_id FROM atalaya_vector_file")) {
                while (row.next()) {
                    UUID table = row.getObject(1, UUID.class);
                    if (!wanted.test(table)) {
                        gone.add(table);
                    }
                }
            }
            try (PreparedStatement statement =
                    connection.prepareStatement("DELETE FROM atalaya_vector_file WHERE table_id = ANY(?)")) {
                statement.setArray(1, connection.createArrayOf("uuid", gone.toArray()));
                return statement.executeUpdate();
            }
        });
        files.invalidateAll();
    }

    /** The database is somebody else's to close. */
    @Override
    public void close() {
        files.invalidateAll();
    }
}

package io.atalaya.ingestion.database;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Stage.Publish.Destination;
import io.atalaya.ingestion.run.StageWork;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * Rows into a table of another database. What was published last is noted there too, in {@code atalaya_publication}, in
 * the same transaction, so that neither a crash nor a second process publishes twice.
 */
public final class TablePublication {
    private static final int BATCH = 1000;

    private final Databases databases;

    public TablePublication(Databases databases) {
        this.databases = databases;
    }

    /**
     * Publishes all of the rows or none, and answers how many they were; -1 if just that was published last.
     *
     * @param fields of the rows; nested values are JSON
     */
    public long publish(
            StageWork work, Destination.Table to, String commitId, List<Types.NestedField> fields, ResultSet rows) {
        DatabaseSettings settings = databases.toPublish(work.principal(), to.connection());
        SourceDialect dialect = SourceDialect.of(to.connection(), settings.url());
        String place = work.pipeline().name() + "/" + work.stage() + "/" + to.table();
        try (Connection connection = databases.open(to.connection(), settings)) {
            note(connection);
            try {
                if (commitId.equals(noted(connection, place))) {
                    connection.rollback();
                    return -1;
                }
                if (to.mode() == Destination.Filling.REPLACE) {
                    execute(connection, "DELETE FROM " + dialect.table(to.table()));
                }
                long count = insert(work, connection, dialect, to, fields, rows);
                mark(connection, place, commitId);
                work.goOn();
                work.reached("written");
                connection.commit();
                return count;
            } catch (SQLException | RuntimeException | Error e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw DatabaseFailure.of(to.connection(), e);
        }
    }

    private static void note(Connection connection) throws SQLException {
        execute(
                connection,
                "CREATE TABLE IF NOT EXISTS atalaya_publication (place VARCHAR(250) PRIMARY KEY, commit_id VARCHAR(250) NOT NULL)");
        connection.commit();
    }

    /** Whoever publishes to the place at the same time waits here. */
    private static @Nullable String noted(Connection connection, String place) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT commit_id FROM atalaya_publication WHERE place = ? FOR UPDATE")) {
            statement.setString(1, place);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }

    private static void mark(Connection connection, String place, String commitId) throws SQLException {
        int changed;
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE atalaya_publication SET commit_id = ? WHERE place = ?")) {
            update.setString(1, commitId);
            update.setString(2, place);
            changed = update.executeUpdate();
        }
        if (changed == 0) {
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO atalaya_publication (commit_id, place) VALUES (?, ?)")) {
                insert.setString(1, commitId);
                insert.setString(2, place);
                insert.executeUpdate();
            }
        }
    }

    private static long insert(
            StageWork work,
            Connection connection,
            SourceDialect dialect,
            Destination.Table to,
            List<Types.NestedField> fields,
            ResultSet rows)
            throws SQLException {
        List<String> names = fields.stream().map(Types.NestedField::name).toList();
        to.key().stream().filter(key -> !names.contains(key)).findFirst().ifPresent(key -> {
            throw new IngestionException.BadStage(
                    "The SELECT of stage '{0}' has no column '{1}', which its 'key' names", work.stage(), key);
        });
        String sql = "INSERT INTO " + dialect.table(to.table())
                + names.stream().map(dialect::name).collect(Collectors.joining(", ", " (", ")"))
                + names.stream().map(_ -> "?").collect(Collectors.joining(", ", " VALUES (", ")"))
                + (to.mode() == Destination.Filling.MERGE ? dialect.replacing(to.key(), names) : "");
        long count = 0;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            while (rows.next()) {
                for (int i = 0; i < fields.size(); i++) {
                    statement.setObject(i + 1, value(rows, i + 1, fields.get(i).type()));
                }
                statement.addBatch();
                if (++count % BATCH == 0) {
                    statement.executeBatch();
                    work.progress(count, count, 0, 0.5);
                }
            }
            statement.executeBatch();
        }
        return count;
    }

    private static @Nullable Object value(ResultSet rows, int column, Type type) throws SQLException {
        return switch (type.typeId()) {
            case TIMESTAMP ->
                ((Types.TimestampType) type).shouldAdjustToUTC()
                        ? rows.getObject(column, OffsetDateTime.class)
                        : rows.getObject(column, LocalDateTime.class);
            case BINARY, FIXED -> rows.getBytes(column);
            case STRUCT, LIST, MAP, STRING -> rows.getString(column);
            default -> rows.getObject(column);
        };
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

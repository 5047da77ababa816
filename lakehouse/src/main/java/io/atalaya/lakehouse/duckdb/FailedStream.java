package io.atalaya.lakehouse.duckdb;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;

/** A statement whose rows were to stream, and that failed. */
public final class FailedStream {
    private FailedStream() {}

    /**
     * Why it failed. The driver forgets the reason where a streamed result fails before its first row; the statement is then run
     * once more, in the way that remembers.
     *
     * @param running is told of the statement while it runs
     */
    public static SQLException reason(
            SQLException failure, Connection connection, String sql, Consumer<Statement> running) {
        if (!String.valueOf(failure.getMessage()).contains("Invalid result set")) {
            return failure;
        }
        try (DuckDBPreparedStatement again =
                connection.unwrap(DuckDBConnection.class).prepare(sql)) {
            running.accept(again);
            again.query().close();
            return failure;
        } catch (SQLException reason) {
            return reason;
        }
    }
}

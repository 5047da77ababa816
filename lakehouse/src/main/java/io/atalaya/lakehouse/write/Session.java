package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.duckdb.FailedStream;
import java.sql.SQLException;
import java.sql.Statement;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** A connection whose work another thread can stop. The engine stops a statement only while it runs. */
final class Session implements AutoCloseable {
    private static final int TRIES = 200;

    private final DuckDBConnection connection;
    private volatile boolean cancelled;
    private volatile @Nullable Statement latest;

    Session(DuckDBConnection connection) {
        this.connection = connection;
    }

    DuckDBConnection connection() {
        return connection;
    }

    Statement statement() throws SQLException {
        checkCancelled();
        Statement statement = connection.createStatement();
        latest = statement;
        return statement;
    }

    /** Why a statement failed whose rows streamed. */
    SQLException reason(SQLException failure, String sql) throws SQLException {
        checkCancelled();
        return FailedStream.reason(failure, connection, sql, statement -> latest = statement);
    }

    private void checkCancelled() throws SQLException {
        if (cancelled) {
            throw new SQLException("INTERRUPT Error: cancelled");
        }
    }

    /** Stops the running statement, also one that has been made but has not begun to run yet. */
    void cancel() {
        cancelled = true;
        try {
            for (int i = 0; i < TRIES; i++) {
                Statement running = latest;
                if (running == null || running.isClosed()) {
                    return;
                }
                running.cancel();
                Thread.sleep(10);
            }
        } catch (SQLException _) {
            // It was closed in between, which is what was wanted.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new LakehouseException.Failed(e, "the engine's connection cannot be closed");
        }
    }
}

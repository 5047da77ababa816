package io.atalaya.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** DuckDB as it comes, with the settings that cost it time taken away: what we compare with. */
final class RawEngine implements AutoCloseable {
    private final Connection connection;

    RawEngine() throws SQLException {
        connection = DriverManager.getConnection("jdbc:duckdb:");
        run("SET parquet_metadata_cache = true");
        run("SET preserve_insertion_order = false");
        run("SET integer_division = true");
    }

    void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Reads every cell of the answer; gives the number of rows. */
    long ask(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            int width = rows.getMetaData().getColumnCount();
            long count = 0;
            while (rows.next()) {
                for (int column = 1; column <= width; column++) {
                    rows.getString(column);
                }
                count++;
            }
            return count;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

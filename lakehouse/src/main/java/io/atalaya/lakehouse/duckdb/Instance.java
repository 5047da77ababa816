package io.atalaya.lakehouse.duckdb;

import io.atalaya.lakehouse.LakehouseConfig;
import io.atalaya.lakehouse.LakehouseException;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import org.duckdb.DuckDBConnection;

/** A DuckDB in memory, from which connections are duplicated. */
final class Instance implements AutoCloseable {
    private final DuckDBConnection root;

    private Instance(DuckDBConnection root) {
        this.root = root;
    }

    /** Opens one with the configured limits and the functions, and runs {@code last} on it. */
    static Instance open(
            LakehouseConfig config, String purpose, List<Consumer<Connection>> functions, List<String> last) {
        try {
            var temp = Files.createDirectories(config.temp().resolve(purpose));
            Properties properties = new Properties();
            properties.setProperty("jdbc_stream_results", "true");
            DuckDBConnection root = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", properties);
            Instance instance = new Instance(root);
            instance.run(List.of(
                    "SET threads = " + config.threads(),
                    "SET memory_limit = '" + (config.memoryLimitBytes() >> 20) + "MiB'",
                    "SET temp_directory = " + DuckSql.text(temp.toString()),
                    "SET max_temp_directory_size = '" + (config.tempLimitBytes() >> 20) + "MiB'",
                    "SET autoinstall_known_extensions = false",
                    "SET autoload_known_extensions = false",
                    "SET allow_community_extensions = false",
                    "SET allow_persistent_secrets = false",
                    "SET enable_progress_bar = true",
                    "SET enable_progress_bar_print = false",
                    "SET GLOBAL TimeZone = 'UTC'",
                    // A condition on a field of a row, with it, ends in a fatal error after which the instance answers
                    // nothing.
                    "SET disabled_optimizers = 'late_materialization'",
                    "SET parquet_metadata_cache = true"));
            for (var setting : config.settings().entrySet()) {
                instance.run(List.of(
                        "SET GLOBAL " + DuckSql.name(setting.getKey()) + " = " + DuckSql.text(setting.getValue())));
            }
            functions.forEach(function -> function.accept(root));
            instance.run(last);
            return instance;
        } catch (SQLException | IOException e) {
            throw new LakehouseException.Failed("the " + purpose + " engine cannot start", e);
        }
    }

    DuckDBConnection connect() {
        try {
            return root.duplicate();
        } catch (SQLException e) {
            throw new LakehouseException.Failed("the engine gives no connection", e);
        }
    }

    private void run(List<String> statements) throws SQLException {
        for (String sql : statements) {
            try (Statement statement = root.createStatement()) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public void close() {
        try {
            root.close();
        } catch (SQLException e) {
            throw new LakehouseException.Failed("the engine cannot be closed", e);
        }
    }
}

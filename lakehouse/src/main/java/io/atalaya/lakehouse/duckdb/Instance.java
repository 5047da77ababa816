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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A DuckDB in memory, from which connections are duplicated. A fatal error makes a DuckDB refuse everything from then on;
 * within a tenth of a second connections are those of a new one, with the same limits and functions. What ran on the old
 * one fails.
 */
final class Instance implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Instance.class);

    /** Looking takes a fifth of a millisecond, so not every connection is looked at. */
    private static final long NANOS_BETWEEN_LOOKS = 100_000_000;

    private final LakehouseConfig config;
    private final String purpose;
    private final List<Consumer<Connection>> functions;
    private final List<String> last;
    private volatile DuckDBConnection root;
    private volatile long looked = System.nanoTime();
    private int opened;

    private Instance(LakehouseConfig config, String purpose, List<Consumer<Connection>> functions, List<String> last) {
        this.config = config;
        this.purpose = purpose;
        this.functions = new CopyOnWriteArrayList<>(functions);
        this.last = last;
        this.root = root();
    }

    /** Opens one with the configured limits and the functions, and runs {@code last} on it. */
    static Instance open(
            LakehouseConfig config, String purpose, List<Consumer<Connection>> functions, List<String> last) {
        return new Instance(config, purpose, functions, last);
    }

    DuckDBConnection connect() {
        DuckDBConnection from = root;
        try {
            DuckDBConnection connection = from.duplicate();
            long now = System.nanoTime();
            if (now - looked < NANOS_BETWEEN_LOOKS) {
                return connection;
            }
            if (lives(connection)) {
                looked = now;
                return connection;
            }
            connection.close();
            return renewed(from).duplicate();
        } catch (SQLException e) {
            throw new LakehouseException.Failed(e, "the engine gives no connection");
        }
    }

    EngineMemory memory() {
        try (DuckDBConnection connection = connect();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("""
                        SELECT coalesce(sum(memory_usage_bytes), 0)::BIGINT, coalesce(sum(temporary_storage_bytes), 0)::BIGINT
                        FROM duckdb_memory()
                        """)) {
            row.next();
            return new EngineMemory(row.getLong(1), row.getLong(2));
        } catch (SQLException e) {
            throw new LakehouseException.Failed(e, "the engine does not say what it has taken");
        }
    }

    /** Registers one more function, also wherever a new DuckDB takes the place of this one. */
    synchronized void register(Consumer<Connection> function) {
        function.accept(root);
        functions.add(function);
    }

    private static boolean lives(DuckDBConnection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1");
            return true;
        } catch (SQLException e) {
            if (String.valueOf(e.getMessage()).startsWith("FATAL Error")) {
                return false;
            }
            connection.close();
            throw e;
        }
    }

    private synchronized DuckDBConnection renewed(DuckDBConnection broken) throws SQLException {
        if (root == broken) {
            LOG.error("The {} engine had a fatal error; a new one takes its place", purpose);
            root = root();
            broken.close();
        }
        return root;
    }

    private DuckDBConnection root() {
        try {
            // One that broke may still be removing its files.
            var temp = Files.createDirectories(config.temp().resolve(purpose).resolve(String.valueOf(opened++)));
            Properties properties = new Properties();
            properties.setProperty("jdbc_stream_results", "true");
            DuckDBConnection made = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", properties);
            run(
                    made,
                    List.of(
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
                            // A condition on a field of a row, with it, ends in a fatal error.
                            "SET disabled_optimizers = 'late_materialization'",
                            "SET parquet_metadata_cache = true"));
            for (var setting : config.settings().entrySet()) {
                run(
                        made,
                        List.of("SET GLOBAL " + DuckSql.name(setting.getKey()) + " = "
                                + DuckSql.text(setting.getValue())));
            }
            functions.forEach(function -> function.accept(made));
            run(made, last);
            return made;
        } catch (SQLException | IOException e) {
            throw new LakehouseException.Failed(e, "the %s engine cannot start", purpose);
        }
    }

    private static void run(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public synchronized void close() {
        try {
            root.close();
        } catch (SQLException e) {
            throw new LakehouseException.Failed(e, "the engine cannot be closed");
        }
    }
}

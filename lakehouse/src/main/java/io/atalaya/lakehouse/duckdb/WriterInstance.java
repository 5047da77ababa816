package io.atalaya.lakehouse.duckdb;

import io.atalaya.lakehouse.LakehouseConfig;
import java.sql.Connection;
import java.util.List;
import java.util.function.Consumer;
import org.duckdb.DuckDBConnection;

/** The engine for writes and maintenance. It can open any file, and never sees SQL that a user wrote. */
public final class WriterInstance implements AutoCloseable {
    private final Instance instance;

    private WriterInstance(Instance instance) {
        this.instance = instance;
    }

    /** Opens the engine; {@code functions} are given a connection to register functions and macros. */
    public static WriterInstance open(LakehouseConfig config, List<Consumer<Connection>> functions) {
        return new WriterInstance(Instance.open(
                config,
                "writer",
                functions,
                List.of("SET partitioned_write_max_open_files = 64", "SET GLOBAL preserve_insertion_order = true")));
    }

    /** A new connection with temporary tables of its own. */
    public DuckDBConnection connect() {
        return instance.connect();
    }

    /** Registers one more function, which is there for all connections. */
    public void register(Consumer<Connection> function) {
        instance.register(function);
    }

    /** What it has taken of memory and disk. */
    public EngineMemory memory() {
        return instance.memory();
    }

    @Override
    public void close() {
        instance.close();
    }
}

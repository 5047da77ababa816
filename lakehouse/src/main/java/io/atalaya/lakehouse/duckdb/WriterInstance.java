package io.atalaya.lakehouse.duckdb;

import io.atalaya.lakehouse.LakehouseConfig;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** The engine for writes and maintenance. It can open any file, and never sees SQL that a user wrote. */
public final class WriterInstance implements AutoCloseable {
    private static final List<String> LAST =
            List.of("SET partitioned_write_max_open_files = 64", "SET GLOBAL preserve_insertion_order = true");

    private final LakehouseConfig config;
    private final Instance instance;
    private final List<Consumer<Connection>> functions;
    private @Nullable Instance single;

    private WriterInstance(LakehouseConfig config, List<Consumer<Connection>> functions) {
        this.config = config;
        this.functions = new ArrayList<>(functions);
        this.instance = Instance.open(config, "writer", functions, LAST);
    }

    /** Opens the engine; {@code functions} are given a connection to register functions and macros. */
    public static WriterInstance open(LakehouseConfig config, List<Consumer<Connection>> functions) {
        return new WriterInstance(config, functions);
    }

    /** A new connection with temporary tables of its own. */
    public DuckDBConnection connect() {
        return instance.connect();
    }

    /**
     * A connection whose statements are carried out by the thread that asks, and no other: for those that have work for one
     * only, in a function that computes with all processors itself. Elsewhere that thread looks for more work without a
     * pause while another has all there is, and takes a processor from that.
     */
    public DuckDBConnection connectSingle() {
        return config.threads() == 1 ? connect() : single().connect();
    }

    private synchronized Instance single() {
        Instance there = single;
        if (there == null) {
            there = Instance.open(config.singleThreaded(), "writer-single", functions, LAST);
            single = there;
        }
        return there;
    }

    /** Registers one more function, which is there for all connections. */
    public synchronized void register(Consumer<Connection> function) {
        instance.register(function);
        if (single != null) {
            single.register(function);
        }
        functions.add(function);
    }

    /** What it has taken of memory and disk. */
    public synchronized EngineMemory memory() {
        EngineMemory all = instance.memory();
        return single == null ? all : all.and(single.memory());
    }

    @Override
    public synchronized void close() {
        instance.close();
        if (single != null) {
            single.close();
        }
    }
}

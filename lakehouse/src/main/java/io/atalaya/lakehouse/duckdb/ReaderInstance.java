package io.atalaya.lakehouse.duckdb;

import io.atalaya.lakehouse.LakehouseConfig;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;

/**
 * The engine for queries, locked: it opens files of the warehouse, and of folders it is told, only, loads nothing, and no setting but the time zone
 * can change. DuckDB itself would still let SQL overwrite a file of the warehouse or read one past its policies, so
 * only SQL that we printed may run here.
 */
public final class ReaderInstance implements AutoCloseable {
    private final Instance instance;

    private ReaderInstance(Instance instance) {
        this.instance = instance;
    }

    /**
     * Opens and locks the engine.
     *
     * @param functions each is given a connection before the lock, to register functions and macros
     */
    public static ReaderInstance open(LakehouseConfig config, List<Consumer<Connection>> functions) {
        return open(config, functions, List.of());
    }

    /**
     * The same.
     *
     * @param beside folders outside the warehouse whose files it opens too
     */
    public static ReaderInstance open(LakehouseConfig config, List<Consumer<Connection>> functions, List<Path> beside) {
        String data = Stream.concat(Stream.of(config.warehouse()), beside.stream())
                .map(folder -> DuckSql.text(folder.toString()))
                .collect(Collectors.joining(", "));
        return new ReaderInstance(Instance.open(
                config,
                "reader",
                functions,
                List.of(
                        "SET allowed_directories = [" + data + "]",
                        "SET enable_external_access = false",
                        "SET allowed_configs = ['timezone']",
                        "SET lock_configuration = true")));
    }

    /** A new connection; results stream, so it can have one open result. */
    public DuckDBConnection connect() {
        return instance.connect();
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

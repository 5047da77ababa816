package io.atalaya.lakehouse;

import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.duckdb.ReaderInstance;
import io.atalaya.lakehouse.duckdb.WriterInstance;
import io.atalaya.lakehouse.read.DeleteFiles;
import io.atalaya.lakehouse.read.DeletedRows;
import io.atalaya.lakehouse.read.ScanPlanner;
import io.atalaya.lakehouse.storage.LocalFileIO;
import io.atalaya.lakehouse.storage.Warehouse;
import io.atalaya.lakehouse.vector.LuceneVectorIndex;
import io.atalaya.lakehouse.vector.VectorIndex;
import io.atalaya.lakehouse.vector.Vectors;
import io.atalaya.lakehouse.write.TableWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;

/** The lakehouse of one process: its catalog, its two engine instances, and what reads and writes through them. */
public final class Lakehouse implements AutoCloseable {
    private final Warehouse warehouse;
    private final LakeCatalog catalog;
    private final ReaderInstance reader;
    private final WriterInstance duckWriter;
    private final ScanPlanner scans;
    private final Vectors vectors;
    private final TableWriter writer;

    private Lakehouse(
            Jdbi jdbi,
            LakehouseConfig config,
            List<Consumer<Connection>> functions,
            List<Path> beside,
            VectorIndex index) {
        warehouse = Warehouse.at(config.warehouse());
        LocalFileIO files = new LocalFileIO(warehouse.root());
        catalog = new LakeCatalog(jdbi, files);
        duckWriter = WriterInstance.open(config, functions);
        DeletedRows deletedRows = new DeletedRows(new DeleteFiles(files, duckWriter));
        duckWriter.register(deletedRows::register);
        List<Consumer<Connection>> readerFunctions = new ArrayList<>(functions);
        readerFunctions.add(deletedRows::register);
        reader = ReaderInstance.open(config, readerFunctions, beside);
        scans = new ScanPlanner(deletedRows, duckWriter);
        vectors = new Vectors(scans, reader, index);
        vectors.sweep(table -> catalog.nameOf(table).isPresent());
        writer = new TableWriter(catalog, warehouse, duckWriter, scans);
    }

    /** Opens the lakehouse over a migrated metadata database. */
    public static Lakehouse open(Jdbi jdbi, LakehouseConfig config) {
        return open(jdbi, config, List.of());
    }

    /**
     * Opens the lakehouse with more SQL functions and macros.
     *
     * @param functions each is given a connection of the reader before it is locked, and one of the writer
     */
    public static Lakehouse open(Jdbi jdbi, LakehouseConfig config, List<Consumer<Connection>> functions) {
        return open(jdbi, config, functions, List.of());
    }

    /**
     * The same.
     *
     * @param beside folders outside the warehouse that queries may read too
     */
    public static Lakehouse open(
            Jdbi jdbi, LakehouseConfig config, List<Consumer<Connection>> functions, List<Path> beside) {
        return open(jdbi, config, functions, beside, new LuceneVectorIndex(config.vectors()));
    }

    /**
     * The same, with the indexes of vectors elsewhere than in the folder of the configuration.
     *
     * @param index closed with the lakehouse
     */
    public static Lakehouse open(
            Jdbi jdbi,
            LakehouseConfig config,
            List<Consumer<Connection>> functions,
            List<Path> beside,
            VectorIndex index) {
        return new Lakehouse(jdbi, config, functions, beside, index);
    }

    /** Namespaces and tables. */
    public LakeCatalog catalog() {
        return catalog;
    }

    /** Rows into tables. */
    public TableWriter writer() {
        return writer;
    }

    /** Snapshots as queries. */
    public ScanPlanner scans() {
        return scans;
    }

    /** Indexes of vectors. */
    public Vectors vectors() {
        return vectors;
    }

    /** The locked engine for queries. */
    public ReaderInstance reader() {
        return reader;
    }

    /** The engine for writes; it never sees a user's SQL. */
    public WriterInstance duckWriter() {
        return duckWriter;
    }

    /** The folder of all files. */
    public Warehouse warehouse() {
        return warehouse;
    }

    @Override
    public void close() {
        vectors.close();
        reader.close();
        duckWriter.close();
        catalog.close();
    }
}

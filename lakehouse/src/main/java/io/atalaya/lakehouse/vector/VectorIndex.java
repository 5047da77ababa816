package io.atalaya.lakehouse.vector;

import io.atalaya.lakehouse.read.PlannedFile;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Indexes of columns of vectors, one beside each data file. A data file never changes, so its index never does: an index is
 * in step with every snapshot by which files the snapshot has. Thread-safe.
 */
public interface VectorIndex extends AutoCloseable {
    /** Whether a file's vectors are indexed. */
    boolean holds(VectorColumn column, PlannedFile file);

    /**
     * Indexes a file's vectors, all or none.
     *
     * @param vectors gives each once, in the order of the rows
     */
    void add(VectorColumn column, PlannedFile file, Consumer<Sink> vectors);

    /**
     * The rows that are probably nearest, in no order. Each has its true score; a nearer one may be missing.
     *
     * @param files indexed ones; what another process has removed meanwhile is left out
     * @param accepted by file, the rows to be found; empty: all
     * @param to as long as the column's vectors are
     * @param k how many rows, at most
     */
    List<Row> nearest(
            VectorColumn column, List<PlannedFile> files, Optional<Map<String, BitSet>> accepted, float[] to, int k);

    /** Forgets what it has of the same field for other files, and as a column of another kind. */
    void retain(VectorColumn column, Collection<PlannedFile> files);

    /** Forgets the tables that are not wanted any more. */
    void retainTables(Predicate<UUID> wanted);

    @Override
    void close();

    /** Takes the vectors of a file. */
    @FunctionalInterface
    interface Sink {
        /**
         * Takes one.
         *
         * @param row its number in the file, from 0
         */
        void take(int row, float[] vector);
    }

    /**
     * A row of a file.
     *
     * @param path as the engine knows the file
     * @param score how near it is, by the column's metric
     */
    record Row(String path, long number, double score) {}
}

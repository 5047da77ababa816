package io.atalaya.catalog.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The right edge of a Merkle tree: all that is needed to add records and to know the root after each. */
final class Frontier {
    private final List<Hash> peaks;
    private long size;

    /** The edge of the empty tree. */
    Frontier() {
        this(0, List.of());
    }

    /**
     * The edge of a tree of {@code size} records.
     *
     * @param peaks roots of its complete subtrees, largest first: one for each bit set in {@code size}
     */
    Frontier(long size, List<Hash> peaks) {
        if (peaks.size() != Long.bitCount(size)) {
            throw new IllegalArgumentException(peaks.size() + " peaks for a tree of " + size);
        }
        this.size = size;
        this.peaks = new ArrayList<>(peaks);
    }

    Frontier copy() {
        return new Frontier(size, peaks);
    }

    long size() {
        return size;
    }

    /** Adds a record and shows each node that thereby becomes complete, the leaf first. */
    void add(Hash leaf, Consumer<Hash> completed) {
        Hash node = leaf;
        completed.accept(node);
        for (long index = size; (index & 1) == 1; index >>= 1) {
            node = Hash.node(peaks.removeLast(), node);
            completed.accept(node);
        }
        peaks.add(node);
        size++;
    }

    /** Adds a record. */
    void add(Hash leaf) {
        add(leaf, _ -> {});
    }

    Hash root() {
        if (peaks.isEmpty()) {
            return Hash.empty();
        }
        Hash root = peaks.getLast();
        for (int i = peaks.size() - 2; i >= 0; i--) {
            root = Hash.node(peaks.get(i), root);
        }
        return root;
    }
}

package io.atalaya.catalog.audit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * All nodes of the tree over the log, in the order in which they become complete. Leaf {@code n} is followed by the inner
 * nodes it completes, so that the place of a node follows from its level and index.
 */
final class MerkleTree {
    private final FixedWidthFile nodes;

    MerkleTree(FixedWidthFile nodes) {
        this.nodes = nodes;
    }

    /** How many nodes a tree of {@code size} records has. */
    static long nodesOf(long size) {
        return size == 0 ? 0 : place(0, size - 1) + 1 + Long.numberOfTrailingZeros(size);
    }

    /** Where node {@code index} of {@code level} stands; leaves are level 0. */
    private static long place(int level, long index) {
        long leaf = ((index + 1) << level) - 1;
        long place = level;
        for (long rest = leaf; rest > 0; rest >>= 1) {
            place += rest;
        }
        return place;
    }

    void add(Hash node) {
        nodes.append(node.bytes());
    }

    Hash leaf(long index) throws IOException {
        return node(0, index);
    }

    private Hash node(int level, long index) throws IOException {
        return Hash.of(nodes.get(place(level, index)));
    }

    /** The edge of the tree over the first {@code size} records. */
    Frontier frontier(long size) throws IOException {
        List<Hash> peaks = new ArrayList<>();
        long start = 0;
        for (long rest = size; rest > 0; ) {
            long width = Long.highestOneBit(rest);
            peaks.add(subtree(start, start + width));
            start += width;
            rest -= width;
        }
        return new Frontier(size, peaks);
    }

    private Hash subtree(long from, long until) throws IOException {
        long width = until - from;
        if (Long.bitCount(width) == 1) {
            int level = Long.numberOfTrailingZeros(width);
            return node(level, from >> level);
        }
        long split = from + Long.highestOneBit(width);
        return Hash.node(subtree(from, split), subtree(split, until));
    }

    /** The proof that record {@code index} is in the tree over the first {@code size} records. */
    InclusionProof inclusion(long index, long size) throws IOException {
        List<Hash> path = new ArrayList<>();
        long from = 0;
        long until = size;
        while (until - from > 1) {
            long split = from + Long.highestOneBit(until - from - 1);
            if (index < split) {
                path.addFirst(subtree(split, until));
                until = split;
            } else {
                path.addFirst(subtree(from, split));
                from = split;
            }
        }
        return new InclusionProof(index, size, path);
    }

    /** The proof that the tree over the first {@code until} records starts with the one over {@code from}. */
    ConsistencyProof consistency(long from, long until) throws IOException {
        List<Hash> path = new ArrayList<>();
        if (from > 0 && from < until) {
            consistency(from, 0, until, true, path);
        }
        return new ConsistencyProof(from, until, path);
    }

    private void consistency(long size, long from, long until, boolean known, List<Hash> path) throws IOException {
        if (size == until) {
            if (!known) {
                path.add(subtree(from, until));
            }
            return;
        }
        long split = from + Long.highestOneBit(until - from - 1);
        if (size <= split) {
            consistency(size, from, split, known, path);
            path.add(subtree(split, until));
        } else {
            consistency(size, split, until, false, path);
            path.add(subtree(from, split));
        }
    }
}

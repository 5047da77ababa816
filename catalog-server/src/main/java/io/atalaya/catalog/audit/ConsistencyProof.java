package io.atalaya.catalog.audit;

import java.util.ArrayList;
import java.util.List;

/**
 * Shows that a later tree only added records to an earlier one.
 *
 * @param from records in the earlier tree
 * @param until records in the later tree
 * @param path hashes, in the order of the RFC
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9162#section-2.1.4">RFC 9162, section 2.1.4</a>
 */
public record ConsistencyProof(long from, long until, List<Hash> path) {
    public ConsistencyProof {
        path = List.copyOf(path);
    }

    /** Whether the tree with root {@code later} starts with all records of the tree with root {@code earlier}. */
    public boolean proves(Hash earlier, Hash later) {
        if (from < 0 || from > until) {
            return false;
        }
        if (from == until) {
            return path.isEmpty() && earlier.equals(later);
        }
        if (from == 0) {
            return path.isEmpty() && earlier.equals(Hash.empty());
        }
        List<Hash> hashes = new ArrayList<>(path);
        if (Long.bitCount(from) == 1) {
            hashes.addFirst(earlier);
        }
        if (hashes.isEmpty()) {
            return false;
        }
        long place = from - 1;
        long last = until - 1;
        while ((place & 1) == 1) {
            place >>= 1;
            last >>= 1;
        }
        Hash first = hashes.getFirst();
        Hash second = first;
        for (Hash hash : hashes.subList(1, hashes.size())) {
            if (last == 0) {
                return false;
            }
            if ((place & 1) == 1 || place == last) {
                first = Hash.node(hash, first);
                second = Hash.node(hash, second);
                while ((place & 1) == 0 && place != 0) {
                    place >>= 1;
                    last >>= 1;
                }
            } else {
                second = Hash.node(second, hash);
            }
            place >>= 1;
            last >>= 1;
        }
        return last == 0 && first.equals(earlier) && second.equals(later);
    }
}

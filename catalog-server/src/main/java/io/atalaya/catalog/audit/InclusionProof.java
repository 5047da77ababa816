package io.atalaya.catalog.audit;

import java.util.List;

/**
 * Shows that a record is the one at its place in a tree whose root is known from a signed checkpoint.
 *
 * @param index place of the record, from 0
 * @param size records in the tree
 * @param path hashes of the siblings, from the leaf upwards
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9162#section-2.1.3">RFC 9162, section 2.1.3</a>
 */
public record InclusionProof(long index, long size, List<Hash> path) {
    public InclusionProof {
        path = List.copyOf(path);
    }

    /** Whether {@code leaf} is at {@link #index} of the tree of {@link #size} records with that root. */
    public boolean proves(Hash leaf, Hash root) {
        if (index < 0 || index >= size) {
            return false;
        }
        long place = index;
        long last = size - 1;
        Hash hash = leaf;
        for (Hash sibling : path) {
            if (last == 0) {
                return false;
            }
            if ((place & 1) == 1 || place == last) {
                hash = Hash.node(sibling, hash);
                while ((place & 1) == 0 && place != 0) {
                    place >>= 1;
                    last >>= 1;
                }
            } else {
                hash = Hash.node(hash, sibling);
            }
            place >>= 1;
            last >>= 1;
        }
        return last == 0 && hash.equals(root);
    }
}

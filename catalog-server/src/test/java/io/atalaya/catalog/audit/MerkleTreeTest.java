package io.atalaya.catalog.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The tree against the definitions of RFC 6962, computed as they are written. */
class MerkleTreeTest {
    private static List<Hash> leaves(int size) {
        List<Hash> leaves = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            leaves.add(Hash.leaf(("record " + i).getBytes(StandardCharsets.UTF_8)));
        }
        return leaves;
    }

    private static Hash naiveRoot(List<Hash> leaves) {
        if (leaves.isEmpty()) {
            return Hash.empty();
        }
        if (leaves.size() == 1) {
            return leaves.getFirst();
        }
        int split = Integer.highestOneBit(leaves.size() - 1);
        return Hash.node(naiveRoot(leaves.subList(0, split)), naiveRoot(leaves.subList(split, leaves.size())));
    }

    private static MerkleTree tree(List<Hash> leaves, Path file) throws IOException {
        FixedWidthFile nodes = new FixedWidthFile(file, Hash.LENGTH);
        MerkleTree tree = new MerkleTree(nodes);
        Frontier frontier = new Frontier();
        for (Hash leaf : leaves) {
            frontier.add(leaf, tree::add);
            if (frontier.size() % 7 == 0) {
                nodes.write();
            }
        }
        assertThat(nodes.count()).isEqualTo(MerkleTree.nodesOf(leaves.size()));
        assertThat(frontier.root()).isEqualTo(naiveRoot(leaves));
        return tree;
    }

    @Property(tries = 60)
    void proves_every_record_and_nothing_else(@ForAll @IntRange(min = 1, max = 130) int size) throws IOException {
        Path file = Files.createTempFile("tree", "");
        List<Hash> leaves = leaves(size);
        MerkleTree tree = tree(leaves, file);
        Hash root = naiveRoot(leaves);
        assertThat(tree.frontier(size).root()).isEqualTo(root);
        for (int i = 0; i < size; i++) {
            InclusionProof proof = tree.inclusion(i, size);
            assertThat(proof.proves(leaves.get(i), root)).isTrue();
            assertThat(proof.proves(leaves.get((i + 1) % size), root)).isEqualTo(size == 1);
            assertThat(new InclusionProof((i + 1) % size, size, proof.path()).proves(leaves.get(i), root))
                    .isEqualTo(size == 1);
        }
        Files.delete(file);
    }

    @Property(tries = 60)
    void proves_that_it_only_grew(@ForAll @IntRange(max = 70) int from, @ForAll @IntRange(max = 70) int more)
            throws IOException {
        Path file = Files.createTempFile("tree", "");
        List<Hash> leaves = leaves(from + more);
        MerkleTree tree = tree(leaves, file);
        Hash earlier = naiveRoot(leaves.subList(0, from));
        Hash later = naiveRoot(leaves);
        ConsistencyProof proof = tree.consistency(from, from + more);
        assertThat(proof.proves(earlier, later)).isTrue();
        if (from > 0) {
            assertThat(proof.proves(Hash.leaf(new byte[] {1}), later)).isFalse();
        }
        if (more > 0 && from > 0) {
            assertThat(proof.proves(earlier, Hash.leaf(new byte[] {1}))).isFalse();
        }
        Files.delete(file);
    }
}

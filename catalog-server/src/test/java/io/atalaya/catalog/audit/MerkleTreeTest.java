package io.atalaya.catalog.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 130})
    void proves_every_record_and_nothing_else(int size) throws IOException {
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

    @ParameterizedTest
    @CsvSource({
        "0, 0", "0, 1", "1, 0", "1, 1", "1, 2", "2, 1", "3, 1", "3, 5", "4, 4", "5, 3", "6, 1", "7, 1", "7, 9", "8, 1",
        "8, 8", "9, 7", "15, 2", "16, 1", "16, 16", "17, 47", "31, 1", "32, 33", "33, 64", "63, 1", "64, 64", "70, 0",
        "70, 70", "37, 59"
    })
    void proves_that_it_only_grew(int from, int more) throws IOException {
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

package io.atalaya.catalog.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.function.Consumer;

/**
 * What is left of retired segments: of each a file with the hashes of its records, one after the other, named by the sequence
 * number of the first.
 */
final class LeafFiles {
    private LeafFiles() {}

    static Path file(Path folder, long first) {
        return folder.resolve("leaves-%020d".formatted(first));
    }

    /** Those of a folder by first sequence number, but for segments whose records are still there. */
    static NavigableMap<Long, Path> in(Path folder) throws IOException {
        NavigableMap<Long, Path> leaves = Segments.named(folder, "leaves-(\\d{20})");
        leaves.keySet().removeAll(Segments.in(folder).keySet());
        return leaves;
    }

    /** Writes a file durably. */
    static void write(Path file, List<Hash> leaves) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(leaves.size() * Hash.LENGTH);
        for (Hash leaf : leaves) {
            bytes.writeBytes(leaf.bytes());
        }
        SecretFile.write(file, bytes.toByteArray());
    }

    /** Reads one; half a hash at its end is none. */
    static void read(Path file, Consumer<Hash> reader) throws IOException {
        long count = Files.size(file) / Hash.LENGTH;
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            for (long i = 0; i < count; i++) {
                byte[] leaf = new byte[Hash.LENGTH];
                in.readFully(leaf);
                reader.accept(Hash.of(leaf));
            }
        }
    }
}

package io.atalaya.catalog.audit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A log as it is found on disk, checked against its last checkpoint and made whole again.
 *
 * @param lock keeps other processes out
 * @param key what it signs with
 * @param last newest checkpoint
 * @param segments by their first record; at least one
 * @param offsets where each record begins in its segment
 * @param nodes the nodes of the tree
 * @param tree over the records
 * @param frontier edge of the tree over all records
 * @param recovery what had to be repaired
 * @param horizon how far back it reaches; empty if it does to its beginning
 */
record OpenedLog(
        FileLock lock,
        SigningKey key,
        Optional<AuditFiles.Signed> last,
        ConcurrentNavigableMap<Long, Path> segments,
        FixedWidthFile offsets,
        FixedWidthFile nodes,
        MerkleTree tree,
        Frontier frontier,
        Recovery recovery,
        Optional<Horizon> horizon) {

    static OpenedLog open(AuditLogConfig config) throws IOException {
        Files.createDirectories(config.folder());
        FileLock lock = lock(config.folder());
        try {
            return new Opening(config, lock).open();
        } catch (IOException | RuntimeException e) {
            lock.acquiredBy().close();
            throw e;
        }
    }

    private static FileLock lock(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
        } catch (OverlappingFileLockException e) {
            // Held by this very process.
        }
        channel.close();
        throw new AuditException.InUse(folder + " is in use by another process; stop it first");
    }

    /** The steps of opening, each relying on the one before. */
    private static final class Opening {
        private final AuditLogConfig config;
        private final FileLock lock;
        private final ConcurrentNavigableMap<Long, Path> segments;
        private final NavigableMap<Long, Path> retired;
        private final CheckpointFile.Tail tail;
        private final SigningKey key;
        private final Optional<AuditFiles.Signed> last;
        private final long signed;
        private final FixedWidthFile offsets;
        private final FixedWidthFile nodes;
        private final MerkleTree tree;

        Opening(AuditLogConfig config, FileLock lock) throws IOException {
            this.config = config;
            this.lock = lock;
            this.segments = new ConcurrentSkipListMap<>(Segments.in(config.folder()));
            this.retired = LeafFiles.in(config.folder());
            this.tail = CheckpointFile.tail(config.checkpoints());
            this.key = key();
            this.last = tail.note().map(this::checked);
            this.signed = last.map(found -> found.checkpoint().size()).orElse(0L);
            this.offsets = new FixedWidthFile(config.offsets(), Long.BYTES);
            this.nodes = new FixedWidthFile(config.tree(), Hash.LENGTH);
            this.tree = new MerkleTree(nodes);
        }

        private SigningKey key() throws IOException {
            boolean fresh =
                    segments.isEmpty() && retired.isEmpty() && tail.note().isEmpty();
            if (!Files.exists(config.signingKey()) && !fresh) {
                throw new AuditException.Corrupt("the key this audit log is signed with is missing; restore "
                        + config.signingKey() + " from a backup");
            }
            SigningKey found = fresh && !Files.exists(config.signingKey())
                    ? SigningKey.create(config.signingKey())
                    : SigningKey.read(config.signingKey());
            if (!Files.exists(config.publicKey())) {
                Files.writeString(config.publicKey(), found.logKey() + "\n");
            } else if (!Files.readString(config.publicKey())
                    .strip()
                    .equals(found.logKey().toString())) {
                throw new AuditException.Corrupt(
                        config.publicKey() + " is not the public half of " + config.signingKey());
            }
            return found;
        }

        private AuditFiles.Signed checked(String note) {
            return Checkpoint.verified(note, key.logKey())
                    .map(checkpoint -> new AuditFiles.Signed(checkpoint, note))
                    .orElseThrow(() -> new AuditException.Corrupt("the last checkpoint in " + config.checkpoints()
                            + " is not signed by this log's key; run audit verify"));
        }

        OpenedLog open() throws IOException {
            if (Files.exists(config.checkpoints()) && Files.size(config.checkpoints()) > tail.end()) {
                cut(config.checkpoints(), tail.end());
            }
            if (segments.isEmpty() && retired.isEmpty()) {
                segments.put(0L, Segments.file(config.folder(), 0));
            }
            Unsigned unsigned = unsigned();
            Frontier frontier = frontier();
            unsigned.leaves().forEach(leaf -> frontier.add(leaf, tree::add));
            unsigned.offsets().forEach(offset -> offsets.append(bytes(offset)));
            Recovery recovery = new Recovery(
                    unsigned.cutBytes(),
                    unsigned.cutTo(),
                    signed,
                    signed + unsigned.leaves().size());
            return new OpenedLog(lock, key, last, segments, offsets, nodes, tree, frontier, recovery, horizon());
        }

        /** What the newest record about retired records says; the newest segments are read until it is found. */
        private Optional<Horizon> horizon() throws IOException {
            long first = segments.firstKey();
            if (first == 0) {
                return Optional.empty();
            }
            for (Path segment : segments.descendingMap().values()) {
                List<Horizon> found = new ArrayList<>();
                Segments.<RuntimeException>read(segment, 0, (_, line) -> {
                    if (LineFields.isOf(Retirement.KIND, line)) {
                        AuditRecord.parse(line)
                                .flatMap(record -> Horizon.of(record, first))
                                .ifPresent(found::add);
                    }
                    return true;
                });
                if (!found.isEmpty()) {
                    return Optional.of(found.getLast());
                }
            }
            throw new AuditException.Corrupt("the records before " + first
                    + " are gone, and no record says that they were retired; run audit verify");
        }

        /** Reads what follows the last checkpoint and moves a torn end aside. */
        private Unsigned unsigned() throws IOException {
            Unsigned unsigned = new Unsigned(signed);
            Long start = segments.floorKey(signed);
            if (start == null) {
                throw new AuditException.Corrupt("the segment with record " + signed
                        + ", up to which the log is signed, is missing; run audit verify");
            }
            for (Map.Entry<Long, Path> segment : segments.tailMap(start).entrySet()) {
                if (!Files.exists(segment.getValue())) {
                    continue;
                }
                long end = unsigned.read(segment.getKey(), segment.getValue());
                if (unsigned.next() < signed) {
                    throw shorter(unsigned.next());
                }
                if (end < Files.size(segment.getValue())) {
                    unsigned.cut(segment.getValue(), end, !segment.getKey().equals(segments.lastKey()));
                }
            }
            if (unsigned.next() < signed) {
                throw shorter(unsigned.next());
            }
            return unsigned;
        }

        private AuditException.Corrupt shorter(long found) {
            return new AuditException.Corrupt("the audit log ends before record " + found
                    + ", but its last checkpoint is signed over " + signed + " records; run audit verify");
        }

        /** The tree up to the last checkpoint: from its file if that is right, otherwise from the records. */
        private Frontier frontier() throws IOException {
            Hash root = last.map(found -> found.checkpoint().root()).orElse(Hash.empty());
            if (nodes.count() >= MerkleTree.nodesOf(signed) && offsets.count() >= signed) {
                Frontier found = tree.frontier(signed);
                if (found.root().equals(root)) {
                    nodes.cut(MerkleTree.nodesOf(signed));
                    offsets.cut(signed);
                    return found;
                }
            }
            nodes.cut(0);
            offsets.cut(0);
            Frontier rebuilt = new Frontier();
            for (Path leaves : retired.values()) {
                LeafFiles.read(leaves, leaf -> {
                    rebuilt.add(leaf, tree::add);
                    offsets.append(bytes(0));
                });
            }
            for (Path segment : segments.headMap(signed).values()) {
                Segments.<RuntimeException>read(segment, 0, (offset, line) -> {
                    if (rebuilt.size() == signed) {
                        return false;
                    }
                    rebuilt.add(Hash.leaf(line), tree::add);
                    offsets.append(bytes(offset));
                    return true;
                });
                nodes.write();
                offsets.write();
            }
            if (!rebuilt.root().equals(root)) {
                throw new AuditException.Corrupt(
                        "the audit log is not what its last checkpoint was signed over; run audit verify");
            }
            return rebuilt;
        }

        private static byte[] bytes(long offset) {
            return ByteBuffer.allocate(Long.BYTES).putLong(offset).array();
        }
    }

    private static void cut(Path file, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
            channel.force(true);
        }
    }

    /** The records after the last checkpoint. */
    private static final class Unsigned {
        private final long signed;
        private final List<Hash> leaves = new ArrayList<>();
        private final List<Long> offsets = new ArrayList<>();
        private long next;
        private long cutBytes;
        private String cutTo = "";

        Unsigned(long signed) {
            this.signed = signed;
        }

        /** Reads a segment up to the first line that is not the record to be expected there. */
        long read(long first, Path segment) throws IOException {
            next = first;
            return Segments.<RuntimeException>read(segment, 0, (offset, line) -> {
                long sequence = next;
                if (sequence >= signed) {
                    if (AuditRecord.parse(line)
                            .filter(found -> found.sequence() == sequence)
                            .isEmpty()) {
                        return false;
                    }
                    leaves.add(Hash.leaf(line));
                    offsets.add(offset);
                }
                next++;
                return true;
            });
        }

        /** Moves what follows {@code end} to a file beside, then cuts it off. */
        void cut(Path segment, long end, boolean followed) throws IOException {
            if (followed) {
                throw new AuditException.Corrupt(segment + " is damaged at byte " + end + "; run audit verify");
            }
            byte[] torn = new byte[Math.toIntExact(Files.size(segment) - end)];
            try (RandomAccessFile reader = new RandomAccessFile(segment.toFile(), "r")) {
                reader.seek(end);
                reader.readFully(torn);
            }
            cutBytes = torn.length;
            cutTo = "torn-%020d".formatted(next) + "-" + digest(torn);
            SecretFile.write(segment.resolveSibling(cutTo), torn);
            OpenedLog.cut(segment, end);
        }

        private static String digest(byte[] torn) {
            byte[] hash = Arrays.copyOf(Hash.sha256().digest(torn), 4);
            return HexFormat.of().formatHex(hash);
        }

        long next() {
            return next;
        }

        List<Hash> leaves() {
            return leaves;
        }

        List<Long> offsets() {
            return offsets;
        }

        long cutBytes() {
            return cutBytes;
        }

        String cutTo() {
            return cutTo;
        }
    }
}

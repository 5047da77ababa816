package io.atalaya.catalog.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;

/**
 * The files of an open log. One thread appends and signs; any thread reads what is durable.
 *
 * <p>After a failed write the files are cut back to what was durable before anything else is written to them.
 */
final class AuditFiles implements AutoCloseable {
    private final AuditLogConfig config;
    private final AppendFile.Opener opener;
    private final SigningKey key;
    private final FileLock lock;
    private final ConcurrentNavigableMap<Long, Path> segments;
    private final FixedWidthFile offsets;
    private final SegmentReader reader;
    private final FixedWidthFile nodes;
    private final MerkleTree tree;
    private final Frontier frontier;
    private final Recovery recovery;
    private final AppendFile checkpoints;
    private AppendFile segment;
    private long segmentBytes;
    private long checkpointBytes;
    private ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    private int[] starts = new int[0];
    /** Whether the next record is to begin a new segment, however short this one is. */
    private volatile boolean rotating;
    /** Whether the ends of the files may be other than is known here. */
    private boolean broken;

    private volatile long size;
    private volatile Optional<Signed> last;

    /** A checkpoint with the note it is in. */
    record Signed(Checkpoint checkpoint, String note) {}

    AuditFiles(AuditLogConfig config, AppendFile.Opener opener, OpenedLog opened) throws IOException {
        this.config = config;
        this.opener = opener;
        this.key = opened.key();
        this.lock = opened.lock();
        this.segments = opened.segments();
        this.offsets = opened.offsets();
        this.reader = new SegmentReader(segments, offsets, this::size);
        this.nodes = opened.nodes();
        this.tree = opened.tree();
        this.frontier = opened.frontier();
        this.recovery = opened.recovery();
        this.last = opened.last();
        this.size = frontier.size();
        this.checkpoints = opener.open(config.checkpoints());
        this.checkpointBytes = checkpoints.length();
        this.segment = opener.open(segments.lastEntry().getValue());
        this.segmentBytes = segment.length();
        if (size > 0
                && (unsigned() > 0
                        || last.map(Signed::checkpoint)
                                .filter(Checkpoint::closed)
                                .isPresent())) {
            sign(true, false);
        }
    }

    long size() {
        return size;
    }

    /** How many records have no checkpoint yet. */
    long unsigned() {
        return size - last.map(signed -> signed.checkpoint().size()).orElse(0L);
    }

    /** The first record that is there; those before it were retired. */
    long first() {
        return segments.firstKey();
    }

    /** The segments that nothing is added to any more, oldest first. */
    List<Segments.Complete> complete() {
        List<Segments.Complete> complete = new ArrayList<>();
        segments.forEach((first, file) -> {
            Long until = segments.higherKey(first);
            if (until != null) {
                complete.add(new Segments.Complete(first, until, file));
            }
        });
        return complete;
    }

    /** The first record of the segment that is added to. */
    long lastSegment() {
        return segments.lastKey();
    }

    /** Has the next record begin a new segment. */
    void endSegment() {
        rotating = true;
    }

    /**
     * Writes the hashes of the records of the oldest segments beside them.
     *
     * @return root of the tree over all records up to the last of them
     * @throws AuditException.Corrupt if they are not what was signed
     */
    Hash keepLeaves(List<Segments.Complete> oldest) throws IOException {
        Checkpoint signed = last.orElseThrow().checkpoint();
        Frontier edge = tree.frontier(first());
        for (Segments.Complete complete : oldest) {
            List<Hash> leaves = new ArrayList<>();
            Segments.<RuntimeException>read(complete.file(), 0, (_, line) -> {
                leaves.add(Hash.leaf(line));
                edge.add(leaves.getLast());
                return true;
            });
            LeafFiles.write(LeafFiles.file(config.folder(), complete.first()), leaves);
        }
        long until = oldest.getLast().until();
        if (edge.size() != until || !tree.consistency(until, signed.size()).proves(edge.root(), signed.root())) {
            throw new AuditException.Corrupt(
                    "records before " + until + " are not what was signed and stay where they are; run audit verify");
        }
        return edge.root();
    }

    /** Returns when every checkpoint signed so far is on the disk. */
    void forceCheckpoints() throws IOException {
        checkpoints.force();
    }

    /** Removes the oldest segment; the hashes of its records are kept. */
    void dropFirst() throws IOException {
        Path file = segments.pollFirstEntry().getValue();
        Files.delete(file);
        SecretFile.forceFolder(config.folder());
    }

    LogKey key() {
        return key.logKey();
    }

    /** A text of the log's own with its signature. */
    String note(String text) {
        return text + "\n" + key.signatureLine(text) + "\n";
    }

    Recovery recovery() {
        return recovery;
    }

    Optional<Signed> last() {
        return last;
    }

    /**
     * Writes records and returns when they are durable.
     *
     * @param written called when they are written, before they are flushed
     * @return the sequence number of the first
     */
    long append(List<AppendQueue.Entry> batch, Runnable written) throws IOException {
        if (broken) {
            repair();
            if (unsigned() > 0) {
                sign(true, false);
            }
        }
        if (segmentBytes >= config.segmentBytes() || (rotating && segmentBytes > 0)) {
            rotate();
        }
        long first = size;
        assemble(batch, first);
        broken = true;
        try {
            segment.append(buffer.duplicate());
            written.run();
            segment.force();
            broken = false;
        } catch (IOException e) {
            try {
                repair();
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
        for (int i = 0; i < batch.size(); i++) {
            offsets.append(ByteBuffer.allocate(Long.BYTES)
                    .putLong(segmentBytes + starts[i])
                    .array());
        }
        segmentBytes += buffer.limit();
        size = first + batch.size();
        return first;
    }

    /** Adds the records just appended to the tree; apart, so that their callers need not wait for it. */
    void grow() {
        byte[] bytes = buffer.array();
        for (int i = 0; frontier.size() < size; i++) {
            frontier.add(Hash.leaf(bytes, starts[i], starts[i + 1] - starts[i] - 1), tree::add);
        }
    }

    private void assemble(List<AppendQueue.Entry> batch, long first) {
        int length = 0;
        for (AppendQueue.Entry entry : batch) {
            length += entry.line().length();
        }
        if (buffer.capacity() < length) {
            buffer = ByteBuffer.allocate(length);
        }
        starts = new int[batch.size() + 1];
        buffer.clear();
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).line().put(buffer, first + i);
            starts[i + 1] = buffer.position();
        }
        buffer.flip();
    }

    private void rotate() throws IOException {
        if (unsigned() > 0) {
            sign(true, false);
        }
        Path file = Segments.file(config.folder(), size);
        AppendFile next = opener.open(file);
        segment.close();
        segment = next;
        segmentBytes = 0;
        segments.put(size, file);
        rotating = false;
    }

    private void repair() throws IOException {
        segment.truncate(segmentBytes);
        checkpoints.truncate(checkpointBytes);
        broken = false;
    }

    /**
     * Signs a checkpoint over all records.
     *
     * @param force whether to return only when it is on the disk
     * @param closed whether no record will follow
     */
    void sign(boolean force, boolean closed) throws IOException {
        if (broken) {
            repair();
        }
        Checkpoint checkpoint = new Checkpoint(key.logKey().name(), frontier.size(), frontier.root(), closed);
        String note = checkpoint.signed(key);
        byte[] bytes = (note + "\n").getBytes(StandardCharsets.UTF_8);
        broken = true;
        nodes.write();
        offsets.write();
        checkpoints.append(ByteBuffer.wrap(bytes));
        if (force) {
            checkpoints.force();
        }
        broken = false;
        checkpointBytes += bytes.length;
        last = Optional.of(new Signed(checkpoint, note));
    }

    /** Reads what is durable. */
    SegmentReader reader() {
        return reader;
    }

    ProvenRecord prove(long sequence, Signed signed) throws IOException {
        byte[] line = reader.line(sequence);
        InclusionProof proof = tree.inclusion(sequence, signed.checkpoint().size());
        if (!proof.proves(Hash.leaf(line), signed.checkpoint().root())) {
            throw SegmentReader.changed(sequence);
        }
        return new ProvenRecord(
                reader.record(sequence), new String(line, StandardCharsets.UTF_8), proof, signed.note());
    }

    ConsistencyProof consistency(long from, long until) throws IOException {
        if (from < 0
                || from > until
                || until > last.map(signed -> signed.checkpoint().size()).orElse(0L)) {
            throw new AuditException.NotFound("no checkpoints over {0} and {1} records", from, until);
        }
        return tree.consistency(from, until);
    }

    @Override
    public void close() throws IOException {
        segment.close();
        checkpoints.close();
        offsets.close();
        nodes.close();
        lock.acquiredBy().close();
    }
}

package io.atalaya.catalog.audit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
     * @return the sequence number of the first
     */
    long append(List<AppendQueue.Entry> batch) throws IOException {
        if (broken) {
            repair();
            if (unsigned() > 0) {
                sign(true, false);
            }
        }
        if (segmentBytes >= config.segmentBytes()) {
            rotate();
        }
        long first = size;
        assemble(batch, first);
        broken = true;
        try {
            segment.append(buffer.duplicate());
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

    /** The line of a durable record, without its line feed. */
    byte[] line(long sequence) throws IOException {
        if (sequence < 0 || sequence >= size) {
            throw new AuditException.NotFound("the audit log has no record " + sequence);
        }
        Map.Entry<Long, Path> holder = Segments.of(segments, sequence);
        long from = offset(sequence);
        boolean lastOfSegment = sequence + 1 == size || segments.containsKey(sequence + 1);
        try (RandomAccessFile reader = new RandomAccessFile(holder.getValue().toFile(), "r")) {
            reader.seek(from);
            if (lastOfSegment) {
                String text = reader.readLine();
                return (text == null ? "" : text).getBytes(StandardCharsets.ISO_8859_1);
            }
            byte[] line = new byte[Math.toIntExact(offset(sequence + 1) - from - 1)];
            reader.readFully(line);
            return line;
        }
    }

    private long offset(long sequence) throws IOException {
        return ByteBuffer.wrap(offsets.get(sequence)).getLong();
    }

    AuditRecord read(long sequence) throws IOException {
        return AuditRecord.parse(line(sequence))
                .filter(found -> found.sequence() == sequence)
                .orElseThrow(() -> changed(sequence));
    }

    private static AuditException changed(long sequence) {
        return new AuditException.Corrupt("record " + sequence + " is not what was written; run audit verify");
    }

    /** Up to {@code limit} durable records from {@code sequence} on, at least one if there is one. */
    List<AuditRecord> readFrom(long sequence, int limit) throws IOException {
        List<AuditRecord> records = new ArrayList<>();
        long until = Math.min(size, sequence + limit);
        while (sequence + records.size() < until) {
            long next = sequence + records.size();
            Path file = Segments.of(segments, next).getValue();
            Long following = segments.higherKey(next);
            long stop = Math.min(until, following == null ? Long.MAX_VALUE : following);
            int before = records.size();
            Segments.<RuntimeException>read(file, offset(next), (_, line) -> {
                long expected = sequence + records.size();
                if (expected >= stop) {
                    return false;
                }
                records.add(AuditRecord.parse(line)
                        .filter(found -> found.sequence() == expected)
                        .orElseThrow(() -> changed(expected)));
                return expected + 1 < stop;
            });
            if (records.size() == before) {
                throw changed(next);
            }
        }
        return records;
    }

    ProvenRecord prove(long sequence, Signed signed) throws IOException {
        byte[] line = line(sequence);
        InclusionProof proof = tree.inclusion(sequence, signed.checkpoint().size());
        if (!proof.proves(Hash.leaf(line), signed.checkpoint().root())) {
            throw changed(sequence);
        }
        return new ProvenRecord(read(sequence), new String(line, StandardCharsets.UTF_8), proof, signed.note());
    }

    ConsistencyProof consistency(long from, long until) throws IOException {
        if (from < 0
                || from > until
                || until > last.map(signed -> signed.checkpoint().size()).orElse(0L)) {
            throw new AuditException.NotFound("no checkpoints over " + from + " and " + until + " records");
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

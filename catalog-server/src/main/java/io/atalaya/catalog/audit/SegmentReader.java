package io.atalaya.catalog.audit;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Reads the durable records of an open log, by any thread, while more are appended and the oldest retired. */
final class SegmentReader {
    private final ConcurrentNavigableMap<Long, Path> segments;
    private final FixedWidthFile offsets;
    private final LongSupplier size;

    /**
     * A reader.
     *
     * @param offsets where each record begins in its segment
     * @param size how many records are durable
     */
    SegmentReader(ConcurrentNavigableMap<Long, Path> segments, FixedWidthFile offsets, LongSupplier size) {
        this.segments = segments;
        this.offsets = offsets;
        this.size = size;
    }

    /** The line of a durable record, without its line feed. */
    byte[] line(long sequence) throws IOException {
        if (sequence < 0 || sequence >= size.getAsLong()) {
            throw new AuditException.NotFound("the audit log has no record {0}", sequence);
        }
        Path holder = holder(sequence);
        long from = offset(sequence);
        boolean lastOfSegment = sequence + 1 == size.getAsLong() || segments.containsKey(sequence + 1);
        try (RandomAccessFile reader = new RandomAccessFile(holder.toFile(), "r")) {
            reader.seek(from);
            if (lastOfSegment) {
                String text = reader.readLine();
                return (text == null ? "" : text).getBytes(StandardCharsets.ISO_8859_1);
            }
            byte[] line = new byte[Math.toIntExact(offset(sequence + 1) - from - 1)];
            reader.readFully(line);
            return line;
        } catch (FileNotFoundException e) {
            throw gone(sequence, e);
        }
    }

    /** The segment a record is in. */
    private Path holder(long sequence) {
        Map.Entry<Long, Path> entry = segments.floorEntry(sequence);
        if (entry == null) {
            throw retired(sequence);
        }
        return entry.getValue();
    }

    private AuditException.Retired retired(long sequence) {
        return new AuditException.Retired(
                "Record {0} was retired; the first that is there is {1}", sequence, segments.firstKey());
    }

    /** Why a segment that was there a moment ago is not. */
    private IOException gone(long sequence, IOException failure) {
        if (sequence < segments.firstKey()) {
            throw retired(sequence);
        }
        return failure;
    }

    private long offset(long sequence) throws IOException {
        return ByteBuffer.wrap(offsets.get(sequence)).getLong();
    }

    AuditRecord record(long sequence) throws IOException {
        return AuditRecord.parse(line(sequence))
                .filter(found -> found.sequence() == sequence)
                .orElseThrow(() -> changed(sequence));
    }

    static AuditException changed(long sequence) {
        return new AuditException.Corrupt("record " + sequence + " is not what was written; run audit verify");
    }

    /** Up to {@code limit} durable records from {@code sequence} on, at least one if there is one. */
    List<AuditRecord> records(long sequence, int limit) throws IOException {
        List<AuditRecord> records = new ArrayList<>();
        long until = Math.min(size.getAsLong(), sequence + limit);
        while (sequence + records.size() < until) {
            long next = sequence + records.size();
            Path file = holder(next);
            Long following = segments.higherKey(next);
            long stop = Math.min(until, following == null ? Long.MAX_VALUE : following);
            int before = records.size();
            try {
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
            } catch (NoSuchFileException e) {
                throw gone(next, e);
            }
            if (records.size() == before) {
                throw changed(next);
            }
        }
        return records;
    }

    /**
     * Reads the lines from a record on, perhaps also some that are being written.
     *
     * @return the record after those read
     */
    long each(long sequence, Consumer<byte[]> reader) throws IOException {
        long next = sequence;
        while (next < size.getAsLong()) {
            long[] read = {0};
            Segments.<RuntimeException>read(holder(next), offset(next), (_, line) -> {
                reader.accept(line);
                read[0]++;
                return true;
            });
            next += read[0];
        }
        return next;
    }
}

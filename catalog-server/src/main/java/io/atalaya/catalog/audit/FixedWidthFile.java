package io.atalaya.catalog.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A derived file of entries of one width: fast to read at any place, written in the background, and made again from the
 * log when it is missing or wrong. Entries not yet written are served from memory. Safe for several threads, also
 * interrupted ones, which is why it is not a channel.
 */
final class FixedWidthFile implements AutoCloseable {
    private final RandomAccessFile file;
    private final int width;
    private final ByteArrayOutputStream unwritten = new ByteArrayOutputStream();
    private long written;

    FixedWidthFile(Path path, int width) throws IOException {
        this(path, width, "rw");
    }

    /** A file to read from only. */
    static FixedWidthFile readOnly(Path path, int width) throws IOException {
        return new FixedWidthFile(path, width, "r");
    }

    private FixedWidthFile(Path path, int width, String mode) throws IOException {
        this.file = new RandomAccessFile(path.toFile(), mode);
        this.width = width;
        this.written = file.length() / width;
    }

    synchronized long count() {
        return written + unwritten.size() / width;
    }

    synchronized void append(byte[] entry) {
        unwritten.write(entry, 0, width);
    }

    synchronized byte[] get(long index) throws IOException {
        if (index >= written) {
            int from = Math.toIntExact((index - written) * width);
            return Arrays.copyOfRange(unwritten.toByteArray(), from, from + width);
        }
        byte[] entry = new byte[width];
        file.seek(index * width);
        file.readFully(entry);
        return entry;
    }

    /** Writes what is only in memory, without forcing it to the disk. */
    synchronized void write() throws IOException {
        file.seek(written * width);
        file.write(unwritten.toByteArray());
        written = count();
        unwritten.reset();
    }

    /** Forgets the entries from {@code count} on. */
    synchronized void cut(long count) throws IOException {
        file.setLength(count * width);
        written = count;
        unwritten.reset();
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }
}

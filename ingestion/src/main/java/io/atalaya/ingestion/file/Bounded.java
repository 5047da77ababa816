package io.atalaya.ingestion.file;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Bytes that come out of a packed file, until they are too many. */
final class Bounded extends FilterInputStream {
    private final String name;
    private final Bounds bounds;
    private final long packed;
    private long count;
    private long zeros;

    Bounded(InputStream in, String name, Bounds bounds, long packed) {
        super(in);
        this.name = name;
        this.bounds = bounds;
        this.packed = packed;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = in.read(target, offset, length);
        if (read > 0) {
            count += read;
            bounds.check(name, 0, packed, count);
            int last = offset + read - 1;
            int nonzero = last;
            while (nonzero >= offset && target[nonzero] == 0) {
                nonzero--;
            }
            zeros = nonzero < offset ? zeros + read : last - nonzero;
        }
        return read;
    }

    @Override
    public long skip(long n) throws IOException {
        byte[] skipped = new byte[(int) Math.min(n, 1 << 16)];
        int read = read(skipped, 0, skipped.length);
        return Math.max(0, read);
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    long count() {
        return count;
    }

    /** How many of the bytes that came last are zero. */
    long zeros() {
        return zeros;
    }
}

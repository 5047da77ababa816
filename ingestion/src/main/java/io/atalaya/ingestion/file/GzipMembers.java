package io.atalaya.ingestion.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * What was packed with gzip, in one member or several behind each other. Zeros may follow the last, as tapes have them. Anything else
 * is damage: Java's own reader takes it for the end, and a second member whose head is broken would be lost without a word.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>
 */
final class GzipMembers extends InputStream {
    private static final int[] MAGIC = {0x1f, 0x8b};
    private static final int DEFLATE = 8;
    private static final int HEAD_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;

    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private final Inflater inflater = new Inflater(/* nowrap= */ true);
    private final CRC32 sum = new CRC32();
    private int at;
    private int end;
    private long length;
    private boolean inside;
    private boolean any;

    GzipMembers(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int wanted) throws IOException {
        if (wanted == 0) {
            return 0;
        }
        try {
            while (inside || begins()) {
                int some = inflater.inflate(target, offset, wanted);
                if (some > 0) {
                    sum.update(target, offset, some);
                    length += some;
                    return some;
                }
                if (inflater.finished()) {
                    at = end - inflater.getRemaining();
                    ends();
                } else if (inflater.needsDictionary()) {
                    throw new ZipException("A dictionary is asked for");
                } else {
                    if (!fill()) {
                        throw new EOFException();
                    }
                    inflater.setInput(buffer, at, end - at);
                }
            }
            return -1;
        } catch (DataFormatException e) {
            throw damaged(e);
        }
    }

    private static ZipException damaged(DataFormatException because) {
        ZipException damaged = new ZipException("The packed data are damaged");
        damaged.initCause(because);
        return damaged;
    }

    /** Reads the head of the next member; false if there is none. */
    private boolean begins() throws IOException {
        int first = next();
        while (any && first == 0) {
            first = next();
        }
        if (any && first < 0) {
            return false;
        }
        if (first < 0) {
            throw new EOFException();
        }
        if (first != MAGIC[0] || needed() != MAGIC[1] || needed() != DEFLATE) {
            throw new ZipException("No gzip");
        }
        int flags = needed();
        if ((flags & RESERVED) != 0) {
            throw new ZipException("A flag that there is not");
        }
        skip(6);
        if ((flags & EXTRA) != 0) {
            skip(needed() | needed() << 8);
        }
        for (int text : new int[] {NAME, COMMENT}) {
            while ((flags & text) != 0 && needed() != 0) {
                // It says nothing that counts.
            }
        }
        if ((flags & HEAD_CRC) != 0) {
            skip(2);
        }
        inflater.reset();
        inflater.setInput(buffer, at, end - at);
        sum.reset();
        length = 0;
        inside = true;
        any = true;
        return true;
    }

    private void ends() throws IOException {
        inside = false;
        if (number() != sum.getValue() || number() != (length & 0xffff_ffffL)) {
            throw new ZipException("The sum of a member is another");
        }
    }

    private long number() throws IOException {
        return needed() | (long) needed() << 8 | (long) needed() << 16 | (long) needed() << 24;
    }

    private void skip(int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            needed();
        }
    }

    private int needed() throws IOException {
        int one = next();
        if (one < 0) {
            throw new EOFException();
        }
        return one;
    }

    private int next() throws IOException {
        if (at == end && !fill()) {
            return -1;
        }
        return buffer[at++] & 0xff;
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, in.read(buffer, 0, buffer.length));
        return end > 0;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }
}

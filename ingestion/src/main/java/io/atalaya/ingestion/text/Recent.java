package io.atalaya.ingestion.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes on their way to a parser, of which those read last can be had once more. */
final class Recent extends InputStream {
    private static final int SLACK = 1 << 16;
    private static final int MOST = TextWindow.MAX_RECORD + SLACK;

    private final InputStream in;
    private byte[] kept = new byte[SLACK * 2];
    private int size;
    private long begin;

    Recent(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = in.read(target, offset, Math.min(length, SLACK));
        if (read > 0) {
            if (size + read > MOST) {
                drop(size - SLACK);
            }
            if (kept.length - size < read) {
                kept = Arrays.copyOf(kept, Math.max(kept.length * 2, size + read));
            }
            System.arraycopy(target, offset, kept, size, read);
            size += read;
        }
        return read;
    }

    /** How many bytes went through. */
    long count() {
        return begin + size;
    }

    /** What is before that place will not be asked for. */
    void forget(long before) {
        int gone = (int) Math.min(before - begin, size);
        if (gone > SLACK) {
            drop(gone);
        }
    }

    private void drop(int gone) {
        System.arraycopy(kept, gone, kept, 0, size - gone);
        size -= gone;
        begin += gone;
    }

    /** The text between two places; only its end, if it is too long ago. */
    String text(long from, long to) {
        int start = Math.clamp(from - begin, 0, size);
        int end = Math.clamp(to - begin, start, size);
        String text = new String(kept, start, end - start, StandardCharsets.UTF_8).strip();
        return from < begin ? "…" + text : text;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}

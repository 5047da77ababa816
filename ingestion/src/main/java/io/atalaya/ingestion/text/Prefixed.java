package io.atalaya.ingestion.text;

import java.io.IOException;
import java.io.InputStream;

/** A stream whose first bytes were read already. Unlike a {@link java.io.SequenceInputStream} it closes nothing at its end. */
final class Prefixed extends InputStream {
    private final byte[] first;
    private int position;
    private final InputStream rest;

    Prefixed(byte[] first, int from, InputStream rest) {
        this.first = first;
        this.position = from;
        this.rest = rest;
    }

    @Override
    public int read() throws IOException {
        return position < first.length ? first[position++] & 0xff : rest.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (position == first.length) {
            return rest.read(target, offset, length);
        }
        int given = Math.min(length, first.length - position);
        System.arraycopy(first, position, target, offset, given);
        position += given;
        return given;
    }

    @Override
    public void close() throws IOException {
        rest.close();
    }
}

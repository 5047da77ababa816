package io.atalaya.ingestion.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** The part of a text that is looked at: from where the current record starts to as far as was read. */
final class TextWindow {
    /** No record is longer. */
    static final int MAX_RECORD = 4 << 20;

    private final InputStream in;
    private byte[] buffer = new byte[1 << 20];
    private int start;
    private int limit;
    private boolean atEnd;

    TextWindow(InputStream in) {
        this.in = in;
    }

    /** The bytes; the current record begins at {@link #start}. */
    byte[] bytes() {
        return buffer;
    }

    int start() {
        return start;
    }

    /** How many bytes there are from the start. */
    int available() {
        return limit - start;
    }

    /** Whether nothing follows what is available. */
    boolean atEnd() {
        return atEnd;
    }

    byte at(int p) {
        return buffer[start + p];
    }

    /** The start is so much further on. */
    void advance(int by) {
        start += by;
    }

    /** Reads on until there is a byte {@code p} after the start; false at the end of the text or past the limit. */
    boolean more(int p) throws IOException {
        while (limit - start <= p) {
            if (atEnd || p > MAX_RECORD + 1) {
                return false;
            }
            if (start > 0) {
                System.arraycopy(buffer, start, buffer, 0, limit - start);
                limit -= start;
                start = 0;
            }
            if (limit == buffer.length) {
                buffer = Arrays.copyOf(buffer, buffer.length * 2);
            }
            int read = in.read(buffer, limit, buffer.length - limit);
            if (read < 0) {
                atEnd = true;
            } else {
                limit += read;
            }
        }
        return true;
    }

    /** Where the line after that place begins, which may be the end of the text; -1 if it is too far away. */
    int afterLineEnd(int place, byte lineEnd) throws IOException {
        int p = place;
        while (true) {
            if (p >= available() && !more(p)) {
                return atEnd ? p : -1;
            }
            if (at(p) == lineEnd) {
                return p + 1;
            }
            p++;
        }
    }

    /** How many line ends there are before {@code extent}. */
    int lineEnds(int extent, byte lineEnd) {
        int found = 0;
        for (int i = 0; i < extent; i++) {
            if (at(i) == lineEnd) {
                found++;
            }
        }
        return found;
    }
}

package io.atalaya.ingestion.text;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/**
 * Rows on their way into the engine: one line each, fields apart by a control character, nothing quoted, so that there is
 * no second opinion about where a row ends. Nothing between two separators is a missing value.
 */
final class RowFile implements AutoCloseable {
    /** Stands between fields (ASCII unit separator). */
    static final char DELIMITER = 0x1f;
    /** Begins the two characters that stand for one the format needs itself (ASCII record separator). */
    static final char ESCAPE = 0x1e;

    private final Path path;
    private final OutputStream out;
    private final BitSet escaped = new BitSet();
    private byte[] buffer = new byte[1 << 20];
    private int size;
    private int rowStart;
    private int column;
    private long rows;
    private int longest;

    RowFile(Path path) throws IOException {
        this.path = path;
        this.out = Files.newOutputStream(path);
    }

    /** Begins a row with the line it was found at. */
    void begin(long line) throws IOException {
        if (size > buffer.length - (64 << 10)) {
            out.write(buffer, 0, size);
            size = 0;
        }
        rowStart = size;
        column = 0;
        ascii(Long.toString(line));
    }

    /** Adds a missing value. */
    void missing() {
        separator();
    }

    /** Adds a value. */
    void value(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        value(bytes, 0, bytes.length, DelimitedReader.SPECIAL, (byte) 0);
    }

    /** Adds a value that is a slice of UTF-8 with such flags of {@link DelimitedReader}. */
    void value(byte[] bytes, int from, int to, int flags, byte quote) {
        separator();
        if (from == to) {
            escape('0');
            return;
        }
        room((to - from) * 2);
        if ((flags & (DelimitedReader.DOUBLED | DelimitedReader.SPECIAL)) == 0) {
            System.arraycopy(bytes, from, buffer, size, to - from);
            size += to - from;
            return;
        }
        boolean doubled = (flags & DelimitedReader.DOUBLED) != 0;
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            switch (b) {
                case '\n' -> escape('n');
                case '\r' -> escape('r');
                case DELIMITER -> escape('d');
                case ESCAPE -> escape('e');
                default -> {
                    buffer[size++] = b;
                    if (doubled && b == quote) {
                        i++;
                    }
                }
            }
        }
    }

    /** Ends the row. */
    void end() {
        room(1);
        buffer[size++] = '\n';
        rows++;
        longest = Math.max(longest, size - rowStart);
    }

    /** Forgets the row that was begun. */
    void abandon() {
        size = rowStart;
    }

    private void separator() {
        room(1);
        buffer[size++] = DELIMITER;
        column++;
    }

    private void escape(char name) {
        room(2);
        buffer[size++] = ESCAPE;
        buffer[size++] = (byte) name;
        escaped.set(column);
    }

    private void ascii(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            buffer[size++] = (byte) text.charAt(i);
        }
    }

    private void room(int bytes) {
        if (buffer.length - size < bytes) {
            buffer = java.util.Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + bytes));
        }
    }

    long rows() {
        return rows;
    }

    /** Closes the file; rows not {@linkplain #finished finished} are lost. */
    @Override
    public void close() throws IOException {
        out.close();
    }

    /**
     * Writes out what is left, and gives all of it to the engine.
     *
     * @param columns in the order their values were added
     */
    Rows finished(List<String> columns) throws IOException {
        out.write(buffer, 0, size);
        size = 0;
        out.close();
        return new Rows(path, rows, columns, BitSet.valueOf(escaped.toLongArray()), longest);
    }
}

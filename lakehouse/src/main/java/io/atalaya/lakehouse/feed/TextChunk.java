package io.atalaya.lakehouse.feed;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Some rows, column by column: a number and texts in UTF-8. Filled again and again. */
public final class TextChunk {
    private static final int ROWS = 10 * 2048;
    private static final int BYTES = 8 << 20;

    /** So many values are held of columns that are many. */
    private static final int VALUES = 1 << 20;

    private final int most;
    private final long[] numbers;
    private final Column[] columns;
    private int rows;
    private int next;
    private int bytes;

    /** A chunk of that many text columns. */
    public TextChunk(int columns) {
        this.most = Math.clamp(VALUES / Math.max(1, columns), 64, ROWS);
        this.numbers = new long[most];
        this.columns = new Column[columns];
        Arrays.setAll(this.columns, _ -> new Column(most));
    }

    /** Whether what is there should be taken before more is added. */
    public boolean isFull() {
        return rows == most || bytes >= BYTES;
    }

    /** Begins a row. */
    public void begin(long number) {
        numbers[rows] = number;
        next = 0;
    }

    /** Adds a missing value to the row. */
    public void missing() {
        Column column = columns[next++];
        column.ends[rows + 1] = column.size;
    }

    /** Adds a value to the row. */
    public void value(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        value(utf8, 0, utf8.length);
    }

    /** Adds a value that is a slice of UTF-8. */
    public void value(byte[] utf8, int from, int to) {
        Column column = columns[next++];
        int length = to - from;
        column.room(length);
        System.arraycopy(utf8, from, column.bytes, column.size, length);
        column.size += length;
        column.there(rows);
        bytes += length;
    }

    /** Adds a value that is a slice of UTF-8 in which each {@code quote} stands twice. */
    public void undoubled(byte[] utf8, int from, int to, byte quote) {
        Column column = columns[next++];
        column.room(to - from);
        int size = column.size;
        for (int i = from; i < to; i++) {
            column.bytes[size++] = utf8[i];
            if (utf8[i] == quote) {
                i++;
            }
        }
        bytes += size - column.size;
        column.size = size;
        column.there(rows);
    }

    /** Ends the row. */
    public void end() {
        if (next != columns.length) {
            throw new IllegalStateException("A row of " + columns.length + " values got " + next);
        }
        rows++;
    }

    /** Forgets the row that was begun. */
    public void abandon() {
        for (int i = 0; i < next; i++) {
            Column column = columns[i];
            column.size = column.ends[rows];
            column.present[rows >> 6] &= ~(1L << rows);
        }
    }

    /** Forgets everything. */
    public void clear() {
        rows = 0;
        bytes = 0;
        for (Column column : columns) {
            column.size = 0;
            Arrays.fill(column.present, 0);
        }
    }

    /** How many rows are complete. */
    public int rows() {
        return rows;
    }

    long[] numbers() {
        return numbers;
    }

    Column[] columns() {
        return columns;
    }

    /** The values of one column, one behind the other. */
    static final class Column {
        byte[] bytes;
        int size;
        final int[] ends;
        final long[] present;

        Column(int rows) {
            bytes = new byte[rows * 4];
            ends = new int[rows + 1];
            present = new long[(rows + 63) / 64];
        }

        private void room(int more) {
            if (bytes.length - size < more) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
            }
        }

        private void there(int row) {
            ends[row + 1] = size;
            present[row >> 6] |= 1L << row;
        }

        int missing(int rows) {
            int found = 0;
            for (int i = 0; i < (rows + 63) / 64; i++) {
                found += Long.bitCount(present[i]);
            }
            return rows - found;
        }
    }
}

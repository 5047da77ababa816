package io.atalaya.query.execution;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one result on disk, as text cells: written once from start to end, then read from any row.
 *
 * <p>A cell is its length in bytes plus one, as a variable-length number, then UTF-8; zero is null. After the cells that are shown a row
 * may have others, which say of some of them exactly what they are. The offset of every {@value #STRIDE}th row stands after the rows, and
 * the number of rows at the very end, with that of the others of each in its upper 16 bits, so that a page is read without what comes
 * before it.
 */
final class ResultFile {
    static final int STRIDE = 1000;

    private static final int ROW_BITS = 48;

    private ResultFile() {}

    /** Takes rows in order. Not thread-safe. */
    static final class Writer implements Closeable {
        private final DataOutputStream out;
        private final ByteArrayOutputStream index = new ByteArrayOutputStream();
        private final DataOutputStream indexOut = new DataOutputStream(index);
        private final int exact;
        private long offset;
        private long rows;

        /** Each row has {@code exact} cells behind those that are shown. */
        Writer(Path file, int exact) throws IOException {
            this.exact = exact;
            out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
        }

        void add(List<@Nullable String> row) throws IOException {
            if (rows % STRIDE == 0) {
                indexOut.writeLong(offset);
            }
            for (String cell : row) {
                if (cell == null) {
                    number(0);
                } else {
                    byte[] bytes = cell.getBytes(StandardCharsets.UTF_8);
                    number(bytes.length + 1L);
                    out.write(bytes);
                    offset += bytes.length;
                }
            }
            rows++;
        }

        long rows() {
            return rows;
        }

        /** Of the rows so far. */
        long bytes() {
            return offset;
        }

        private void number(long value) throws IOException {
            long rest = value;
            while (rest > 0x7f) {
                out.write((int) ((rest & 0x7f) | 0x80));
                rest >>>= 7;
                offset++;
            }
            out.write((int) rest);
            offset++;
        }

        @Override
        public void close() throws IOException {
            try (out) {
                out.write(index.toByteArray());
                out.writeLong((long) exact << ROW_BITS | rows);
            }
        }
    }

    /** How many cells there are behind those that are shown. */
    static int exact(Path file) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            in.seek(in.length() - Long.BYTES);
            return (int) (in.readLong() >>> ROW_BITS);
        }
    }

    /** At most {@code max} rows of {@code width} cells, from row {@code from} counted from zero; empty past the end. */
    static List<List<@Nullable String>> read(Path file, int width, long from, int max) throws IOException {
        List<List<@Nullable String>> rows = readExactly(file, width, from, max);
        return rows.isEmpty() || rows.getFirst().size() == width
                ? rows
                : rows.stream()
                        .<List<@Nullable String>>map(row -> row.subList(0, width))
                        .toList();
    }

    /** The same with the cells behind those that are shown. */
    static List<List<@Nullable String>> readExactly(Path file, int shown, long from, int max) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            in.seek(in.length() - Long.BYTES);
            long end = in.readLong();
            long rows = end & (1L << ROW_BITS) - 1;
            int width = shown + (int) (end >>> ROW_BITS);
            if (from >= rows) {
                return List.of();
            }
            long strides = (rows + STRIDE - 1) / STRIDE;
            in.seek(in.length() - Long.BYTES - Long.BYTES * (strides - from / STRIDE));
            long start = in.readLong();
            in.seek(start);
            Cells cells = new Cells(in);
            for (long skip = from % STRIDE * width; skip > 0; skip--) {
                cells.next();
            }
            List<List<@Nullable String>> page = new ArrayList<>();
            for (long row = from; row < Math.min(rows, from + max); row++) {
                List<@Nullable String> line = new ArrayList<>(width);
                for (int cell = 0; cell < width; cell++) {
                    line.add(cells.next());
                }
                page.add(line);
            }
            return page;
        }
    }

    /** Cells one after the other, through a buffer. */
    private static final class Cells {
        private final RandomAccessFile in;
        private final byte[] buffer = new byte[1 << 16];
        private int position;
        private int filled;

        Cells(RandomAccessFile in) {
            this.in = in;
        }

        private @Nullable String next() throws IOException {
            long length = 0;
            int shift = 0;
            int part;
            do {
                part = octet();
                length |= (long) (part & 0x7f) << shift;
                shift += 7;
            } while ((part & 0x80) != 0);
            if (length == 0) {
                return null;
            }
            byte[] bytes = new byte[Math.toIntExact(length - 1)];
            for (int done = 0; done < bytes.length; ) {
                fill();
                int some = Math.min(bytes.length - done, filled - position);
                System.arraycopy(buffer, position, bytes, done, some);
                position += some;
                done += some;
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }

        private int octet() throws IOException {
            fill();
            return buffer[position++] & 0xff;
        }

        private void fill() throws IOException {
            if (position == filled) {
                filled = in.read(buffer);
                position = 0;
                if (filled <= 0) {
                    throw new EOFException("The result file ends too early");
                }
            }
        }
    }
}

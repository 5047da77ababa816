package io.atalaya.lakehouse.rowfile;

import io.airlift.compress.Compressor;
import io.airlift.compress.lz4.Lz4Compressor;
import io.airlift.compress.snappy.SnappyCompressor;
import io.airlift.compress.zstd.ZstdCompressor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.zip.Deflater;

/** How the streams of an ORC file are compressed: in chunks, each after three bytes that tell its length. */
enum OrcCompression {
    NONE(0),
    ZLIB(1),
    SNAPPY(2),
    LZ4(4),
    ZSTD(5);

    /** The most bytes of a chunk before it is compressed. */
    static final int CHUNK = 1 << 18;

    private final int code;

    OrcCompression(int code) {
        this.code = code;
    }

    /** By its name in any case. */
    static OrcCompression of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** What it is called in the file. */
    int code() {
        return code;
    }

    /** Writes {@code bytes} and returns how many bytes they became. */
    long write(OrcBytes bytes, OutputStream out) throws IOException {
        if (this == NONE) {
            out.write(bytes.array(), 0, bytes.size());
            return bytes.size();
        }
        long written = 0;
        for (int from = 0; from < bytes.size(); from += CHUNK) {
            int length = Math.min(CHUNK, bytes.size() - from);
            byte[] packed = new byte[length + length / 4 + 1024];
            int size = pack(bytes.array(), from, length, packed);
            boolean smaller = size < length;
            int stored = smaller ? size : length;
            int header = (stored << 1) | (smaller ? 0 : 1);
            out.write(header);
            out.write(header >> 8);
            out.write(header >> 16);
            out.write(smaller ? packed : bytes.array(), smaller ? 0 : from, stored);
            written += 3L + stored;
        }
        return written;
    }

    private int pack(byte[] from, int offset, int length, byte[] to) {
        return switch (this) {
            case NONE -> throw new IllegalStateException("not compressed");
            case ZLIB -> deflate(from, offset, length, to);
            case SNAPPY -> pack(new SnappyCompressor(), from, offset, length, to);
            case LZ4 -> pack(new Lz4Compressor(), from, offset, length, to);
            case ZSTD -> pack(new ZstdCompressor(), from, offset, length, to);
        };
    }

    private static int pack(Compressor compressor, byte[] from, int offset, int length, byte[] to) {
        return compressor.compress(from, offset, length, to, 0, to.length);
    }

    private static int deflate(byte[] from, int offset, int length, byte[] to) {
        try (Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
            deflater.setInput(from, offset, length);
            deflater.finish();
            int size = deflater.deflate(to);
            return deflater.finished() ? size : length;
        }
    }
}

package io.atalaya.ingestion.file;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import io.atalaya.ingestion.IngestionException;
import io.atalaya.policies.Sentence;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.ZipException;

/** How a delivered file is packed, told by its first bytes and not by its name. */
public enum Packing {
    NONE,
    GZIP,
    ZSTD;

    private static final int FIRST = 8;

    /** What is packed in ways that are not read, by its first bytes. */
    private static final Map<String, String> OTHERS = Map.of(
            "bzip2", "425a683[1-9]314159.*",
            "xz", "fd377a585a00.*",
            "7z", "377abcaf271c.*",
            "rar", "526172211a07.*",
            "lz4", "04224d18.*",
            "compress", "1f9d.*");

    /** How that file is packed. */
    public static Packing of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] first = in.readNBytes(4);
            if (first.length >= 2 && (first[0] & 0xff) == 0x1f && (first[1] & 0xff) == 0x8b) {
                return GZIP;
            }
            boolean zstd = first.length == 4
                    && (first[0] & 0xff) == 0x28
                    && (first[1] & 0xff) == 0xb5
                    && (first[2] & 0xff) == 0x2f
                    && (first[3] & 0xff) == 0xfd;
            return zstd ? ZSTD : NONE;
        }
    }

    /** The bytes of a file, unpacked; {@code name} is what it is called in messages. */
    public static Unpacked open(Path file, String name) throws IOException {
        Packing packing = of(file);
        Counted delivered = new Counted(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
        try {
            InputStream in = switch (packing) {
                case NONE -> delivered;
                case GZIP -> new GzipMembers(delivered);
                case ZSTD -> new ZstdInputStream(delivered);
            };
            InputStream bounded = packing == NONE ? in : new Bounded(in, name, Bounds.PACKED, Files.size(file));
            PushbackInputStream known = new PushbackInputStream(bounded, FIRST);
            byte[] first = known.readNBytes(FIRST);
            known.unread(first);
            refuseOther(packing, name, first);
            return new Unpacked(known, delivered, packing, name, Files.size(file));
        } catch (IOException e) {
            delivered.close();
            throw broken(packing, name, delivered.count, 0, e);
        }
    }

    /** Puts the bytes of a file there, unpacked. */
    public static void unpack(Path file, String name, Path to, Bounds bounds) throws IOException {
        try (Unpacked unpacked = open(file, name);
                InputStream bounded = new Bounded(unpacked, name, bounds, Files.size(file))) {
            Files.copy(bounded, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void refuseOther(Packing packing, String name, byte[] first) {
        String bytes = HexFormat.of().formatHex(first);
        if (packing != NONE && (bytes.startsWith("1f8b") || bytes.startsWith("28b52ffd"))) {
            throw new IngestionException.BadFile("{0} is packed twice. Nothing of it was loaded; unpack it once", name);
        }
        OTHERS.forEach((other, pattern) -> {
            if (bytes.matches(pattern)) {
                throw new IngestionException.BadFile(
                        "{0} is packed with {1}, which is not read. Nothing of it was loaded; pack it with gzip or zstd, or not at all",
                        name, other);
            }
        });
    }

    /**
     * SHA-256 of the bytes of a file, unpacked.
     *
     * @param delivered that of its bytes as they are
     */
    public static String content(Path file, String name, String delivered) throws IOException {
        if (of(file) == NONE) {
            return delivered;
        }
        MessageDigest digest = Sha256.digest();
        byte[] buffer = new byte[1 << 18];
        try (Unpacked unpacked = open(file, name)) {
            int read = unpacked.read(buffer, 0, buffer.length);
            while (read >= 0) {
                digest.update(buffer, 0, read);
                read = unpacked.read(buffer, 0, buffer.length);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static IngestionException.BadFile broken(
            Packing packing, String name, long packed, long unpacked, IOException e) {
        String format = packing == GZIP ? "gzip" : "zstd";
        boolean truncated = e instanceof EOFException
                || (e instanceof ZstdIOException
                        && String.valueOf(e.getMessage()).contains("Truncated"));
        String what = truncated
                ? "{0} is a truncated {1} file: it ends at byte {2}, in the middle of its data, after {3} unpacked bytes. Nothing of it was loaded; deliver the complete file again"
                : "{0} is a damaged {1} file: it cannot be unpacked near byte {2}, after {3} unpacked bytes. Nothing of it was loaded; deliver the complete file again";
        return new IngestionException.BadFile(what, name, format, Sentence.count(packed), Sentence.count(unpacked));
    }

    /** Bytes coming out of a file, counted at both ends. */
    public static final class Unpacked extends InputStream {
        private final InputStream in;
        private final Counted delivered;
        private final Packing packing;
        private final String name;
        private final long size;
        private long count;

        private Unpacked(InputStream in, Counted delivered, Packing packing, String name, long size) {
            this.in = in;
            this.delivered = delivered;
            this.packing = packing;
            this.name = name;
            this.size = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                int read = in.read(target, offset, length);
                if (read > 0) {
                    count += read;
                }
                return read;
            } catch (EOFException | ZipException | ZstdIOException e) {
                throw broken(packing, name, delivered.count, count, e);
            }
        }

        /** How many bytes came out. */
        public long count() {
            return count;
        }

        /** How much of the file has been read, from 0 to 1. */
        public double progress() {
            return size == 0 ? 1 : Math.min(1.0, delivered.count / (double) size);
        }

        /** Reads to the end. */
        public void drain() throws IOException {
            byte[] rest = new byte[1 << 16];
            int read = read(rest, 0, rest.length);
            while (read >= 0) {
                read = read(rest, 0, rest.length);
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    private static final class Counted extends FilterInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            count += Math.max(0, read);
            return read;
        }
    }
}

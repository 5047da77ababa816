package io.atalaya.ingestion.file;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.policies.Sentence;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/** The files in a tar. */
final class TarMembers {
    private static final int BLOCK = 512;

    private TarMembers() {}

    static void visit(Path file, String name, Bounds bounds, Archive.Visitor visitor) throws IOException {
        String after = "";
        try (Packing.Unpacked unpacked = Packing.open(file, name)) {
            Bounded bytes = new Bounded(unpacked, name, bounds, Files.size(file));
            TarArchiveInputStream tar = new TarArchiveInputStream(bytes);
            int ordinal = 0;
            TarArchiveEntry entry = next(tar, bytes, name, after);
            while (entry != null) {
                bounds.check(name, ordinal + 1L, Long.MAX_VALUE, 0);
                if (isFile(entry) && !visitor.visit(ordinal, entry.getName(), content(tar, bytes, name, entry))) {
                    return;
                }
                after = MemberNames.shown(entry.getName());
                ordinal++;
                entry = next(tar, bytes, name, after);
            }
            unpackedToEnd(bytes);
            if (bytes.zeros() < BLOCK) {
                throw Archive.damaged(
                        Archive.Kind.TAR,
                        name,
                        Sentence.of("it has no end after member '{0}', as if it were cut off", after));
            }
        }
    }

    private static void unpackedToEnd(Bounded bytes) throws IOException {
        byte[] rest = new byte[1 << 14];
        int read = bytes.read(rest, 0, rest.length);
        while (read >= 0) {
            read = bytes.read(rest, 0, rest.length);
        }
    }

    private static boolean isFile(TarArchiveEntry entry) {
        return entry.isFile()
                && !entry.isSymbolicLink()
                && !entry.isLink()
                && !entry.isBlockDevice()
                && !entry.isCharacterDevice()
                && !entry.isFIFO();
    }

    private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar, Bounded bytes, String name, String after)
            throws IOException {
        try {
            return tar.getNextEntry();
        } catch (IngestionException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw broken(
                    name,
                    bytes,
                    after.isEmpty() ? Sentence.of("before its first member") : Sentence.of("after member '{0}'", after),
                    e);
        }
    }

    private static InputStream content(TarArchiveInputStream tar, Bounded bytes, String name, TarArchiveEntry entry) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                try {
                    return tar.read(target, offset, length);
                } catch (IOException e) {
                    throw broken(name, bytes, Sentence.of("in member '{0}'", MemberNames.shown(entry.getName())), e);
                }
            }
        };
    }

    private static IngestionException.BadFile broken(String name, Bounded bytes, Sentence where, Exception cause) {
        IngestionException.BadFile refusal = Archive.damaged(
                Archive.Kind.TAR,
                name,
                Sentence.of("it breaks {0}, at byte {1}", where, Sentence.count(bytes.count())));
        refusal.addSuppressed(cause);
        return refusal;
    }
}

package io.atalaya.ingestion.file;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.policies.Sentence;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** The files in a zip, as its table of contents has them. */
final class ZipMembers {
    private ZipMembers() {}

    private static ZipFile open(Path file, String name) {
        try {
            return ZipFile.builder().setPath(file).get();
        } catch (IOException | RuntimeException e) {
            IngestionException.BadFile refusal = Archive.damaged(
                    Archive.Kind.ZIP, name, Sentence.of("its table of contents cannot be read, as if it were cut off"));
            refusal.addSuppressed(e);
            throw refusal;
        }
    }

    static boolean isWorkbook(Path file, String name) throws IOException {
        try (ZipFile zip = open(file, name)) {
            return zip.getEntry("[Content_Types].xml") != null;
        }
    }

    static void visit(Path file, String name, Bounds bounds, Archive.Visitor visitor) throws IOException {
        long packed = Files.size(file);
        long unpacked = 0;
        try (ZipFile zip = open(file, name)) {
            Enumeration<ZipArchiveEntry> entries = zip.getEntries();
            for (int ordinal = 0; entries.hasMoreElements(); ordinal++) {
                ZipArchiveEntry entry = entries.nextElement();
                bounds.check(name, ordinal + 1L, packed, unpacked);
                if (entry.isDirectory() || entry.isUnixSymlink()) {
                    continue;
                }
                Content content = content(zip, entry, name, bounds, packed, unpacked);
                boolean more = visitor.visit(ordinal, entry.getName(), content);
                unpacked += content.count;
                if (!more) {
                    return;
                }
            }
        }
    }

    private static Content content(
            ZipFile zip, ZipArchiveEntry entry, String name, Bounds bounds, long packed, long before)
            throws IOException {
        if (!zip.canReadEntryData(entry)) {
            throw new IngestionException.BadFile(
                    "{0} has a member '{1}' that is {2}. Nothing of it was loaded; pack it otherwise",
                    name,
                    MemberNames.shown(entry.getName()),
                    entry.getGeneralPurposeBit().usesEncryption()
                            ? Sentence.of("encrypted")
                            : Sentence.of("packed in a way that is not read here"));
        }
        try {
            return new Content(zip.getInputStream(entry), entry, name, bounds, packed, before);
        } catch (IOException | RuntimeException e) {
            throw broken(name, entry, e);
        }
    }

    private static IngestionException.BadFile broken(String name, ZipArchiveEntry entry, Exception cause) {
        IngestionException.BadFile refusal = Archive.damaged(
                Archive.Kind.ZIP,
                name,
                Sentence.of("its member '{0}' cannot be unpacked", MemberNames.shown(entry.getName())));
        refusal.addSuppressed(cause);
        return refusal;
    }

    /** The bytes of one member, which are those it was packed from. */
    private static final class Content extends InputStream {
        private final CheckedInputStream in;
        private final ZipArchiveEntry entry;
        private final String name;
        private final Bounds bounds;
        private final long packed;
        private final long before;
        private long count;

        Content(InputStream in, ZipArchiveEntry entry, String name, Bounds bounds, long packed, long before) {
            this.in = new CheckedInputStream(in, new CRC32());
            this.entry = entry;
            this.name = name;
            this.bounds = bounds;
            this.packed = packed;
            this.before = before;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read;
            try {
                read = in.read(target, offset, length);
            } catch (IOException e) {
                throw broken(name, entry, e);
            }
            if (read > 0) {
                count += read;
                bounds.check(name, 0, packed, before + count);
            } else if (read < 0 && in.getChecksum().getValue() != entry.getCrc()) {
                throw Archive.damaged(
                        Archive.Kind.ZIP,
                        name,
                        Sentence.of(
                                "its member '{0}' is not what it was when it was packed",
                                MemberNames.shown(entry.getName())));
            }
            return read;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}

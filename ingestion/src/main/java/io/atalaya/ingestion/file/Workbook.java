package io.atalaya.ingestion.file;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.policies.Sentence;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** A workbook (XLSX) that was unpacked once to its end: it is whole, and not larger than it may be. */
public final class Workbook {
    private static final byte[] OLD_OR_ENCRYPTED = {(byte) 0xd0, (byte) 0xcf, 0x11, (byte) 0xe0};
    private static final long MOST_TEXTS = 128L << 20;

    private Workbook() {}

    /**
     * The file of a workbook that is good.
     *
     * @param folder where it is put if it was packed once more
     * @throws IngestionException.BadFile saying what is wrong
     */
    public static Path checked(Path delivered, String name, Path folder) throws IOException {
        Path file = delivered;
        if (Packing.of(delivered) != Packing.NONE) {
            file = folder.resolve("delivered.xlsx");
            Packing.unpack(delivered, name, file, Bounds.WORKBOOK);
        }
        requireZip(file, name);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            check(zip, name);
        } catch (ZipException e) {
            throw damaged(name, Sentence.of("its table of contents cannot be read, as if it were cut off"), e);
        }
        return file;
    }

    private static void requireZip(Path file, String name) throws IOException {
        byte[] first;
        try (InputStream in = Files.newInputStream(file)) {
            first = in.readNBytes(4);
        }
        if (Arrays.equals(first, OLD_OR_ENCRYPTED)) {
            throw new IngestionException.BadFile(
                    "{0} is a workbook of the old format (XLS) or an encrypted one. Nothing of it was loaded; save it as XLSX without password",
                    name);
        }
        if (first.length < 4 || first[0] != 'P' || first[1] != 'K') {
            throw new IngestionException.BadFile(
                    "{0} is no workbook (XLSX). Nothing of it was loaded; correct 'format' or 'files'", name);
        }
    }

    private static void check(ZipFile zip, String name) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long packed = 0;
        long unpacked = 0;
        Enumeration<? extends ZipEntry> entries = zip.entries();
        for (long count = 1; entries.hasMoreElements(); count++) {
            ZipEntry entry = entries.nextElement();
            packed += Math.max(0, entry.getCompressedSize());
            long size = 0;
            try (CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), new CRC32())) {
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    size += read;
                    Bounds.WORKBOOK.check(name, count, packed, unpacked + size);
                    if (size > MOST_TEXTS && !entry.getName().startsWith("xl/worksheets/")) {
                        throw new IngestionException.BadFile(
                                "{0} has more than {1} MiB of texts or formats. Nothing of it was loaded; deliver it as CSV",
                                name, Sentence.count(MOST_TEXTS >> 20));
                    }
                }
                if (in.getChecksum().getValue() != entry.getCrc()) {
                    throw damaged(
                            name,
                            Sentence.of("its part {0} is not what it was when it was saved", entry.getName()),
                            null);
                }
            } catch (ZipException | java.io.EOFException e) {
                throw damaged(name, Sentence.of("its part {0} cannot be unpacked", entry.getName()), e);
            }
            unpacked += size;
        }
    }

    private static IngestionException.BadFile damaged(String name, Sentence why, @Nullable Exception cause) {
        IngestionException.BadFile refusal = new IngestionException.BadFile(
                "{0} is a damaged workbook: {1}. Nothing of it was loaded; deliver it again", name, why);
        if (cause != null) {
            refusal.addSuppressed(cause);
        }
        return refusal;
    }
}

package io.atalaya.ingestion.file;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.policies.Sentence;

/**
 * How much may come out of a packed file, so that a small one cannot fill a disk.
 *
 * @param members files in it
 * @param bytes unpacked, all of it
 * @param ratio of unpacked to packed bytes
 * @param free unpacked bytes for which no ratio is asked
 */
public record Bounds(int members, long bytes, int ratio, long free) {
    /** Of an archive. */
    public static final Bounds ARCHIVE = new Bounds(100_000, 64L << 30, 500, 64L << 20);

    /** Of one file that is packed. */
    public static final Bounds PACKED = new Bounds(1, 1L << 40, 5_000, 4L << 30);

    /** Of a workbook. */
    public static final Bounds WORKBOOK = new Bounds(10_000, 16L << 30, 200, 16L << 20);

    /** Refuses what goes beyond; {@code packed} bytes were read for {@code unpacked} ones. */
    void check(String name, long members, long packed, long unpacked) {
        if (members > this.members) {
            throw refusal(name, Sentence.of("it has more than {0} members", Sentence.count(this.members)));
        }
        if (unpacked > bytes) {
            throw refusal(name, Sentence.of("it unpacks to more than {0} bytes", Sentence.count(bytes)));
        }
        if (unpacked > free && unpacked / ratio > packed) {
            throw refusal(name, Sentence.of("it unpacks to more than {0} times its size", Sentence.count(ratio)));
        }
    }

    private static IngestionException.BadFile refusal(String name, Sentence why) {
        return new IngestionException.BadFile(
                "{0} is not unpacked: {1}. Nothing of it was loaded; deliver it in smaller parts", name, why);
    }
}

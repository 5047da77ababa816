package io.atalaya.ingestion.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Bytes as UTF-8 text, whatever they were delivered in.
 *
 * @param in UTF-8 without byte order mark
 * @param encoding what it was
 * @param certain whether it was declared or said by a byte order mark, not guessed
 */
record Encodings(InputStream in, Charset encoding, boolean certain) {
    private static final int SAMPLE = 1 << 18;

    /** The text of those bytes. */
    static Encodings open(InputStream bytes, Optional<String> declared) throws IOException {
        byte[] sample = bytes.readNBytes(SAMPLE);
        Optional<Mark> mark = mark(sample);
        InputStream all = new Prefixed(sample, mark.map(Mark::length).orElse(0), bytes);
        if (mark.isPresent() && declared.map(name -> name.startsWith("UTF")).orElse(true)) {
            return of(all, mark.get().charset(), true);
        }
        if (declared.isPresent()) {
            return of(all, Charset.forName(declared.get()), true);
        }
        boolean whole = sample.length < SAMPLE;
        int valid = Utf8.validUntil(sample, 0, sample.length);
        // A sample may end in the middle of a character.
        boolean utf8 = valid == sample.length || (!whole && valid > sample.length - 4);
        return of(all, utf8 ? StandardCharsets.UTF_8 : Charset.forName("windows-1252"), false);
    }

    private static Encodings of(InputStream in, Charset charset, boolean certain) {
        boolean utf8 = charset.equals(StandardCharsets.UTF_8);
        return new Encodings(utf8 ? in : new Transcoded(in, charset), charset, certain);
    }

    private record Mark(Charset charset, int length) {}

    private static Optional<Mark> mark(byte[] sample) {
        int[] first = new int[3];
        for (int i = 0; i < Math.min(3, sample.length); i++) {
            first[i] = sample[i] & 0xff;
        }
        if (Arrays.equals(first, new int[] {0xef, 0xbb, 0xbf})) {
            return Optional.of(new Mark(StandardCharsets.UTF_8, 3));
        }
        if (first[0] == 0xff && first[1] == 0xfe) {
            return Optional.of(new Mark(StandardCharsets.UTF_16LE, 2));
        }
        if (first[0] == 0xfe && first[1] == 0xff) {
            return Optional.of(new Mark(StandardCharsets.UTF_16BE, 2));
        }
        return Optional.empty();
    }
}

package io.atalaya.catalog.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files that hold the records: each named by the sequence number of its first one. */
final class Segments {
    private Segments() {}

    static Path file(Path folder, long first) {
        return folder.resolve("records-%020d.jsonl".formatted(first));
    }

    /** The segments of a folder by first sequence number. */
    static NavigableMap<Long, Path> in(Path folder) throws IOException {
        return named(folder, "records-(\\d{20})\\.jsonl");
    }

    /** The files whose names are of that form, by the number in it. */
    static NavigableMap<Long, Path> named(Path folder, String form) throws IOException {
        Pattern pattern = Pattern.compile(form);
        NavigableMap<Long, Path> segments = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> {
                Matcher matcher = pattern.matcher(String.valueOf(file.getFileName()));
                if (matcher.matches()) {
                    segments.put(Long.parseLong(matcher.group(1)), file);
                }
            });
        }
        return segments;
    }

    /**
     * One that nothing is added to any more.
     *
     * @param first record
     * @param until the first record of the next
     */
    record Complete(long first, long until, Path file) {}

    /** Takes the lines of a segment one after the other. */
    interface LineReader<X extends Exception> {
        /**
         * Takes one line.
         *
         * @param offset where it begins in its segment
         * @param line without its line feed
         * @return whether to go on
         */
        boolean line(long offset, byte[] line) throws IOException, X;
    }

    /**
     * Reads the complete lines of a segment from {@code offset} on.
     *
     * @return where the last line read ends, after its line feed; a torn line is not read
     */
    static <X extends Exception> long read(Path segment, long offset, LineReader<X> reader) throws IOException, X {
        long end = offset;
        ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(segment), 1 << 16)) {
            in.skipNBytes(Math.min(offset, Files.size(segment)));
            byte[] buffer = new byte[1 << 16];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                int start = 0;
                for (int i = 0; i < count; i++) {
                    if (buffer[i] == '\n') {
                        line.write(buffer, start, i - start);
                        start = i + 1;
                        byte[] bytes = line.toByteArray();
                        line.reset();
                        if (!reader.line(end, bytes)) {
                            return end;
                        }
                        end += bytes.length + 1;
                    }
                }
                line.write(buffer, start, count - start);
            }
        }
        return end;
    }
}

package io.atalaya.catalog.audit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The checkpoints of a log, oldest first: signed notes with an empty line after each. */
final class CheckpointFile {
    private static final int LONGEST_NOTE = 4096;

    private CheckpointFile() {}

    /**
     * A note as it stands in the file.
     *
     * @param line where it begins, from 1
     * @param complete whether it has its end; only the last can be without, after a crash
     */
    record Note(long line, String text, boolean complete) {}

    /**
     * All notes.
     *
     * @return notes in the order of the file
     */
    static List<Note> read(Path file) throws IOException {
        List<Note> notes = new ArrayList<>();
        if (!Files.exists(file)) {
            return notes;
        }
        StringBuilder note = new StringBuilder();
        long first = 1;
        long line = 0;
        int gaps = 0;
        String all = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        for (String text : (Iterable<String>) all.lines()::iterator) {
            line++;
            if (text.isEmpty() && gaps == 1) {
                notes.add(new Note(first, note.toString(), true));
                note.setLength(0);
                gaps = 0;
                first = line + 1;
            } else {
                gaps += text.isEmpty() ? 1 : 0;
                note.append(text).append('\n');
            }
        }
        if (!note.isEmpty()) {
            notes.add(new Note(first, note.toString(), false));
        }
        return notes;
    }

    /**
     * The last complete note and where it ends.
     *
     * @param end bytes of the file up to the end of that note; 0 without one
     */
    record Tail(Optional<String> note, long end) {}

    /** Looks at the end of the file only, however long it is. */
    static Tail tail(Path file) throws IOException {
        if (!Files.exists(file)) {
            return new Tail(Optional.empty(), 0);
        }
        try (RandomAccessFile reader = new RandomAccessFile(file.toFile(), "r")) {
            long start = Math.max(0, reader.length() - 2 * LONGEST_NOTE);
            byte[] bytes = new byte[(int) (reader.length() - start)];
            reader.seek(start);
            reader.readFully(bytes);
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            int end = endOfNote(text, text.length());
            if (end == 0) {
                return new Tail(Optional.empty(), 0);
            }
            int begin = endOfNote(text, end - 2);
            String note = new String(bytes, begin, end - begin, StandardCharsets.UTF_8);
            return new Tail(Optional.of(note), start + end);
        }
    }

    /** Where the last note ends that is complete before {@code limit}: after a signature line and an empty line. */
    private static int endOfNote(String text, int limit) {
        for (int gap = text.lastIndexOf("\n\n", limit - 2); gap >= 0; gap = text.lastIndexOf("\n\n", gap - 1)) {
            int line = text.lastIndexOf('\n', gap - 1) + 1;
            // The em dash in its three UTF-8 bytes.
            if (text.startsWith("\u00e2\u0080\u0094 ", line)) {
                return gap + 2;
            }
        }
        return 0;
    }
}

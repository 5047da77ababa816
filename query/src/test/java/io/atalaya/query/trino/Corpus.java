package io.atalaya.query.trino;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Statements of a file {@code <name>.sql}. Each ends with {@code ;} at the end of a line. A comment before a statement that begins
 * with {@code -- differs:} or {@code -- refused:} gives the reason why the answer here is not Trino's.
 */
public record Corpus(Path file, List<Case> cases) {
    /** How the answer here relates to Trino's. */
    public enum Expected {
        EQUAL,
        DIFFERENT,
        REFUSED
    }

    /**
     * One statement.
     *
     * @param reason why it is not expected to be equal
     */
    public record Case(
            int line,
            String sql,
            Expected expected,
            @Nullable String reason) {}

    public Corpus {
        cases = List.copyOf(cases);
    }

    String name() {
        return file.getFileName().toString().replaceFirst("\\.sql$", "");
    }

    /** Where Trino's answers are. */
    Path answers() {
        return file.resolveSibling(name() + ".answers");
    }

    /** All in a folder, in the order of their names. */
    public static List<Corpus> all(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> entries = Files.list(folder)) {
            files = entries.filter(file -> file.toString().endsWith(".sql"))
                    .sorted()
                    .toList();
        }
        List<Corpus> corpora = new ArrayList<>();
        for (Path file : files) {
            corpora.add(read(file));
        }
        return corpora;
    }

    static Corpus read(Path file) throws IOException {
        List<Case> cases = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        Expected expected = Expected.EQUAL;
        String reason = null;
        int number = 0;
        int start = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (text.isEmpty() && (line.isBlank() || line.startsWith("--"))) {
                if (line.startsWith("-- differs:") || line.startsWith("-- refused:")) {
                    expected = line.startsWith("-- d") ? Expected.DIFFERENT : Expected.REFUSED;
                    reason = line.substring(11).strip();
                }
                continue;
            }
            start = text.isEmpty() ? number : start;
            text.append(text.isEmpty() ? "" : "\n").append(line);
            if (line.endsWith(";")) {
                cases.add(new Case(start, text.substring(0, text.length() - 1), expected, reason));
                text.setLength(0);
                expected = Expected.EQUAL;
                reason = null;
            }
        }
        if (!text.isEmpty()) {
            throw new IOException("%s:%d: a statement without ; at the end of a line".formatted(file, start));
        }
        return new Corpus(file, cases);
    }
}

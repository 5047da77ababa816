package io.atalaya.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What each operation answers to everybody who may ask, as a file declares it: a line for each operation and kind of object, with
 * one answer for each of {@link #WHO}, and the body that is sent.
 *
 * <p>Kinds of objects are {@code @own}, {@code @other} and {@code @missing}; within what is one's own {@code @swapped}, with another's
 * id, and {@code @absent}, with nobody's. A refusal that differs from that of what is missing (or absent), be it in one letter that is
 * no part of the id, ends in {@code !}: the asker may know that the thing is there. Athena's batches are held to that even where they
 * succeed, because they say in their answer what they did not find.
 */
record Matrix(List<Row> rows) {
    /** Who asks, in the order of the columns; the names of users but for the first. */
    static final List<String> WHO = List.of("anonymous", "analyst", "ds", "de", "steward", "auditor", "admin");

    private static final Path FOLDER = Path.of("src/test/resources/matrix");
    private static final Pattern LINE = Pattern.compile(
            "(?<operation>[A-Za-z]+(?: /\\S*)?)(?: +@(?<kind>\\w+))? *\\| *(?<answers>[^|]*?) *(?:\\| *(?<body>.*))?");

    /** One line: the operation, the kind of object if it has one, what it answers, and what is sent. */
    record Row(String operation, String kind, List<String> expected, Optional<String> body) {
        String title() {
            return kind.isEmpty() ? operation : operation + " @" + kind;
        }

        String line(List<String> answers) {
            return title() + " | " + String.join(" ", answers)
                    + body.map(text -> " | " + text).orElse("");
        }
    }

    /** An answer, and what of it depends on the object's ids alone, which is taken out. */
    record Observed(String answer, String text) {
        static Observed of(String answer, String text, Map<String, String> ids) {
            String[] without = {text};
            ids.entrySet().stream()
                    .filter(id -> id.getValue().length() > 2)
                    .sorted(Comparator.comparingInt(id -> -id.getValue().length()))
                    .forEach(id -> without[0] = without[0].replace(id.getValue(), "{" + id.getKey() + "}"));
            return new Observed(answer, without[0]);
        }
    }

    static Matrix read(String name) {
        List<Row> rows = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(FOLDER.resolve(name))) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    rows.add(row(line));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Matrix(rows);
    }

    private static Row row(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a line of the matrix: " + line);
        }
        return new Row(
                matcher.group("operation"),
                Optional.ofNullable(matcher.group("kind")).orElse(""),
                List.of(matcher.group("answers").split(" +")),
                Optional.ofNullable(matcher.group("body")));
    }

    /** Puts the values of the names in braces in their place. */
    static String filled(String template, Map<String, String> values, UnaryOperator<String> encoded) {
        String filled = template;
        for (Map.Entry<String, String> value : values.entrySet()) {
            filled = filled.replace("{" + value.getKey() + "}", encoded.apply(value.getValue()));
        }
        return filled;
    }

    /** The lines as they are in fact, where they are not as declared. */
    static List<String> differences(Map<Row, List<Observed>> seen) {
        List<String> lines = new ArrayList<>();
        Map<String, List<Observed>> missing = new LinkedHashMap<>();
        seen.forEach((row, answers) -> {
            if (row.kind().equals("missing") || row.kind().equals("absent")) {
                missing.put(row.operation() + row.kind(), answers);
            }
        });
        seen.forEach((row, answers) -> {
            List<String> shown = new ArrayList<>();
            for (int column = 0; column < answers.size(); column++) {
                Observed one = answers.get(column);
                List<Observed> none =
                        missing.get(row.operation() + (row.kind().matches("swapped|absent") ? "absent" : "missing"));
                boolean refused =
                        !one.answer().matches("2..|ok") || row.operation().startsWith("Batch");
                shown.add(one.answer() + (refused && none != null && !one.equals(none.get(column)) ? "!" : ""));
            }
            if (!shown.equals(row.expected())) {
                lines.add(row.line(shown));
            }
        });
        return lines;
    }
}

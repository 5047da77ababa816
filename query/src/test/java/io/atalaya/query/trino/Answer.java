package io.atalaya.query.trino;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a statement is answered with. In a file of answers the lines of a statement begin with {@code >}, columns with {@code =}, an
 * error with {@code !}; rows follow, their cells between tabs, and a blank line.
 *
 * @param error code and message; null if there are rows
 */
public record Answer(
        List<Column> columns,
        List<List<@Nullable String>> rows,
        @Nullable String error) {
    /** A column of an answer. */
    public record Column(String name, String type) {}

    public Answer {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }

    /** Rows. */
    public static Answer rows(List<Column> columns, List<List<@Nullable String>> rows) {
        return new Answer(columns, rows, null);
    }

    static Answer error(String code, String message) {
        return new Answer(
                List.of(), List.of(), code + " " + message.lines().findFirst().orElse(""));
    }

    /** The same error in which one word is another. */
    Answer saying(String word, String other) {
        return error == null ? this : new Answer(columns, rows, error.replace(word, other));
    }

    /** The code of the error; empty if there is none. */
    String code() {
        return error == null ? "" : error.split(" ", 2)[0];
    }

    /** Answers by statement. */
    static Map<String, Answer> read(Path file) throws IOException {
        Map<String, Answer> answers = new LinkedHashMap<>();
        if (!Files.exists(file)) {
            return answers;
        }
        StringBuilder sql = new StringBuilder();
        List<Column> columns = new ArrayList<>();
        List<List<@Nullable String>> rows = new ArrayList<>();
        String error = null;
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("> ") && columns.isEmpty() && error == null) {
                sql.append(sql.isEmpty() ? "" : "\n").append(line.substring(2));
            } else if (line.startsWith("= ") && columns.isEmpty()) {
                for (String column : line.substring(2).split("\t", -1)) {
                    int space = column.indexOf(' ');
                    columns.add(
                            new Column(String.valueOf(text(column.substring(0, space))), column.substring(space + 1)));
                }
            } else if (line.startsWith("! ") && columns.isEmpty()) {
                error = line.substring(2);
            } else if (line.isEmpty()) {
                answers.put(sql.toString(), new Answer(columns, rows, error));
                sql.setLength(0);
                columns = new ArrayList<>();
                rows = new ArrayList<>();
                error = null;
            } else {
                List<@Nullable String> cells = new ArrayList<>();
                for (String cell : line.split("\t", -1)) {
                    cells.add(text(cell));
                }
                rows.add(cells);
            }
        }
        return answers;
    }

    static void write(Path file, Map<String, Answer> answers) throws IOException {
        StringBuilder text = new StringBuilder();
        answers.forEach((sql, answer) -> {
            sql.lines().forEach(line -> text.append("> ").append(line).append('\n'));
            if (answer.error() != null) {
                text.append("! ").append(answer.error()).append('\n');
            } else {
                text.append("= ")
                        .append(answer.columns().stream()
                                .map(column -> escaped(column.name()).replace(" ", "\\s") + " " + column.type())
                                .collect(Collectors.joining("\t")))
                        .append('\n');
                for (List<@Nullable String> row : answer.rows()) {
                    text.append(row.stream().map(Answer::escaped).collect(Collectors.joining("\t")))
                            .append('\n');
                }
            }
            text.append('\n');
        });
        Files.writeString(file, text);
    }

    private static String escaped(@Nullable String cell) {
        if (cell == null) {
            return "\\N";
        }
        return cell.isEmpty()
                ? "\\e"
                : cell.replace("\\", "\\\\")
                        .replace("\t", "\\t")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r");
    }

    private static @Nullable String text(String cell) {
        if (cell.equals("\\N")) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (int index = 0; index < cell.length(); index++) {
            char character = cell.charAt(index);
            if (character != '\\') {
                text.append(character);
                continue;
            }
            switch (cell.charAt(++index)) {
                case 't' -> text.append('\t');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 's' -> text.append(' ');
                case 'e' -> {}
                default -> text.append('\\');
            }
        }
        return text.toString();
    }
}

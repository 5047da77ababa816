package io.atalaya.query.trino;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A small table that both engines have, of a file {@code <name>.tsv}: a line of names, a line of Trino's types, then rows; {@code \N} is
 * null, bytes are hexadecimal, arrays, maps and rows are JSON.
 */
record SharedTable(String name, List<String> columns, List<String> types, List<List<@Nullable String>> rows) {
    static List<SharedTable> all(Path folder) throws IOException {
        List<SharedTable> tables = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                tables.add(read(file));
            }
        }
        return tables;
    }

    private static SharedTable read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        List<List<@Nullable String>> rows = new ArrayList<>();
        for (String line : lines.subList(2, lines.size())) {
            List<@Nullable String> cells = new ArrayList<>();
            for (String cell : line.split("\t", -1)) {
                cells.add(cell.equals("\\N") ? null : cell);
            }
            rows.add(cells);
        }
        return new SharedTable(
                file.getFileName().toString().replace(".tsv", ""),
                List.of(lines.get(0).split("\t", -1)),
                List.of(lines.get(1).split("\t", -1)),
                rows);
    }

    private interface Conversion {
        String of(String cell, String type);
    }

    String inTrino() {
        return "CREATE TABLE " + name + " AS "
                + select((cell, type) -> switch (type.split("\\(", 2)[0]) {
                    case "varbinary" -> "from_hex(" + cell + ")";
                    case "array", "map", "row" -> "CAST(json_parse(" + cell + ") AS " + type + ")";
                    default -> "CAST(" + cell + " AS " + type + ")";
                });
    }

    /** As a query for DuckDB. */
    String inDuck(List<String> duckTypes) {
        return select((cell, type) -> {
            String duck = duckTypes.get(types.indexOf(type));
            return switch (type.split("\\(", 2)[0]) {
                case "varbinary" -> "unhex(" + cell + ")";
                case "array", "map", "row" -> "CAST(CAST(" + cell + " AS JSON) AS " + duck + ")";
                default -> "CAST(" + cell + " AS " + duck + ")";
            };
        });
    }

    private String select(Conversion conversion) {
        String converted = IntStream.range(0, columns.size())
                .mapToObj(index -> conversion.of("c" + index, types.get(index)) + " AS " + columns.get(index))
                .collect(Collectors.joining(", "));
        String values = rows.stream()
                .map(row -> row.stream()
                        .map(cell -> cell == null ? "CAST(NULL AS varchar)" : "'" + cell.replace("'", "''") + "'")
                        .collect(Collectors.joining(", ", "(", ")")))
                .collect(Collectors.joining(", "));
        String names = IntStream.range(0, columns.size())
                .mapToObj(index -> "c" + index)
                .collect(Collectors.joining(", "));
        return "SELECT " + converted + " FROM (VALUES " + values + ") AS t(" + names + ")";
    }
}

package io.atalaya.ingestion.text;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Dialect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the fields of a file's rows are.
 *
 * @param names as delivered
 * @param columns of the table, in its order
 * @param fieldOf the field each of the columns is taken from; -1 if the file has none for it
 */
public record Header(List<String> names, List<String> columns, List<Integer> fieldOf) {
    public Header {
        names = List.copyOf(names);
        columns = List.copyOf(columns);
        fieldOf = List.copyOf(fieldOf);
    }

    /**
     * The header of a file in that dialect.
     *
     * @param declared the columns there may be; empty: those of the file
     * @throws IngestionException.BadFile naming the column that has no place to go
     */
    static Header of(String file, List<String> names, Dialect dialect, List<String> declared) {
        Map<String, Integer> found = new HashMap<>();
        List<String> columns = new ArrayList<>(declared);
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i).strip();
            if (dialect.ignore().contains(name)) {
                continue;
            }
            String column = dialect.columns().getOrDefault(name, columnName(name));
            if (declared.isEmpty()) {
                column = unique(column.isEmpty() ? "column_" + (i + 1) : column, found);
                columns.add(column);
            } else if (!declared.contains(column)) {
                throw new IngestionException.BadFile(
                        "{0} has a column '{1}' that dialect '{2}' has no place for; name it in 'columns' or 'ignore' of the dialect. Nothing of the file was loaded",
                        file, name, dialect.name());
            }
            if (found.putIfAbsent(column, i) != null) {
                throw new IngestionException.BadFile(
                        "{0} has two columns for '{1}': '{2}' and '{3}'; leave one out with 'ignore' of dialect '{4}'",
                        file, column, names.get(found.get(column)), name, dialect.name());
            }
        }
        return new Header(
                names,
                columns,
                columns.stream().map(column -> found.getOrDefault(column, -1)).toList());
    }

    /** Whether these are names of declared columns, each once, and of what is ignored; never without a declaration. */
    static boolean isOf(List<String> names, Dialect dialect, List<String> declared) {
        List<String> columns = names.stream()
                .map(String::strip)
                .filter(name -> !dialect.ignore().contains(name))
                .map(name -> dialect.columns().getOrDefault(name, columnName(name)))
                .toList();
        return !columns.isEmpty()
                && declared.containsAll(columns)
                && columns.stream().distinct().count() == columns.size();
    }

    private static String unique(String column, Map<String, Integer> taken) {
        String name = column;
        for (int n = 2; taken.containsKey(name); n++) {
            name = column + "_" + n;
        }
        return name;
    }

    /** A header name as the name of a column: {@code "Timely response?"} is {@code timely_response}. */
    public static String columnName(String name) {
        String lower = name.strip().toLowerCase(Locale.ROOT);
        String plain = lower.replaceAll("[^a-z0-9]+", "_").replaceAll("^_+|_+$", "");
        return plain.isEmpty() || Character.isLetter(plain.charAt(0)) ? plain : "c_" + plain;
    }
}

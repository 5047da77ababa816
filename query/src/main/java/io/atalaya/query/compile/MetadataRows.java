package io.atalaya.query.compile;

import io.atalaya.query.type.SqlType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A relation of constants: a row for each item, and what each column says of an item, as SQL. */
final class MetadataRows<T> {
    private final List<Queries.Output> outputs = new ArrayList<>();
    private final List<Function<T, String>> cells = new ArrayList<>();

    /** The same with one more column. */
    MetadataRows<T> with(String name, SqlType type, Function<T, String> cell) {
        outputs.add(new Queries.Output(Optional.of(name), type));
        cells.add(item -> Sql.cast(cell.apply(item), type.duck()));
        return this;
    }

    /** Its columns as the fields of one value. */
    SqlType.Row type() {
        return new SqlType.Row(outputs.stream()
                .map(output -> new SqlType.Row.Field(output.name(), output.type()))
                .toList());
    }

    /** What the columns say of an item, as one value of {@link #type}. */
    String row(T item) {
        return row(type(), cells.stream().map(cell -> cell.apply(item)).toList());
    }

    Queries.Printed of(Iterable<? extends T> items, String alias) {
        List<String> rows = new ArrayList<>();
        items.forEach(item ->
                rows.add(cells.stream().map(cell -> cell.apply(item)).collect(Collectors.joining(", ", "(", ")"))));
        String nothing = outputs.stream()
                .map(output -> Sql.cast("NULL", output.type().duck()))
                .collect(Collectors.joining(", ", "(", ")"));
        List<String> names = new ArrayList<>();
        for (int index = 0; index < outputs.size(); index++) {
            names.add("c" + index);
        }
        return new Queries.Printed(
                "(SELECT * FROM (VALUES " + (rows.isEmpty() ? nothing : String.join(", ", rows)) + ") AS " + alias
                        + "v(" + String.join(", ", names) + ")" + (rows.isEmpty() ? " WHERE false" : "") + ") AS "
                        + alias,
                outputs);
    }

    static String moment(long millis) {
        return "make_timestamptz(" + millis * 1000 + ")";
    }

    static String number(@Nullable Number value) {
        return value == null ? "NULL" : value.toString();
    }

    static String text(@Nullable String value) {
        return value == null ? "NULL" : Sql.text(value);
    }

    /** A map of keys and values that are SQL already. */
    static String map(Map<String, String> entries) {
        return "map([" + String.join(", ", entries.keySet()) + "], [" + String.join(", ", entries.values()) + "])";
    }

    /** A row of values that are SQL already. */
    static String row(SqlType.Row type, List<String> values) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int index = 0; index < values.size(); index++) {
            fields.put(
                    type.duckName(index),
                    Sql.cast(values.get(index), type.fields().get(index).type().duck()));
        }
        return fields.entrySet().stream()
                .map(field -> Sql.name(field.getKey()) + " := " + field.getValue())
                .collect(Collectors.joining(", ", "struct_pack(", ")"));
    }
}

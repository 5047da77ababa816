package io.atalaya.catalog.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.types.Types;

/**
 * What became of one top-level column from one schema of a table to another. A column is the same by its field id, whatever it is
 * called.
 *
 * @param column what it is called in the later schema, or was in the earlier one if it is gone
 * @param from its earlier name or type; empty if it was added
 * @param to its later name or type; empty if it was dropped
 */
public record SchemaChange(Kind kind, String column, Optional<String> from, Optional<String> to) {
    /** What happened to it. */
    public enum Kind {
        ADDED,
        DROPPED,
        RENAMED,
        RETYPED
    }

    /** From the columns of one schema that may be known to those of another, in the order of the later one, then what is gone. */
    public static List<SchemaChange> between(List<Types.NestedField> earlier, List<Types.NestedField> later) {
        Map<Integer, Types.NestedField> before = byId(earlier);
        Map<Integer, Types.NestedField> after = byId(later);
        List<SchemaChange> changes = new ArrayList<>();
        later.forEach(column -> {
            Types.NestedField old = before.get(column.fieldId());
            if (old == null) {
                changes.add(new SchemaChange(Kind.ADDED, column.name(), Optional.empty(), Optional.of(type(column))));
            } else {
                changed(old, column).forEach(changes::add);
            }
        });
        earlier.stream()
                .filter(column -> !after.containsKey(column.fieldId()))
                .map(column ->
                        new SchemaChange(Kind.DROPPED, column.name(), Optional.of(type(column)), Optional.empty()))
                .forEach(changes::add);
        return changes;
    }

    private static Stream<SchemaChange> changed(Types.NestedField from, Types.NestedField to) {
        Stream<SchemaChange> renamed = from.name().equals(to.name())
                ? Stream.empty()
                : Stream.of(
                        new SchemaChange(Kind.RENAMED, to.name(), Optional.of(from.name()), Optional.of(to.name())));
        Stream<SchemaChange> retyped = type(from).equals(type(to))
                ? Stream.empty()
                : Stream.of(new SchemaChange(Kind.RETYPED, to.name(), Optional.of(type(from)), Optional.of(type(to))));
        return Stream.concat(renamed, retyped);
    }

    private static String type(Types.NestedField column) {
        return TypeNames.trino(column.type());
    }

    private static Map<Integer, Types.NestedField> byId(List<Types.NestedField> columns) {
        return columns.stream().collect(Collectors.toMap(Types.NestedField::fieldId, Function.identity()));
    }
}

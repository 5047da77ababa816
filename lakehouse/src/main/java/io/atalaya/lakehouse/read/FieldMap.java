package io.atalaya.lakehouse.read;

import io.atalaya.lakehouse.duckdb.DuckLiterals;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.duckdb.DuckTypes;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types;

/**
 * The {@code schema} argument of DuckDB's {@code read_parquet}: which field id becomes which column. Top-level columns
 * are called {@code c} and their id, so that no column of a table can be mistaken for one of the engine's own.
 */
final class FieldMap {
    private FieldMap() {}

    /** The engine's name of a top-level column. */
    static String column(int fieldId) {
        return "c" + fieldId;
    }

    /**
     * The argument for these columns.
     *
     * @param constants texts that stand for columns a file does not have, by field id
     */
    static String of(List<Types.NestedField> fields, Map<Integer, String> constants) {
        return fields.stream()
                .map(field -> entry(field, column(field.fieldId()), constants))
                .collect(Collectors.joining(", ", "MAP{", "}"));
    }

    private static String entry(Types.NestedField field, String name, Map<Integer, String> constants) {
        StringBuilder entry = new StringBuilder()
                .append(field.fieldId())
                .append(": {name: ")
                .append(DuckSql.text(name))
                .append(", type: ")
                .append(DuckSql.text(DuckTypes.of(field.type())))
                .append(", default_value: ")
                .append(absent(field, constants));
        if (field.type().isNestedType()) {
            entry.append(", children: ").append(children(field));
        }
        return entry.append('}').toString();
    }

    private static String children(Types.NestedField field) {
        return field.type().asNestedType().fields().stream()
                .map(child -> entry(child, child.name(), Map.of()))
                .collect(Collectors.joining(", ", "MAP{", "}"));
    }

    /** The text that stands for a column which a file does not have. */
    static String absent(Types.NestedField field, Map<Integer, String> constants) {
        String constant = constants.get(field.fieldId());
        if (constant != null) {
            return DuckSql.text(constant);
        }
        Object initial = field.initialDefault();
        return initial == null ? "NULL::VARCHAR" : DuckSql.text(DuckLiterals.text(field.type(), initial));
    }
}

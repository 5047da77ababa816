package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.duckdb.DuckSql;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/** The field ids of a schema as DuckDB's COPY takes them, and as its statistics name them. */
final class FieldIds {
    private FieldIds() {}

    /** The value of the option {@code FIELD_IDS}. */
    static String option(Schema schema) {
        return option(schema.columns());
    }

    private static String option(List<Types.NestedField> fields) {
        return fields.stream().map(FieldIds::entry).collect(Collectors.joining(", ", "{", "}"));
    }

    private static String entry(Types.NestedField field) {
        String name = DuckSql.name(field.name()) + ": ";
        if (!field.type().isNestedType()) {
            return name + field.fieldId();
        }
        String children = field.type().asNestedType().fields().stream()
                .map(FieldIds::entry)
                .collect(Collectors.joining(", "));
        return name + "{__duckdb_field_id: " + field.fieldId() + ", " + children + "}";
    }

    /**
     * The primitive columns that Iceberg keeps metrics of, by the path DuckDB's statistics use: top-level ones and those
     * in structs, none inside a list or map.
     */
    static Map<String, Types.NestedField> measured(Schema schema) {
        Map<String, Types.NestedField> paths = new HashMap<>();
        collect("", schema.columns(), paths);
        return paths;
    }

    private static void collect(String prefix, List<Types.NestedField> fields, Map<String, Types.NestedField> paths) {
        for (Types.NestedField field : fields) {
            String path = prefix + DuckSql.name(field.name());
            if (field.type().isPrimitiveType()) {
                paths.put(path, field);
            } else if (field.type().isStructType()) {
                collect(path + ".", field.type().asStructType().fields(), paths);
            }
        }
    }
}

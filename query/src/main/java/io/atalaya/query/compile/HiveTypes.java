package io.atalaya.query.compile;

import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;

/** Types as Athena's {@code DESCRIBE} and Glue write them. */
public final class HiveTypes {
    private HiveTypes() {}

    /** The name of a column's type. */
    public static String name(Type type) {
        return switch (type.typeId()) {
            case LONG -> "bigint";
            case INTEGER -> "int";
            case STRING, UUID, TIME -> "string";
            case FIXED -> "binary";
            case TIMESTAMP, TIMESTAMP_NANO -> "timestamp";
            case DECIMAL -> type.toString().replace(" ", "");
            case LIST -> "array<" + name(type.asListType().elementType()) + ">";
            case MAP ->
                "map<" + name(type.asMapType().keyType()) + ","
                        + name(type.asMapType().valueType()) + ">";
            case STRUCT ->
                type.asStructType().fields().stream()
                        .map(field -> field.name() + ":" + name(field.type()))
                        .collect(Collectors.joining(",", "struct<", ">"));
            case BOOLEAN, FLOAT, DOUBLE, DATE, BINARY, VARIANT, UNKNOWN, GEOMETRY, GEOGRAPHY -> type.toString();
        };
    }
}

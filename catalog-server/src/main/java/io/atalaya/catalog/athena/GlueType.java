package io.atalaya.catalog.athena;

import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Iceberg's types in the words of Glue's catalog, as Iceberg's own Glue catalog maps them. */
final class GlueType {
    private GlueType() {}

    static String of(Type type) {
        return switch (type.typeId()) {
            case BOOLEAN -> "boolean";
            case INTEGER -> "int";
            case LONG -> "bigint";
            case FLOAT -> "float";
            case DOUBLE -> "double";
            case DATE -> "date";
            case TIMESTAMP -> "timestamp";
            case TIMESTAMP_NANO -> "timestamp_nano";
            case STRING, UUID, TIME -> "string";
            case BINARY, FIXED -> "binary";
            case DECIMAL -> {
                Types.DecimalType decimal = (Types.DecimalType) type;
                yield "decimal(%d,%d)".formatted(decimal.precision(), decimal.scale());
            }
            case LIST -> "array<" + of(type.asListType().elementType()) + ">";
            case MAP ->
                "map<" + of(type.asMapType().keyType()) + ","
                        + of(type.asMapType().valueType()) + ">";
            case STRUCT ->
                type.asStructType().fields().stream()
                        .map(field -> field.name() + ":" + of(field.type()))
                        .collect(Collectors.joining(",", "struct<", ">"));
            case GEOMETRY, GEOGRAPHY, VARIANT, UNKNOWN -> type.toString();
        };
    }
}

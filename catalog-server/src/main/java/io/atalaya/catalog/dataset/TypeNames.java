package io.atalaya.catalog.dataset;

import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Iceberg's types in the words of Trino. */
public final class TypeNames {
    private TypeNames() {}

    /** As SQL writes it: {@code array(varchar)}. */
    public static String trino(Type type) {
        return switch (type.typeId()) {
            case BOOLEAN -> "boolean";
            case INTEGER -> "integer";
            case LONG -> "bigint";
            case FLOAT -> "real";
            case DOUBLE -> "double";
            case DATE -> "date";
            case TIME -> "time(6)";
            case TIMESTAMP ->
                ((Types.TimestampType) type).shouldAdjustToUTC() ? "timestamp(6) with time zone" : "timestamp(6)";
            case TIMESTAMP_NANO ->
                ((Types.TimestampNanoType) type).shouldAdjustToUTC() ? "timestamp(9) with time zone" : "timestamp(9)";
            case STRING -> "varchar";
            case UUID -> "uuid";
            case FIXED, BINARY -> "varbinary";
            case DECIMAL -> {
                var decimal = (Types.DecimalType) type;
                yield "decimal(" + decimal.precision() + "," + decimal.scale() + ")";
            }
            case STRUCT ->
                type.asStructType().fields().stream()
                        .map(field -> field.name() + " " + trino(field.type()))
                        .collect(Collectors.joining(", ", "row(", ")"));
            case LIST -> "array(" + trino(type.asListType().elementType()) + ")";
            case MAP ->
                "map(" + trino(type.asMapType().keyType()) + ", "
                        + trino(type.asMapType().valueType()) + ")";
            case VARIANT, UNKNOWN, GEOMETRY, GEOGRAPHY -> type.toString();
        };
    }
}

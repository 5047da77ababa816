package io.atalaya.lakehouse.duckdb;

import io.atalaya.lakehouse.LakehouseException;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Iceberg's types as DuckDB spells them. */
public final class DuckTypes {
    private DuckTypes() {}

    /**
     * The type that holds the same values.
     *
     * @throws LakehouseException.NotSupported naming the type
     */
    public static String of(Type type) {
        return switch (type.typeId()) {
            case BOOLEAN -> "BOOLEAN";
            case INTEGER -> "INTEGER";
            case LONG -> "BIGINT";
            case FLOAT -> "FLOAT";
            case DOUBLE -> "DOUBLE";
            case DATE -> "DATE";
            case TIME -> "TIME";
            case TIMESTAMP -> ((Types.TimestampType) type).shouldAdjustToUTC() ? "TIMESTAMPTZ" : "TIMESTAMP";
            case TIMESTAMP_NANO -> {
                if (((Types.TimestampNanoType) type).shouldAdjustToUTC()) {
                    throw new LakehouseException.NotSupported("type %s is not supported", type);
                }
                yield "TIMESTAMP_NS";
            }
            case STRING -> "VARCHAR";
            case UUID -> "UUID";
            case FIXED, BINARY -> "BLOB";
            case DECIMAL -> {
                Types.DecimalType decimal = (Types.DecimalType) type;
                yield "DECIMAL(" + decimal.precision() + ", " + decimal.scale() + ")";
            }
            case STRUCT ->
                type.asStructType().fields().stream()
                        .map(field -> DuckSql.name(field.name()) + " " + of(field.type()))
                        .collect(Collectors.joining(", ", "STRUCT(", ")"));
            case LIST -> of(type.asListType().elementType()) + "[]";
            case MAP ->
                "MAP(" + of(type.asMapType().keyType()) + ", "
                        + of(type.asMapType().valueType()) + ")";
            case UNKNOWN, VARIANT, GEOMETRY, GEOGRAPHY ->
                throw new LakehouseException.NotSupported("type %s is not supported", type);
        };
    }
}

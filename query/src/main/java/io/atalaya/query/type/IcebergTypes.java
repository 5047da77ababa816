package io.atalaya.query.type;

import io.atalaya.query.type.SqlType.Decimal;
import io.atalaya.query.type.SqlType.Simple;
import io.atalaya.query.type.SqlType.Varchar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Iceberg's types in Trino's terms, and back. */
public final class IcebergTypes {
    private IcebergTypes() {}

    /** The SQL type of a column; empty for types that SQL here has none for. */
    public static Optional<SqlType> toSql(Type type) {
        return switch (type.typeId()) {
            case BOOLEAN -> Optional.of(Simple.BOOLEAN);
            case INTEGER -> Optional.of(Simple.INTEGER);
            case LONG -> Optional.of(Simple.BIGINT);
            case FLOAT -> Optional.of(Simple.REAL);
            case DOUBLE -> Optional.of(Simple.DOUBLE);
            case DATE -> Optional.of(Simple.DATE);
            case TIME -> Optional.of(new SqlType.Time(6));
            case TIMESTAMP ->
                Optional.of(
                        ((Types.TimestampType) type).shouldAdjustToUTC()
                                ? new SqlType.Instant(6, "UTC")
                                : new SqlType.Timestamp(6));
            case STRING -> Optional.of(Varchar.ANY);
            case UUID -> Optional.of(Simple.UUID);
            case FIXED, BINARY -> Optional.of(Simple.VARBINARY);
            case DECIMAL -> {
                var decimal = (Types.DecimalType) type;
                yield Optional.of(new Decimal(decimal.precision(), decimal.scale()));
            }
            case STRUCT -> struct(type.asStructType());
            case LIST -> toSql(type.asListType().elementType()).map(SqlType.Array::new);
            case MAP ->
                toSql(type.asMapType().keyType())
                        .flatMap(key -> toSql(type.asMapType().valueType()).map(value -> new SqlType.Map(key, value)));
            case TIMESTAMP_NANO, VARIANT, UNKNOWN, GEOMETRY, GEOGRAPHY -> Optional.empty();
        };
    }

    private static Optional<SqlType> struct(Types.StructType struct) {
        List<SqlType.Row.Field> fields = new ArrayList<>();
        for (Types.NestedField field : struct.fields()) {
            Optional<SqlType> type = toSql(field.type());
            if (type.isEmpty()) {
                return Optional.empty();
            }
            fields.add(new SqlType.Row.Field(Optional.of(field.name()), type.orElseThrow()));
        }
        return Optional.of(new SqlType.Row(fields));
    }

    /** The columns of a table that could hold the values, ids from 1; empty if Iceberg lacks a type. */
    public static List<Types.NestedField> toIceberg(List<String> names, List<SqlType> types) {
        AtomicInteger ids = new AtomicInteger(names.size());
        List<Types.NestedField> fields = new ArrayList<>();
        for (int index = 0; index < names.size(); index++) {
            Optional<Type> type = toIceberg(types.get(index), ids);
            if (type.isEmpty()) {
                return List.of();
            }
            fields.add(Types.NestedField.optional(index + 1, names.get(index), type.orElseThrow()));
        }
        return fields;
    }

    private static Optional<Type> toIceberg(SqlType type, AtomicInteger ids) {
        if (SqlType.digits(type) > SqlType.MICROS) {
            return Optional.empty();
        }
        return switch (type) {
            case Simple simple ->
                switch (simple) {
                    case BOOLEAN -> Optional.of(Types.BooleanType.get());
                    case TINYINT, SMALLINT, INTEGER -> Optional.of(Types.IntegerType.get());
                    case BIGINT -> Optional.of(Types.LongType.get());
                    case REAL -> Optional.of(Types.FloatType.get());
                    case DOUBLE -> Optional.of(Types.DoubleType.get());
                    case DATE -> Optional.of(Types.DateType.get());
                    case VARBINARY -> Optional.of(Types.BinaryType.get());
                    case UUID -> Optional.of(Types.UUIDType.get());
                    case JSON -> Optional.of(Types.StringType.get());
                    case UNKNOWN, INTERVAL_DAY, INTERVAL_YEAR -> Optional.empty();
                };
            case Decimal(int precision, int scale) -> Optional.of(Types.DecimalType.of(precision, scale));
            case Varchar _, SqlType.Char _ -> Optional.of(Types.StringType.get());
            case SqlType.ZonedTime _ -> Optional.empty();
            case SqlType.Time _ -> Optional.of(Types.TimeType.get());
            case SqlType.Timestamp _ -> Optional.of(Types.TimestampType.withoutZone());
            case SqlType.Instant _ -> Optional.of(Types.TimestampType.withZone());
            case SqlType.Array(var element) -> {
                int id = ids.incrementAndGet();
                yield toIceberg(element, ids).map(inner -> Types.ListType.ofOptional(id, inner));
            }
            case SqlType.Map(var key, var value) -> {
                int keyId = ids.incrementAndGet();
                int valueId = ids.incrementAndGet();
                yield toIceberg(key, ids)
                        .flatMap(keys -> toIceberg(value, ids)
                                .map(values -> Types.MapType.ofOptional(keyId, valueId, keys, values)));
            }
            case SqlType.Row row -> struct(row, ids);
        };
    }

    private static Optional<Type> struct(SqlType.Row row, AtomicInteger ids) {
        List<Types.NestedField> fields = new ArrayList<>();
        for (int index = 0; index < row.fields().size(); index++) {
            int id = ids.incrementAndGet();
            Optional<Type> type = toIceberg(row.fields().get(index).type(), ids);
            if (type.isEmpty()) {
                return Optional.empty();
            }
            fields.add(Types.NestedField.optional(id, row.duckName(index), type.orElseThrow()));
        }
        return Optional.of(Types.StructType.of(fields));
    }
}

package io.atalaya.ingestion.extract;

import io.atalaya.ingestion.pipeline.FileDrop.TypedColumn;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The columns that tables of delivered rows have besides what was delivered. Times are UTC. */
final class RawColumns {
    static final List<Types.NestedField> ORIGIN = List.of(
            optional("_file", Types.StringType.get()),
            optional("_line", Types.LongType.get()),
            optional("_dialect", Types.StringType.get()),
            optional("_delivery", Types.StringType.get()),
            optional("_ingested_at", Types.TimestampType.withoutZone()));

    static final Set<String> NAMES = Set.of("_file", "_line", "_dialect", "_delivery", "_ingested_at", "_rest");

    private RawColumns() {}

    /** A field whose id is not meant. */
    static Types.NestedField optional(String name, Type type) {
        return Types.NestedField.optional(1, name, type);
    }

    static Type type(TypedColumn.Type type) {
        return switch (type) {
            case TypedColumn.Type.Date _ -> Types.DateType.get();
            case TypedColumn.Type.Timestamp _ -> Types.TimestampType.withoutZone();
            case TypedColumn.Type.Whole _ -> Types.LongType.get();
            case TypedColumn.Type.Decimal(int precision, int scale) -> Types.DecimalType.of(precision, scale);
            case TypedColumn.Type.Floating _ -> Types.DoubleType.get();
            case TypedColumn.Type.Truth _ -> Types.BooleanType.get();
            case TypedColumn.Type.Nested(Type nested) -> nested;
        };
    }
}

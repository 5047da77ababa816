package io.atalaya.ingestion.extract;

import io.atalaya.ingestion.pipeline.FileDrop.TypedColumn;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.duckdb.DuckTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The columns that tables of delivered rows have besides what was delivered. Times are UTC. */
public final class RawColumns {
    static final List<Types.NestedField> ORIGIN = List.of(
            optional("_file", Types.StringType.get()),
            optional("_line", Types.LongType.get()),
            optional("_dialect", Types.StringType.get()),
            optional("_delivery", Types.StringType.get()),
            optional("_ingested_at", Types.TimestampType.withoutZone()));

    static final Set<String> NAMES = Set.of("_file", "_line", "_dialect", "_delivery", "_ingested_at", "_rest");

    private RawColumns() {}

    /** A field whose id is not meant. */
    public static Types.NestedField optional(String name, Type type) {
        return Types.NestedField.optional(1, name, type);
    }

    /** The fields of text columns and, behind them, of those that are read out of them. */
    public static List<Types.NestedField> of(List<String> texts, List<TypedColumn> typed) {
        List<Types.NestedField> columns = new ArrayList<>();
        texts.forEach(name -> columns.add(optional(name, Types.StringType.get())));
        typed.forEach(column -> columns.add(optional(column.name(), type(column.type()))));
        return columns;
    }

    /** How the engine makes nested columns of their JSON, each as {@code … AS column}. */
    public static List<String> nested(List<TypedColumn> typed) {
        return typed.stream()
                .filter(column -> column.type() instanceof TypedColumn.Type.Nested)
                .map(column -> "CAST(CAST(%1$s AS JSON) AS %2$s) AS %1$s"
                        .formatted(DuckSql.name(column.name()), DuckTypes.of(type(column.type()))))
                .toList();
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

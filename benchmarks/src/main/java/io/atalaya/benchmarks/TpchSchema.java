package io.atalaya.benchmarks;

import io.trino.tpch.TpchColumn;
import io.trino.tpch.TpchTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The tables of TPC-H as the specification types them; what it calls a decimal has two digits behind the point. */
final class TpchSchema {
    /** Columns that the generator counts in whole numbers, and the specification as a decimal. */
    private static final Set<String> QUANTITIES = Set.of("l_quantity");

    private TpchSchema() {}

    static Schema of(TpchTable<?> table) {
        List<Types.NestedField> fields = new ArrayList<>();
        columns(table)
                .forEach((name, type) -> fields.add(Types.NestedField.required(fields.size() + 1, name, type(type))));
        return new Schema(fields);
    }

    /** DuckDB's types by the names of the columns, in the order of the generator's lines. */
    static Map<String, String> columns(TpchTable<?> table) {
        Map<String, String> columns = new LinkedHashMap<>();
        for (TpchColumn<?> column : table.getColumns()) {
            columns.put(column.getColumnName(), type(column));
        }
        return columns;
    }

    private static String type(TpchColumn<?> column) {
        if (QUANTITIES.contains(column.getColumnName())) {
            return "DECIMAL(15,2)";
        }
        return switch (column.getType().getBase()) {
            case IDENTIFIER -> "BIGINT";
            case INTEGER -> "INTEGER";
            case DOUBLE -> "DECIMAL(15,2)";
            case DATE -> "DATE";
            case VARCHAR -> "VARCHAR";
        };
    }

    private static Type type(String duck) {
        return switch (duck) {
            case "BIGINT" -> Types.LongType.get();
            case "INTEGER" -> Types.IntegerType.get();
            case "DATE" -> Types.DateType.get();
            case "VARCHAR" -> Types.StringType.get();
            default -> Types.DecimalType.of(15, 2);
        };
    }
}

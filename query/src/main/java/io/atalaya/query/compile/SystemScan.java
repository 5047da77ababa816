package io.atalaya.query.compile;

import io.atalaya.query.CompiledQuery;
import io.atalaya.query.access.SystemTable;
import io.atalaya.query.type.IcebergTypes;
import io.atalaya.query.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types;

/**
 * A place of a statement that reads a table about the service.
 *
 * @param name what it is called in the printed statement
 */
record SystemScan(String name, SystemTable table, SystemTable.Rows rows) {
    /** Its columns, named by their place. */
    Queries.Printed printed(String alias) {
        List<String> columns = new ArrayList<>();
        List<Queries.Output> outputs = new ArrayList<>();
        for (Types.NestedField column : table.columns()) {
            columns.add(Sql.name(column.name()) + " AS c" + outputs.size());
            SqlType type = IcebergTypes.toSql(column.type()).orElse(SqlType.Simple.UNKNOWN);
            outputs.add(new Queries.Output(Optional.of(column.name()), type));
        }
        return new Queries.Printed(
                "(SELECT " + String.join(", ", columns) + " FROM " + name + ") AS " + alias, outputs);
    }

    /** It as what a statement reads. */
    CompiledQuery.Input input() {
        Set<Integer> all =
                table.columns().stream().map(Types.NestedField::fieldId).collect(Collectors.toUnmodifiableSet());
        return new CompiledQuery.Input(table.uuid(), table.name(), rows.version(), all, all);
    }

    String cte() {
        return name + " AS NOT MATERIALIZED (" + rows.sql() + ")";
    }
}

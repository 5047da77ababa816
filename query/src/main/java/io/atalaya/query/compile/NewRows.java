package io.atalaya.query.compile;

import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.predicate.Predicate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types;

/** Rows that get into a table: whoever sees only some rows of it may only write such rows. */
final class NewRows {
    static final String REFUSED = "Access Denied: Cannot write a row that does not match a row filter";

    private final CommandCompiler commands;
    private final GovernedTable table;

    NewRows(CommandCompiler commands, GovernedTable table) {
        this.commands = commands;
        this.table = table;
    }

    /** The rows the principal sees; all of them if it sees none, as then it cannot tell what is there. */
    Predicate rows() {
        return commands.policies().decide(commands.principal(), Permission.SELECT, table)
                        instanceof Decision.Allowed allowed
                ? allowed.rows()
                : new Predicate.Always();
    }

    /** The query with columns named as the table's, which stops at a row that the principal would not see. */
    String checked(String query, List<Types.NestedField> columns) {
        List<String> named = new ArrayList<>();
        for (int index = 0; index < columns.size(); index++) {
            named.add("q.c" + index + " AS " + Sql.name(columns.get(index).name()));
        }
        String plain = "SELECT " + String.join(", ", named) + " FROM (" + query + ") AS q";
        Predicate rows = rows();
        if (rows instanceof Predicate.Always) {
            return plain;
        }
        List<String> lacking = table.schema().columns().stream()
                .filter(column -> columns.stream().noneMatch(given -> given.fieldId() == column.fieldId()))
                .flatMap(column -> io.atalaya.query.type.IcebergTypes.toSql(column.type()).stream()
                        .map(type -> Sql.cast("NULL", type.duck()) + " AS " + Sql.name(column.name())))
                .toList();
        String all =
                lacking.isEmpty() ? plain : "SELECT q.*, " + String.join(", ", lacking) + " FROM (" + plain + ") AS q";
        return "SELECT "
                + columns.stream().map(column -> "b." + Sql.name(column.name())).collect(Collectors.joining(", "))
                + " FROM (" + all + ") AS b WHERE " + holds(rows);
    }

    /** A condition over {@code b} that is true or stops the statement. */
    String holds(Predicate rows) {
        return "CASE WHEN " + new PredicateSql(table.schema(), "b").print(rows) + " THEN true ELSE CAST("
                + Sql.error("PERMISSION_DENIED", REFUSED) + " AS BOOLEAN) END";
    }
}

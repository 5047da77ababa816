package io.atalaya.query.compile;

import io.atalaya.lakehouse.read.PlannedFile;
import io.atalaya.lakehouse.write.RowChanges;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.query.CompiledCommand;
import io.atalaya.query.QueryException;
import io.atalaya.query.lineage.Flow;
import io.atalaya.query.lineage.Origin;
import io.atalaya.query.lineage.Strictness;
import io.atalaya.query.statement.Command;
import io.atalaya.query.type.Coercion;
import io.atalaya.query.type.SqlType;
import io.trino.sql.tree.Delete;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.Identifier;
import io.trino.sql.tree.Update;
import io.trino.sql.tree.UpdateAssignment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;

/**
 * {@code DELETE} and {@code UPDATE}: the rows that change are found by a query over what the principal sees of the table, which
 * tells where they are; their other columns stay as they are, seen or not.
 */
final class RowEdits {
    private final CommandCompiler commands;

    RowEdits(CommandCompiler commands) {
        this.commands = commands;
    }

    CompiledCommand delete(Delete delete) {
        Place place = Place.of(delete);
        TableScan target = target(delete.getTable(), place, Permission.DELETE);
        String alias = commands.lake().printing().fresh();
        String body = "SELECT " + where(alias) + ", 1 AS " + RowChanges.CLAUSE_COLUMN + " FROM " + target.name()
                + " AS " + alias + condition(delete.getWhere(), new Scope(target.fields(alias), null));
        return command("DELETE", target, body, List.of(), Map.of(1, new RowChanges.Clause.Delete()));
    }

    CompiledCommand update(Update update) {
        Place place = Place.of(update);
        TableScan target = target(update.getTable(), place, Permission.INSERT, Permission.DELETE);
        String alias = commands.lake().printing().fresh();
        Scope scope = new Scope(target.fields(alias), null);
        List<Types.NestedField> set = new ArrayList<>();
        StringBuilder values = new StringBuilder();
        for (UpdateAssignment assignment : update.getAssignments()) {
            Types.NestedField column = writable(target, assignment.getName());
            if (set.contains(column)) {
                throw place.semantic("DUPLICATE_COLUMN_NAME", "Column '{0}' is set twice", column.name());
            }
            set.add(column);
            values.append(", ")
                    .append(value(assignment.getValue(), column, scope, "UPDATE"))
                    .append(" AS ")
                    .append(RowChanges.valueColumn(column.fieldId()));
        }
        String body = "SELECT " + where(alias) + ", 1 AS " + RowChanges.CLAUSE_COLUMN + values + " FROM "
                + target.name() + " AS " + alias + condition(update.getWhere(), scope);
        Set<Integer> ids =
                Set.copyOf(set.stream().map(Types.NestedField::fieldId).toList());
        return command("UPDATE", target, body, set, Map.of(1, new RowChanges.Clause.Set(ids)));
    }

    TableScan target(io.trino.sql.tree.Table table, Place place, Permission... permissions) {
        if (table.getBranch().isPresent() || table.getQueryPeriod().isPresent()) {
            throw place.notSupported("a change of anything but the current version");
        }
        TableIdentifier name = commands.identifier(table.getName(), place);
        commands.table(name, place, permissions);
        return commands.lake()
                .resolve(CommandCompiler.parts(table.getName()), Optional.empty(), place)
                .asTarget();
    }

    static String where(String alias) {
        return alias + "." + TableScan.FILE + " AS " + io.atalaya.lakehouse.read.ScanPlanner.FILE_COLUMN + ", " + alias
                + "." + TableScan.ROW + " AS " + io.atalaya.lakehouse.read.ScanPlanner.ROW_COLUMN;
    }

    private String condition(Optional<Expression> where, Scope scope) {
        if (where.isEmpty()) {
            return "";
        }
        Printing printing = commands.lake().printing();
        String condition = printing.expressions().condition(where.orElseThrow(), scope);
        new Pushdown(printing).where(where.orElseThrow(), scope);
        return " WHERE " + condition;
    }

    /** A column that the principal sees as it is, and so may set. */
    static Types.NestedField writable(TableScan target, Identifier name) {
        Place place = Place.of(name);
        String wanted = name.getValue().toLowerCase(Locale.ROOT);
        Expr column = Names.column(List.of(), wanted, new Scope(target.fields("b"), null), place)
                .orElseThrow(() -> place.semantic("COLUMN_NOT_FOUND", "Column '{0}' cannot be resolved", wanted));
        int fieldId = java.util.Objects.requireNonNull(column.column()).fieldId();
        if (!target.showsPlainly(fieldId)) {
            throw new QueryException.NotAllowed(
                    "You may not change column '{0}' of table '{1}', as you do not see its values as they are",
                    wanted, target.decision().table().name());
        }
        return target.column(fieldId);
    }

    String value(Expression expression, Types.NestedField column, Scope scope, String what) {
        Place place = Place.of(expression);
        Expr value = commands.lake().printing().expressions().print(expression, scope);
        SqlType wanted = RowsInto.type(column, place);
        if (!Coercion.stores(value.type(), wanted)) {
            throw place.mismatch(
                    "{0} column types do not match: column '{1}' is {2}, its value {3}",
                    what, column.name(), wanted.trino(), value.type().trino());
        }
        return Sql.cast(Casts.coerce(value, wanted).sql(), wanted.duck());
    }

    /**
     * The command.
     *
     * @param body a query of the changes: where they are, their clause, and the values of {@code set} in that order
     */
    CompiledCommand command(
            String name,
            TableScan target,
            String body,
            List<Types.NestedField> set,
            Map<Integer, RowChanges.Clause> clauses) {
        commands.lake().printing().checkParameters();
        GovernedTable table = target.decision().table();
        Secured secured = commands.secured(body);
        if (!set.isEmpty() && !commands.mayClassify(table)) {
            new Strictness(commands.policies()).checkNotLaxer(table, origins(secured, set), secured.tables());
        }
        NewRows rows = new NewRows(commands, table);
        boolean free = rows.rows() instanceof Predicate.Always
                || clauses.values().stream().allMatch(RowChanges.Clause.Delete.class::isInstance);
        Optional<String> check = free ? Optional.empty() : Optional.of(rows.holds(rows.rows()));
        List<TableScan> scans = secured.scans();
        int schema = table.schema().schemaId();
        CompiledCommand command = CompiledCommand.counting(
                name,
                secured.decisions(),
                secured.inputs(),
                secured.bytesPlanned(),
                commands.policies().epoch(),
                new Command.EditRows(
                        table.name(), table.uuid(), now -> planned(now, schema, body, scans, clauses, check)));
        return set.isEmpty()
                ? command
                : command.with(() ->
                        new Flow(table.name(), origins(secured, set), secured.tables(), new Flow.By.Statement(name)));
    }

    private RowChanges.Planned planned(
            Table now,
            int schema,
            String body,
            List<TableScan> scans,
            Map<Integer, RowChanges.Clause> clauses,
            Optional<String> check) {
        if (now.schema().schemaId() != schema) {
            throw new ValidationException("The columns of the table were changed meanwhile; try again");
        }
        AtomicReference<SecuredScan.Planned> target = new AtomicReference<>();
        String query = commands.statements().over(now, body, scans, target::set);
        SecuredScan.Planned planned = target.get();
        long reads = scans.stream()
                .filter(scan -> scan.decision().table().uuid().equals(now.uuid()))
                .count();
        List<PlannedFile> files = planned.targets();
        return new RowChanges.Planned(
                files, reads > 1 ? Expressions.alwaysTrue() : planned.filter(), query, clauses, check);
    }

    /** The values to be set come last in the query. */
    private static Map<Integer, Set<Origin>> origins(Secured secured, List<Types.NestedField> set) {
        return secured.origins(set, secured.origins().size() - set.size());
    }
}

package io.atalaya.query.compile;

import io.atalaya.lakehouse.write.RowChanges;
import io.atalaya.policies.Permission;
import io.atalaya.query.CompiledCommand;
import io.trino.sql.tree.Expression;
import io.trino.sql.tree.Identifier;
import io.trino.sql.tree.Merge;
import io.trino.sql.tree.MergeCase;
import io.trino.sql.tree.MergeDelete;
import io.trino.sql.tree.MergeInsert;
import io.trino.sql.tree.MergeUpdate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.types.Types;

/** {@code MERGE}: each row of the source, with the row of the table it matches, falls to the first clause that takes it. */
final class MergeRows {
    private final CommandCompiler commands;
    private final RowEdits edits;

    MergeRows(CommandCompiler commands) {
        this.commands = commands;
        this.edits = new RowEdits(commands);
    }

    CompiledCommand merge(Merge merge) {
        Place place = Place.of(merge);
        TableScan target = edits.target(merge.getTargetTable(), place, permissions(merge));
        Printing printing = commands.lake().printing();
        String alias = printing.fresh();
        List<Scope.Field> fields = merge.getTargetAlias()
                .map(name -> target.fields(alias).stream()
                        .map(field -> field.named(List.of(name.getValue().toLowerCase(Locale.ROOT)), field.name()))
                        .toList())
                .orElseGet(() -> target.fields(alias));
        Relations.Printed source = printing.relations().print(merge.getSource(), Scope.EMPTY);
        Scope sourceOnly = source.scope(Scope.EMPTY);
        Scope both = new Scope(fields, null).and(sourceOnly);
        String on = printing.expressions().condition(merge.getPredicate(), both);
        StringBuilder choice = new StringBuilder("CASE");
        Map<Integer, RowChanges.Clause> clauses = new HashMap<>();
        Map<Types.NestedField, Map<Integer, String>> values = new LinkedHashMap<>();
        int number = 0;
        for (MergeCase clause : merge.getMergeCases()) {
            number++;
            boolean matched = !(clause instanceof MergeInsert);
            Scope scope = matched ? both : sourceOnly;
            choice.append(" WHEN ")
                    .append(alias)
                    .append('.')
                    .append(TableScan.FILE)
                    .append(matched ? " IS NOT NULL" : " IS NULL");
            clause.getExpression()
                    .ifPresent(condition -> choice.append(" AND (")
                            .append(printing.expressions().condition(condition, scope))
                            .append(')'));
            choice.append(" THEN ").append(number);
            clauses.put(number, clause(clause, number, target, scope, values));
        }
        choice.append(" END");
        StringBuilder select = new StringBuilder(
                "SELECT " + RowEdits.where(alias) + ", " + choice + " AS " + RowChanges.CLAUSE_COLUMN);
        values.forEach((column, byClause) -> {
            select.append(", CASE ").append(choice);
            byClause.forEach((which, value) ->
                    select.append(" WHEN ").append(which).append(" THEN ").append(value));
            select.append(" END AS ").append(RowChanges.valueColumn(column.fieldId()));
        });
        String body = select + " FROM " + source.sql() + " LEFT JOIN " + target.name() + " AS " + alias + " ON " + on
                + " WHERE " + choice + " IS NOT NULL";
        return edits.command("MERGE", target, body, List.copyOf(values.keySet()), clauses);
    }

    /** What its clauses need on the table. */
    static Permission[] permissions(Merge merge) {
        Set<Permission> needed = new TreeSet<>();
        for (MergeCase clause : merge.getMergeCases()) {
            if (!(clause instanceof MergeDelete)) {
                needed.add(Permission.INSERT);
            }
            if (!(clause instanceof MergeInsert)) {
                needed.add(Permission.DELETE);
            }
        }
        return needed.toArray(Permission[]::new);
    }

    private RowChanges.Clause clause(
            MergeCase clause,
            int number,
            TableScan target,
            Scope scope,
            Map<Types.NestedField, Map<Integer, String>> values) {
        Set<Integer> ids = new LinkedHashSet<>();
        List<Types.NestedField> columns = columns(clause, target);
        List<Expression> given = clause.getSetExpressions();
        if (columns.size() != given.size()) {
            throw Place.of(clause)
                    .mismatch("MERGE insert names {0} columns and gives {1} values", columns.size(), given.size());
        }
        for (int index = 0; index < columns.size(); index++) {
            Types.NestedField column = columns.get(index);
            if (!ids.add(column.fieldId())) {
                throw Place.of(clause).semantic("DUPLICATE_COLUMN_NAME", "Column '{0}' is set twice", column.name());
            }
            String value = edits.value(given.get(index), column, scope, "MERGE");
            values.computeIfAbsent(column, _ -> new LinkedHashMap<>()).put(number, value);
        }
        return switch (clause) {
            case MergeDelete _ -> new RowChanges.Clause.Delete();
            case MergeUpdate _ -> new RowChanges.Clause.Set(Set.copyOf(ids));
            default -> new RowChanges.Clause.Insert(Set.copyOf(ids));
        };
    }

    private List<Types.NestedField> columns(MergeCase clause, TableScan target) {
        List<Types.NestedField> known = KnownColumns.of(
                commands.principal(), commands.policies(), target.decision().table());
        if (clause instanceof MergeInsert && clause.getSetColumns().isEmpty()) {
            return known;
        }
        List<Types.NestedField> columns = new ArrayList<>();
        for (Identifier name : clause.getSetColumns()) {
            columns.add(
                    clause instanceof MergeInsert
                            ? known.stream()
                                    .filter(column -> column.name().equalsIgnoreCase(name.getValue()))
                                    .findFirst()
                                    .orElseThrow(() -> Place.of(name)
                                            .semantic(
                                                    "COLUMN_NOT_FOUND",
                                                    "Column '{0}' cannot be resolved",
                                                    name.getValue()))
                            : RowEdits.writable(target, name));
        }
        return columns;
    }
}

package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.duckdb.DuckLiterals;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.duckdb.DuckTypes;
import io.atalaya.lakehouse.read.PlannedFile;
import io.atalaya.lakehouse.read.ScanPlanner;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;

/** Single rows changed, removed or added, by writing anew the files in which such rows are. */
final class Edit extends Rewriting {
    private static final String FILE = ScanPlanner.FILE_COLUMN;
    private static final String ROW = ScanPlanner.ROW_COLUMN;
    private static final String CLAUSE = RowChanges.CLAUSE_COLUMN;

    private final RowChanges changes;
    private final Session session;
    private final ScanPlanner scans;
    private final FileCopy copy;
    private final String changed;
    private long rows;

    Edit(
            Table table,
            CommitProperties properties,
            RowChanges changes,
            Session session,
            ScanPlanner scans,
            FileCopy copy) {
        super(table, properties);
        this.changes = changes;
        this.session = session;
        this.scans = scans;
        this.copy = copy;
        this.changed = "edit_" + UUID.randomUUID().toString().replace("-", "");
    }

    @Override
    public long rows() {
        return rows;
    }

    @Override
    boolean isVoid() {
        return rows == 0;
    }

    @Override
    Replacement compute() {
        RowChanges.Planned plan = changes.plan(table);
        run("CREATE OR REPLACE TEMP TABLE " + changed + " AS " + plan.query());
        rows = number("SELECT count(*) FROM " + changed);
        long twice = number("SELECT count(*) FROM (SELECT 1 FROM " + changed + " WHERE " + FILE
                + " IS NOT NULL GROUP BY " + FILE + ", " + ROW + " HAVING count(*) > 1)");
        if (twice > 0) {
            throw new LakehouseException.RowsDoNotFit(
                    "one row of table %s matched more than one row of the source", table.name());
        }
        Set<String> paths = paths();
        List<PlannedFile> touched = plan.files().stream()
                .filter(file -> paths.contains(file.path()))
                .toList();
        List<DataFile> added = rows == 0 ? List.of() : copy.copy(session, table, rewritten(plan, touched));
        return new Replacement(table.currentSnapshot(), touched, added, plan.scope());
    }

    private String rewritten(RowChanges.Planned plan, List<PlannedFile> touched) {
        Set<Integer> all = new HashSet<>();
        table.schema().columns().forEach(column -> all.add(column.fieldId()));
        String kept = "SELECT c." + CLAUSE + ", " + each(column -> changedValue(column, plan.clauses())) + " FROM ("
                + scans.withFiles(table, all, touched).sql() + ") t LEFT JOIN " + changed + " c ON c." + FILE + " = t."
                + FILE + " AND c." + ROW + " = t." + ROW + " WHERE c." + CLAUSE + " IS NULL OR NOT "
                + among(plan.clauses(), RowChanges.Clause.Delete.class::isInstance);
        String added = "SELECT c." + CLAUSE + ", " + each(column -> newValue(column, plan.clauses())) + " FROM "
                + changed + " c WHERE c." + FILE + " IS NULL";
        String rewritten = "(" + kept + " UNION ALL " + added + ") b";
        return "SELECT " + each(column -> "b." + name(column)) + " FROM " + rewritten
                + plan.check()
                        .map(check -> " WHERE b." + CLAUSE + " IS NULL OR " + check)
                        .orElse("");
    }

    private String each(java.util.function.Function<Types.NestedField, String> column) {
        return table.schema().columns().stream()
                .map(field -> column.apply(field) + " AS " + name(field))
                .collect(Collectors.joining(", "));
    }

    private static String name(Types.NestedField field) {
        return DuckSql.name(field.name());
    }

    private static String value(Types.NestedField field) {
        return "CAST(c." + RowChanges.valueColumn(field.fieldId()) + " AS " + DuckTypes.of(field.type()) + ")";
    }

    private static String changedValue(Types.NestedField field, Map<Integer, RowChanges.Clause> clauses) {
        Predicate<RowChanges.Clause> sets = clause ->
                clause instanceof RowChanges.Clause.Set && clause.columns().contains(field.fieldId());
        return clauses.values().stream().anyMatch(sets)
                ? "CASE WHEN " + among(clauses, sets) + " THEN " + value(field) + " ELSE t." + name(field) + " END"
                : "t." + name(field);
    }

    private static String newValue(Types.NestedField field, Map<Integer, RowChanges.Clause> clauses) {
        Predicate<RowChanges.Clause> gives = clause ->
                clause instanceof RowChanges.Clause.Insert && clause.columns().contains(field.fieldId());
        String otherwise = field.writeDefault() == null
                ? "CAST(NULL AS " + DuckTypes.of(field.type()) + ")"
                : DuckLiterals.literal(field.type(), field.writeDefault());
        return clauses.values().stream().anyMatch(gives)
                ? "CASE WHEN " + among(clauses, gives) + " THEN " + value(field) + " ELSE " + otherwise + " END"
                : otherwise;
    }

    private static String among(Map<Integer, RowChanges.Clause> clauses, Predicate<RowChanges.Clause> wanted) {
        String numbers = clauses.entrySet().stream()
                .filter(clause -> wanted.test(clause.getValue()))
                .map(clause -> Integer.toString(clause.getKey()))
                .collect(Collectors.joining(", "));
        return numbers.isEmpty() ? "(false)" : "coalesce(c." + CLAUSE + " IN (" + numbers + "), false)";
    }

    private Set<String> paths() {
        Set<String> paths = new HashSet<>();
        try (var statement = session.statement();
                ResultSet found = statement.executeQuery(
                        "SELECT DISTINCT " + FILE + " FROM " + changed + " WHERE " + FILE + " IS NOT NULL")) {
            while (found.next()) {
                paths.add(found.getString(1));
            }
            return paths;
        } catch (SQLException e) {
            throw RowShape.failure(table, e);
        }
    }

    private void run(String sql) {
        try (var statement = session.statement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new LakehouseException.Failed(e, "the rows to change in table %s cannot be read", table.name());
        }
    }

    private long number(String sql) {
        try (var statement = session.statement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw RowShape.failure(table, e);
        }
    }
}

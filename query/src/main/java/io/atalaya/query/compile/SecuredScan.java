package io.atalaya.query.compile;

import io.atalaya.lakehouse.read.PlannedFile;
import io.atalaya.lakehouse.read.ScanPlanner;
import io.atalaya.lakehouse.read.ScanRelation;
import io.atalaya.lakehouse.read.ScanRequest;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.query.type.IcebergTypes;
import io.atalaya.query.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;

/**
 * A table scan as SQL: the policy's rows innermost, then the masks, then a barrier that nothing of the user's passes.
 *
 * <p>DuckDB moves conditions towards the data, through subqueries and through materialised ones. It moves none through a
 * limit, so a limit that cuts nothing is the barrier; streamed, it costs nothing. Where a table is shown as it is there is no
 * barrier, and every condition may go down.
 */
final class SecuredScan {
    private static final String BARRIER = " LIMIT 9223372036854775807";

    private final TableScan scan;
    private final PredicateSql predicates;

    /** What a scan became. */
    record Planned(String sql, long bytes, long files, Expression filter, List<PlannedFile> targets) {}

    SecuredScan(TableScan scan) {
        this.scan = scan;
        this.predicates = new PredicateSql(scan.schema(), "b");
    }

    Planned plan(ScanPlanner planner) {
        return plan(planner, scan.table());
    }

    /** Plans a scan of the table as it is in that object, which may be newer than the one it was resolved to. */
    Planned plan(ScanPlanner planner, Table table) {
        Predicate rows = scan.decision().rows();
        Set<Integer> needed = new TreeSet<>(scan.used());
        needed.addAll(PredicateSql.fieldIds(rows));
        List<String> columns = new ArrayList<>();
        boolean plain = rows instanceof Predicate.Always;
        for (int fieldId : new TreeSet<>(scan.used())) {
            ColumnAccess access = scan.access(fieldId);
            plain &= access instanceof ColumnAccess.Visible;
            columns.add(column(fieldId, access, needed) + " AS f" + fieldId);
        }
        if (scan.isTarget()) {
            columns.add("b." + ScanPlanner.FILE_COLUMN + " AS " + TableScan.FILE);
            columns.add("b." + ScanPlanner.ROW_COLUMN + " AS " + TableScan.ROW);
        }
        scan.pushed().forEach(pushed -> needed.addAll(pushed.fieldIds()));
        if (columns.isEmpty()) {
            columns.add("1 AS f0");
        }
        if (needed.isEmpty()) {
            needed.add(narrowest());
        }
        needed.removeIf(fieldId -> scan.schema().findField(fieldId) == null);
        Expression filter = filter(rows, scan.pushed());
        List<PlannedFile> targets = scan.isTarget() ? planner.files(table, filter) : List.of();
        ScanRelation relation =
                scan.isTarget() ? planner.withFiles(table, needed, targets) : relation(planner, table, filter, needed);
        String sql = "SELECT " + String.join(", ", columns) + " FROM (" + relation.sql() + ") AS b" + where(rows);
        if (plain) {
            return new Planned(sql, new ScanCost(scan, relation.columns()).plain(), relation.files(), filter, targets);
        }
        // How much is read under the user's own conditions would tell where the rows are that are not shown.
        ScanRelation whole =
                scan.pushed().isEmpty() ? relation : relation(planner, table, filter(rows, List.of()), needed);
        return new Planned(
                "(" + sql + BARRIER + ") UNION ALL (" + phantom() + BARRIER + ")",
                new ScanCost(scan, whole.columns()).governed(),
                whole.files(),
                filter,
                targets);
    }

    private ScanRelation relation(ScanPlanner planner, Table table, Expression filter, Set<Integer> fieldIds) {
        return planner.plan(table, new ScanRequest(scan.snapshotId(), filter, fieldIds));
    }

    /**
     * A relation of the same columns that never has a row, which the optimiser cannot know. Without it a statement would be
     * cut short while it is planned wherever the bounds of the data say that there is nothing, and fail where they do not: the
     * bounds are of all rows, shown or not.
     */
    private String phantom() {
        List<String> columns = new ArrayList<>();
        for (int fieldId : new TreeSet<>(scan.used())) {
            SqlType type = IcebergTypes.toSql(scan.column(fieldId).type()).orElseThrow();
            columns.add("TRY_CAST(CAST(r AS VARCHAR) AS " + type.duck() + ") AS f" + fieldId);
        }
        if (scan.isTarget()) {
            columns.add("CAST(r AS VARCHAR) AS " + TableScan.FILE);
            columns.add("TRY_CAST(CAST(r AS VARCHAR) AS BIGINT) AS " + TableScan.ROW);
        }
        return "SELECT " + (columns.isEmpty() ? "1 AS f0" : String.join(", ", columns))
                + " FROM (SELECT random() AS r) WHERE r < -1";
    }

    private String column(int fieldId, ColumnAccess access, Set<Integer> needed) {
        Types.NestedField field = scan.column(fieldId);
        SqlType type = IcebergTypes.toSql(field.type()).orElseThrow();
        String name = "b." + Sql.name(field.name());
        return switch (access) {
            case ColumnAccess.Visible _ -> name;
            case ColumnAccess.VisibleWhere(var where, var _) -> inRows(where, name, needed);
            case ColumnAccess.Masked(var mask, var where, var _) ->
                inRows(where, MaskSql.print(mask, name, type), needed);
            case ColumnAccess.Hidden _ -> throw new IllegalStateException("hidden column " + fieldId);
        };
    }

    private String inRows(Predicate where, String value, Set<Integer> needed) {
        if (where instanceof Predicate.Always) {
            return value;
        }
        needed.addAll(PredicateSql.fieldIds(where));
        return "CASE WHEN " + predicates.print(where) + " THEN " + value + " ELSE NULL END";
    }

    private String where(Predicate rows) {
        List<String> conditions = new ArrayList<>();
        if (!(rows instanceof Predicate.Always)) {
            conditions.add(predicates.print(rows));
        }
        scan.pushed().forEach(pushed -> conditions.add("(" + pushed.sql() + ")"));
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    private Expression filter(Predicate rows, List<TableScan.Pushed> conditions) {
        Expression filter = IcebergFilters.of(rows, scan.schema()).orElse(Expressions.alwaysTrue());
        for (TableScan.Pushed condition : conditions) {
            filter = Expressions.and(filter, condition.expression());
        }
        return filter;
    }

    /** A column to count rows by, cheap to read. */
    private int narrowest() {
        return scan.schema().columns().stream()
                .filter(field -> field.type().isPrimitiveType())
                .filter(field -> !(scan.access(field.fieldId()) instanceof ColumnAccess.Hidden))
                .min(java.util.Comparator.comparingInt(field -> field.type() instanceof Types.StringType ? 1 : 0))
                .or(() -> scan.schema().columns().stream().findFirst())
                .orElseThrow()
                .fieldId();
    }
}

package io.atalaya.query.compile;

import io.atalaya.lakehouse.read.PlannedFile;
import io.atalaya.lakehouse.read.ScanPlanner;
import io.atalaya.lakehouse.read.ScanRelation;
import io.atalaya.lakehouse.read.ScanRequest;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.query.type.IcebergTypes;
import io.atalaya.query.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
 *
 * <p>The mask of a text that repeats is computed once for each text there is, and joined to the rows.
 */
final class SecuredScan {
    private static final String BARRIER = " LIMIT 9223372036854775807";

    /** Fewer rows are masked one by one. */
    private static final long MANY_ROWS = 50_000;

    /** A text that takes more stored bytes a row than this does not repeat often. */
    private static final double BYTES_OF_A_REPEATED_TEXT = 2.5;

    private final TableScan scan;
    private final boolean fewRowsWanted;
    private final boolean total;
    private final NearRows near;
    private final PredicateSql predicates;
    private final List<Lookup> lookups = new ArrayList<>();

    /** What a scan became. */
    record Planned(String sql, long bytes, long files, Expression filter, List<PlannedFile> targets) {}

    /** A mask that is computed for each text there is, and joined to the rows. */
    private record Lookup(int fieldId, String masked) {
        String name() {
            return "m" + fieldId;
        }
    }

    /**
     * A scan to be planned.
     *
     * @param fewRowsWanted whether the statement stops at the first rows it finds
     * @param total whether the statement fails for no values, so that its conditions may be moved
     * @param near where the rows are that are nearest to what the statement looks for
     */
    SecuredScan(TableScan scan, boolean fewRowsWanted, boolean total, NearRows near) {
        this.scan = scan;
        this.fewRowsWanted = fewRowsWanted;
        this.total = total;
        this.near = near;
        this.predicates = new PredicateSql(scan.schema(), "b");
    }

    Planned plan(ScanPlanner planner) {
        return plan(planner, scan.table());
    }

    /** Plans a scan of the table as it is in that object, which may be newer than the one it was resolved to. */
    Planned plan(ScanPlanner planner, Table table) {
        Predicate rows = scan.decision().rows();
        Expression filter = filter(rows, scan.pushed());
        Optional<NearRows.Found> found = near.find(scan, table, filter, shown(planner, table, filter));
        boolean scored =
                found.map(NearRows.Found::whole).filter(String::isEmpty).isPresent();
        Set<Integer> read = new TreeSet<>(scored ? scan.wanted() : scan.used());
        Set<Integer> needed = new TreeSet<>(read);
        needed.addAll(predicates.columns(rows));
        List<String> columns = new ArrayList<>();
        boolean plain = rows instanceof Predicate.Always;
        boolean masked = false;
        for (int fieldId : read) {
            ColumnAccess access = scan.access(fieldId);
            plain &= access instanceof ColumnAccess.Visible;
            masked |= access instanceof ColumnAccess.Masked;
            if (access instanceof ColumnAccess.Masked mask) {
                needed.addAll(predicates.columns(mask.where()));
            } else if (access instanceof ColumnAccess.VisibleWhere conditional) {
                needed.addAll(predicates.columns(conditional.where()));
            }
        }
        scan.pushed().forEach(pushed -> needed.addAll(pushed.fieldIds()));
        if (needed.isEmpty()) {
            needed.add(narrowest());
        }
        needed.removeIf(fieldId -> scan.schema().findField(fieldId) == null);
        boolean withFiles = scan.isTarget() || !scan.implicit().isEmpty() || found.isPresent();
        List<PlannedFile> targets =
                found.map(NearRows.Found::files).orElseGet(() -> withFiles ? planner.files(table, filter) : List.of());
        ScanRelation relation =
                withFiles ? planner.withFiles(table, needed, targets) : relation(planner, table, filter, needed);
        for (int fieldId : read) {
            columns.add(column(fieldId, relation) + " AS f" + fieldId);
        }
        found.ifPresent(_ -> columns.add("h.s AS hs"));
        if (scan.isTarget()) {
            columns.add("b." + ScanPlanner.FILE_COLUMN + " AS " + TableScan.FILE);
            columns.add("b." + ScanPlanner.ROW_COLUMN + " AS " + TableScan.ROW);
        }
        for (int implicit : new TreeSet<>(scan.implicit())) {
            columns.add("pf.p" + -implicit + " AS " + TableScan.implicitName(implicit));
        }
        if (columns.isEmpty()) {
            columns.add("1 AS f0");
        }
        String sql = "SELECT " + String.join(", ", columns) + " FROM (" + relation.sql() + ") AS b"
                + joined(relation, planner, table, filter)
                + found.map(NearRows.Found::joined).orElse("")
                + (scan.implicit().isEmpty()
                        ? ""
                        : " JOIN " + new FilesTold(table, targets).sql() + " AS pf ON pf.k = b."
                                + ScanPlanner.FILE_COLUMN)
                + where(rows, found.flatMap(NearRows.Found::condition));
        if (plain && found.isEmpty()) {
            return new Planned(
                    nearest(sql, read, found),
                    new ScanCost(scan, relation.columns()).plain(),
                    relation.files(),
                    filter,
                    targets);
        }
        // How much is read under the user's own conditions would tell where the rows are that are not shown.
        ScanRelation whole = scan.pushed().isEmpty() && found.isEmpty()
                ? relation
                : relation(planner, table, filter(rows, List.of()), needed);
        // A mask is not known to fail for no values, and rows that are not shown must not be masked then.
        boolean open = total && found.isEmpty() && (!masked || rows instanceof Predicate.Always);
        return new Planned(
                nearest(
                        open
                                ? sql
                                : "(" + sql + BARRIER + ") UNION ALL (" + phantom(read, found.isPresent()) + BARRIER
                                        + ")",
                        read,
                        found),
                new ScanCost(scan, whole.columns()).governed(),
                whole.files(),
                filter,
                targets);
    }

    /** The rows among which the nearest are looked for, if those are not simply all. */
    private Supplier<Optional<String>> shown(ScanPlanner planner, Table table, Expression filter) {
        return () -> {
            List<Predicate> shown = new ArrayList<>(List.of(scan.decision().rows()));
            if (scan.access(scan.nearest().orElseThrow().fieldId())
                    instanceof ColumnAccess.VisibleWhere(var where, var _)) {
                shown.add(where);
            }
            shown.removeIf(Predicate.Always.class::isInstance);
            Set<Integer> needed = new TreeSet<>();
            shown.forEach(rows -> needed.addAll(predicates.columns(rows)));
            return shown.isEmpty()
                    ? Optional.empty()
                    : Optional.of("SELECT * FROM (%s) AS b WHERE %s"
                            .formatted(
                                    planner.withFiles(table, needed, planner.files(table, filter))
                                            .sql(),
                                    shown.stream().map(predicates::print).collect(Collectors.joining(" AND "))));
        };
    }

    /** Of the rows as they are shown those that are nearest to what is looked for, if the statement looks for any. */
    private String nearest(String shown, Set<Integer> read, Optional<NearRows.Found> found) {
        return scan.nearest()
                .map(wanted -> {
                    String columns = Stream.concat(
                                    read.stream().map(fieldId -> "f" + fieldId),
                                    new TreeSet<>(scan.implicit()).stream().map(TableScan::implicitName))
                            .collect(Collectors.joining(", "));
                    String field = "z.f" + wanted.fieldId();
                    String score = found.map(near -> near.whole().isEmpty()
                                    ? "z.hs"
                                    : "coalesce(z.hs, " + wanted.wanted().score(field) + ")")
                            .orElseGet(() -> wanted.wanted().score(field));
                    return VectorSearch.nearest(
                            columns + ", s AS " + wanted.scoreName(),
                            "SELECT z.*, " + score + " AS s FROM (" + shown + ") AS z",
                            wanted.k());
                })
                .orElse(shown);
    }

    /**
     * The masked texts, each beside the text it stands for. Conditions that always hold let the optimiser expect few of
     * them, so that it looks them up instead of looking up the rows.
     */
    private String joined(ScanRelation rows, ScanPlanner planner, Table table, Expression filter) {
        StringBuilder joins = new StringBuilder();
        for (Lookup lookup : lookups) {
            Set<Integer> needed = new TreeSet<>(Set.of(lookup.fieldId()));
            scan.pushed().forEach(pushed -> needed.addAll(pushed.fieldIds()));
            ScanRelation texts = relation(planner, table, filter, needed);
            String column = "b." + Sql.name(scan.column(lookup.fieldId()).name());
            joins.append(rows.extent(lookup.fieldId()).certainlyNoNulls() ? " JOIN" : " LEFT JOIN")
                    .append(" (SELECT v, ")
                    .append(lookup.masked())
                    .append(" AS m FROM (SELECT DISTINCT ")
                    .append(column)
                    .append(" AS v FROM (")
                    .append(texts.sql())
                    .append(") AS b")
                    .append(where(new Predicate.Always(), Optional.empty()))
                    .append(") WHERE length(v) >= 0 AND bit_length(v) >= 0) AS ")
                    .append(lookup.name())
                    .append(" ON ")
                    .append(column)
                    .append(" = ")
                    .append(lookup.name())
                    .append(".v");
        }
        return joins.toString();
    }

    private ScanRelation relation(ScanPlanner planner, Table table, Expression filter, Set<Integer> fieldIds) {
        return planner.plan(table, new ScanRequest(scan.snapshotId(), filter, fieldIds));
    }

    /**
     * A relation of the same columns that never has a row, which the optimiser cannot know. Without it a statement would be
     * cut short while it is planned wherever the bounds of the data say that there is nothing, and fail where they do not: the
     * bounds are of all rows, shown or not.
     */
    private String phantom(Set<Integer> read, boolean scored) {
        List<String> columns = new ArrayList<>();
        for (int fieldId : read) {
            SqlType type = IcebergTypes.toSql(scan.column(fieldId).type()).orElseThrow();
            columns.add("TRY_CAST(CAST(r AS VARCHAR) AS " + type.duck() + ") AS f" + fieldId);
        }
        if (scored) {
            columns.add("TRY_CAST(CAST(r AS VARCHAR) AS DOUBLE) AS hs");
        }
        for (int implicit : new TreeSet<>(scan.implicit())) {
            columns.add("TRY_CAST(CAST(r AS VARCHAR) AS " + (implicit == TableScan.MODIFIED ? "TIMESTAMPTZ" : "VARCHAR")
                    + ") AS " + TableScan.implicitName(implicit));
        }
        if (scan.isTarget()) {
            columns.add("CAST(r AS VARCHAR) AS " + TableScan.FILE);
            columns.add("TRY_CAST(CAST(r AS VARCHAR) AS BIGINT) AS " + TableScan.ROW);
        }
        return "SELECT " + (columns.isEmpty() ? "1 AS f0" : String.join(", ", columns))
                + " FROM (SELECT random() AS r) WHERE r < -1";
    }

    private String column(int fieldId, ScanRelation relation) {
        Types.NestedField field = scan.column(fieldId);
        SqlType type = IcebergTypes.toSql(field.type()).orElseThrow();
        String name = "b." + Sql.name(field.name());
        return switch (scan.access(fieldId)) {
            case ColumnAccess.Visible _ -> name;
            case ColumnAccess.VisibleWhere(var where, var _) -> inRows(where, name);
            case ColumnAccess.Masked(var mask, var where, var _) ->
                inRows(where, masked(fieldId, mask, name, type, relation));
            case ColumnAccess.Hidden _ -> throw new IllegalStateException("hidden column " + fieldId);
        };
    }

    private String masked(int fieldId, Mask mask, String name, SqlType type, ScanRelation relation) {
        if (!MaskSql.isCostly(mask, type) || fewRowsWanted || scan.isTarget() || !repeats(fieldId, relation)) {
            return MaskSql.print(mask, name, type);
        }
        Lookup lookup = new Lookup(fieldId, MaskSql.print(mask, "v", type));
        lookups.add(lookup);
        return lookup.name() + ".m";
    }

    private static boolean repeats(int fieldId, ScanRelation relation) {
        return relation.records() >= MANY_ROWS
                && relation.extent(fieldId).bytes() <= BYTES_OF_A_REPEATED_TEXT * relation.records();
    }

    private String inRows(Predicate where, String value) {
        return where instanceof Predicate.Always
                ? value
                : "CASE WHEN " + predicates.print(where) + " THEN " + value + " ELSE NULL END";
    }

    private String where(Predicate rows, Optional<String> found) {
        List<String> conditions = new ArrayList<>();
        found.ifPresent(conditions::add);
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

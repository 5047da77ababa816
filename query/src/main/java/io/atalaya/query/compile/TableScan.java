package io.atalaya.query.compile;

import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.query.type.IcebergTypes;
import io.atalaya.query.type.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * One place in a statement where a table is read, behind what was decided about it.
 *
 * <p>While the statement is printed it gathers the columns that are used and the conditions that may be evaluated under the
 * policy's own; only then is it planned.
 */
final class TableScan {
    static final String FILE = "rf";
    static final String ROW = "rr";

    /** In the place of a field id: the column {@code "$path"}. */
    static final int PATH = -1;

    /** In the place of a field id: the column {@code "$file_modified_time"}. */
    static final int MODIFIED = -2;

    /** In the place of a field id: the column {@code "$partition"}. */
    static final int PARTITION = -3;

    private static final Map<Integer, Map.Entry<String, SqlType>> IMPLICIT = Map.of(
            PARTITION, Map.entry("$partition", SqlType.Varchar.ANY),
            PATH, Map.entry("$path", SqlType.Varchar.ANY),
            MODIFIED, Map.entry("$file_modified_time", new SqlType.Instant(3, "UTC")));

    /**
     * A condition on one column that no value can make fail.
     *
     * @param sql over {@code b}, the name the table has below the policy
     */
    record Pushed(String sql, Expression expression, Set<Integer> fieldIds) {}

    /** That only the {@code k} rows are wanted whose vectors are nearest to one. */
    record Nearest(int fieldId, VectorSearch.Wanted wanted, int k) {
        /** What the rest of the statement calls the score, which is made of the column. */
        String scoreName() {
            return "v" + fieldId;
        }
    }

    private final String name;
    private final Place place;
    private final Table table;
    private final OptionalLong snapshotId;
    private final Decision.Allowed decision;
    private final Set<Integer> known;
    private final Set<Integer> used = new TreeSet<>();
    private final List<Pushed> pushed = new ArrayList<>();
    private final Set<Integer> implicit = new TreeSet<>();
    private final Set<Integer> told = new TreeSet<>();
    private boolean target;
    private @Nullable Nearest nearest;

    /**
     * A scan.
     *
     * @param place where the table is named
     * @param known field ids of the columns whose existence is no secret
     */
    TableScan(
            String name,
            Place place,
            Table table,
            OptionalLong snapshotId,
            Decision.Allowed decision,
            Set<Integer> known) {
        this.name = name;
        this.place = place;
        this.table = table;
        this.snapshotId = snapshotId;
        this.decision = decision;
        this.known = Set.copyOf(known);
    }

    /** From now on it tells where its rows are, as columns {@value #FILE} and {@value #ROW}, so that they can be changed. */
    TableScan asTarget() {
        target = true;
        return this;
    }

    /** From now on a statement can name that column of no schema. */
    void tell(int column) {
        told.add(column);
    }

    /** Which of the columns of no schema the statement refers to. */
    Set<Integer> implicit() {
        return Set.copyOf(implicit);
    }

    boolean isTarget() {
        return target;
    }

    /** What the rest of the statement calls it. */
    String name() {
        return name;
    }

    Place place() {
        return place;
    }

    Table table() {
        return table;
    }

    OptionalLong snapshotId() {
        return snapshotId;
    }

    Decision.Allowed decision() {
        return decision;
    }

    Schema schema() {
        return decision.table().schema();
    }

    /** Field ids of the columns whose existence is no secret. */
    Set<Integer> known() {
        return known;
    }

    /** Field ids of the columns the statement refers to. */
    Set<Integer> used() {
        Set<Integer> all = new TreeSet<>(used);
        nearest().ifPresent(looked -> all.add(looked.fieldId()));
        return all;
    }

    /** Field ids of those whose values it wants; what is near to what can be known without them. */
    Set<Integer> wanted() {
        return Set.copyOf(used);
    }

    List<Pushed> pushed() {
        return List.copyOf(pushed);
    }

    /** Adds a condition, unless that would change which rows are the nearest. */
    void push(Pushed condition) {
        if (nearest == null) {
            pushed.add(condition);
        }
    }

    /** From now on it has only those rows, and nothing else has referred to the column so far. */
    void nearest(Nearest looked) {
        nearest = looked;
        used.remove(looked.fieldId());
    }

    Optional<Nearest> nearest() {
        return Optional.ofNullable(nearest);
    }

    /** Its columns under an alias. Hidden ones are there to be refused. */
    List<Scope.Field> fields(String alias) {
        List<String> qualifier = new ArrayList<>(List.of("lake"));
        qualifier.addAll(List.of(decision.table().name().namespace().levels()));
        qualifier.add(decision.table().name().name());
        List<Scope.Field> fields = new ArrayList<>();
        for (Types.NestedField column : schema().columns()) {
            Optional<SqlType> type = IcebergTypes.toSql(column.type());
            boolean hidden = type.isEmpty() || access(column.fieldId()) instanceof ColumnAccess.Hidden;
            fields.add(new Scope.Field(
                    qualifier,
                    Optional.of(column.name().toLowerCase(Locale.ROOT)),
                    Expr.column(
                            alias + ".f" + column.fieldId(),
                            type.orElse(SqlType.Simple.UNKNOWN),
                            this,
                            column.fieldId()),
                    hidden
                            ? new Scope.Denied(decision.table().name().toString(), known.contains(column.fieldId()))
                            : null,
                    false));
        }
        for (int column : told) {
            var named = Objects.requireNonNull(IMPLICIT.get(column));
            Expr expr = Expr.column(alias + "." + implicitName(column), named.getValue(), this, column);
            fields.add(new Scope.Field(qualifier, Optional.of(named.getKey()), expr, null, true));
        }
        return fields;
    }

    /** What the rest of the statement calls a column of no schema. */
    static String implicitName(int column) {
        return "p" + -column;
    }

    void use(int fieldId) {
        (fieldId < 0 ? implicit : used).add(fieldId);
    }

    ColumnAccess access(int fieldId) {
        ColumnAccess access = decision.columns().get(fieldId);
        return access == null ? new ColumnAccess.Hidden(decision.because()) : access;
    }

    /** Whether the column's values are shown as they are, in every row that is let through. */
    boolean showsPlainly(int fieldId) {
        return access(fieldId) instanceof ColumnAccess.Visible;
    }

    Types.NestedField column(int fieldId) {
        return Objects.requireNonNull(schema().findField(fieldId));
    }
}

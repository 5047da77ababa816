package io.atalaya.ingestion.sql;

import static io.atalaya.ingestion.sql.Histories.names;
import static java.util.Objects.requireNonNull;

import io.atalaya.ingestion.pipeline.Stage;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.duckdb.DuckTypes;
import io.atalaya.lakehouse.read.PlannedFile;
import io.atalaya.lakehouse.read.ScanPlanner;
import io.atalaya.lakehouse.write.RowChanges;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Which versions rows begin and end, as SQL of the engine. The rows of a key are taken in the order of their times. One
 * that is not newer than the version that is valid is passed over; one that differs in a tracked column from the one
 * before it, the valid version at first, ends that and begins the next.
 */
final class Versions {
    private static final String GIVEN = "history_given";
    private static final String ROWS = "history_rows";
    private static final String AT = "atalaya_at";
    private static final int END = 1;
    private static final int BEGIN = 2;

    private final Stage.Mode.History history;
    private final List<Types.NestedField> columns;
    private final List<Types.NestedField> keys;
    private final List<Types.NestedField> tracked;
    private final Types.NestedField from;
    private final Types.NestedField to;
    private final Types.NestedField current;

    /** @param given the columns of the rows; {@code schema} has all of them */
    Versions(Schema schema, Stage.Mode.History history, List<Types.NestedField> given) {
        this.history = history;
        Function<String, Types.NestedField> column = name -> requireNonNull(schema.caseInsensitiveFindField(name));
        columns = given.stream().map(field -> column.apply(field.name())).toList();
        keys = history.key().stream().map(column).toList();
        from = column.apply(Histories.FROM);
        to = column.apply(Histories.TO);
        current = column.apply(Histories.CURRENT);
        Optional<Types.NestedField> order = history.order().map(column);
        tracked = history.tracked().isEmpty()
                ? columns.stream()
                        .filter(field -> !keys.contains(field)
                                && order.filter(field::equals).isEmpty())
                        .toList()
                : history.tracked().stream().map(column).toList();
    }

    /** The type of the times between which a version is valid. */
    Type time() {
        return from.type();
    }

    /** Takes the rows in, each with its time. */
    String given(String select, String now) {
        String at = history.order()
                .map(order -> "CAST(" + DuckSql.name(order) + " AS " + DuckTypes.of(time()) + ")")
                .orElse(now);
        return columns.stream()
                .map(field -> "CAST(s." + DuckSql.name(field.name()) + " AS " + DuckTypes.of(field.type()) + ") AS "
                        + DuckSql.name(field.name()))
                .collect(Collectors.joining(
                        ", ",
                        "CREATE TEMP TABLE " + GIVEN + " AS SELECT ",
                        ", " + at + " AS " + AT + " FROM (" + select + ") s"));
    }

    /** Counts the rows that are of no key or no time. */
    String withoutKey() {
        return keys.stream()
                .map(key -> DuckSql.name(key.name()) + " IS NULL OR ")
                .collect(Collectors.joining("", "SELECT count(*) FROM " + GIVEN + " WHERE ", AT + " IS NULL"));
    }

    /** Counts the keys that have two rows of one time which differ in a tracked column. */
    String ambiguous() {
        return "SELECT count(DISTINCT (" + names(keys, "g") + ")) FROM (SELECT " + names(keys, "g") + " FROM " + GIVEN
                + " g GROUP BY " + names(keys, "g") + ", g." + AT + " HAVING count(DISTINCT " + values("g")
                + ") > 1) g";
    }

    /** Leaves one row of each key and time. */
    String distinct() {
        return "CREATE TEMP TABLE " + ROWS + " AS SELECT * FROM " + GIVEN
                + " g QUALIFY row_number() OVER (PARTITION BY " + names(keys, "g") + ", g." + AT + " ORDER BY "
                + names(columns, "g") + ") = 1";
    }

    /** The changes to the table as it is. */
    RowChanges.Planned changes(Table table, ScanPlanner scans, String now) {
        List<PlannedFile> files = scans.files(table, Expressions.alwaysTrue());
        Set<Integer> ids = new HashSet<>(Set.of(from.fieldId(), to.fieldId(), current.fieldId()));
        keys.forEach(field -> ids.add(field.fieldId()));
        tracked.forEach(field -> ids.add(field.fieldId()));
        Set<Integer> all = new HashSet<>(Set.of(from.fieldId(), to.fieldId(), current.fieldId()));
        columns.forEach(field -> all.add(field.fieldId()));
        return new RowChanges.Planned(
                files,
                Expressions.alwaysTrue(),
                "WITH " + known(scans.withFiles(table, ids, files).sql()) + ", " + placed() + ", " + begun() + ", "
                        + ended(now) + " " + ends() + " UNION ALL " + begins(),
                Map.of(
                        END,
                        new RowChanges.Clause.Set(Set.of(to.fieldId(), current.fieldId())),
                        BEGIN,
                        new RowChanges.Clause.Insert(all)),
                Optional.empty());
    }

    /** The newest version of each key. */
    private String known(String scan) {
        return "known AS (SELECT t.*, " + values("t") + " AS atalaya_known FROM (" + scan
                + ") t QUALIFY row_number() OVER (PARTITION BY " + names(keys, "t") + " ORDER BY t." + name(from)
                + " DESC, t." + name(current) + " DESC) = 1)";
    }

    /**
     * The rows that may begin a version, with the time it would begin. A key that had ended begins anew when it ended at
     * the earliest, and without an order a version lasts at least a microsecond.
     */
    private String placed() {
        String open = history.order().isPresent()
                ? "g." + AT
                : "greatest(g." + AT + ", k." + name(from) + " + INTERVAL 1 MICROSECOND)";
        String begins = "CASE WHEN k." + name(from) + " IS NULL THEN g." + AT + " WHEN k." + name(current) + " THEN "
                + open + " ELSE greatest(g." + AT + ", k." + name(to) + ") END";
        return "placed AS (SELECT g.*, CAST(" + begins + " AS " + DuckTypes.of(time())
                + ") AS atalaya_begins, CASE WHEN k."
                + name(current) + " THEN k.atalaya_known END AS atalaya_known, " + values("g")
                + " AS atalaya_given FROM " + ROWS + " g LEFT JOIN known k ON " + same("g", "k") + " WHERE k."
                + name(from)
                + " IS NULL OR NOT k." + name(current) + " OR atalaya_begins > k." + name(from)
                + " QUALIFY row_number() OVER (PARTITION BY " + names(keys, "g") + ", atalaya_begins ORDER BY g." + AT
                + " DESC) = 1)";
    }

    private String begun() {
        String each = "OVER (PARTITION BY " + names(keys, "p") + " ORDER BY p.atalaya_begins)";
        return "differing AS (SELECT p.* FROM placed p QUALIFY CASE WHEN row_number() " + each
                + " = 1 THEN p.atalaya_known ELSE lag(p.atalaya_given) " + each
                + " END IS DISTINCT FROM p.atalaya_given), begun AS (SELECT p.*, lead(p.atalaya_begins) " + each
                + " AS atalaya_ends FROM differing p)";
    }

    private String ended(String now) {
        String file = "k." + ScanPlanner.FILE_COLUMN + ", k." + ScanPlanner.ROW_COLUMN;
        String replaced = "SELECT " + file + ", min(b.atalaya_begins) AS atalaya_ends FROM known k JOIN begun b ON "
                + same("b", "k") + " WHERE k." + name(current) + " GROUP BY ALL";
        String gone = " UNION ALL SELECT " + file + ", greatest(" + now + ", k." + name(from)
                + ") AS atalaya_ends FROM known k WHERE k." + name(current) + " AND NOT EXISTS (SELECT 1 FROM " + ROWS
                + " g WHERE " + same("g", "k") + ")";
        return "ended AS (" + replaced + (history.endsDeleted() ? gone : "") + ")";
    }

    private String ends() {
        return "SELECT e." + ScanPlanner.FILE_COLUMN + ", e." + ScanPlanner.ROW_COLUMN + ", " + END + " AS "
                + RowChanges.CLAUSE_COLUMN
                + items(field -> field.equals(to)
                        ? "e.atalaya_ends"
                        : field.equals(current) ? "false" : "CAST(NULL AS " + DuckTypes.of(field.type()) + ")")
                + " FROM ended e";
    }

    private String begins() {
        return "SELECT NULL, NULL, " + BEGIN
                + items(field -> field.equals(to)
                        ? "b.atalaya_ends"
                        : field.equals(current)
                                ? "b.atalaya_ends IS NULL"
                                : field.equals(from) ? "b.atalaya_begins" : "b." + name(field))
                + " FROM begun b";
    }

    private String items(Function<Types.NestedField, String> value) {
        StringBuilder items = new StringBuilder();
        for (Types.NestedField field : java.util.stream.Stream.concat(
                        columns.stream(), java.util.stream.Stream.of(from, to, current))
                .toList()) {
            items.append(", ")
                    .append(value.apply(field))
                    .append(" AS ")
                    .append(RowChanges.valueColumn(field.fieldId()));
        }
        return items.toString();
    }

    /** What tells two versions apart, as one value that is never null. */
    private String values(String alias) {
        return "row(true" + (tracked.isEmpty() ? "" : ", " + names(tracked, alias)) + ")";
    }

    private String same(String one, String other) {
        return keys.stream()
                .map(key -> one + "." + name(key) + " = " + other + "." + name(key))
                .collect(Collectors.joining(" AND "));
    }

    private static String name(Types.NestedField field) {
        return DuckSql.name(field.name());
    }
}

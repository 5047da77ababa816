package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.read.PlannedFile;
import io.atalaya.lakehouse.read.ScanPlanner;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;

/**
 * Rows out of a table, by writing anew the files they are in. A row is known by all its values, so what goes is every row
 * that has them; if those are not exactly as many as were given, the table is another by now and nothing goes.
 */
final class Removal extends Rewriting {
    private final Session session;
    private final ScanPlanner scans;
    private final FileCopy copy;
    private final String leaving = "leaving_" + UUID.randomUUID().toString().replace("-", "");
    private final long rows;

    /** Takes the rows of {@code shaped}, which has the table's columns, into a temporary table. */
    Removal(
            Table table,
            CommitProperties properties,
            String shaped,
            Session session,
            ScanPlanner scans,
            FileCopy copy) {
        super(table, properties);
        this.session = session;
        this.scans = scans;
        this.copy = copy;
        try (var statement = session.statement()) {
            statement.execute("CREATE TEMP TABLE " + leaving + " AS SELECT *, count(*) AS \"" + leaving + "\" FROM ("
                    + shaped + ") GROUP BY ALL");
            try (ResultSet count =
                    statement.executeQuery("SELECT coalesce(sum(\"" + leaving + "\"), 0) FROM " + leaving)) {
                count.next();
                rows = count.getLong(1);
            }
        } catch (SQLException e) {
            throw RowShape.failure(table, e);
        }
    }

    @Override
    public long rows() {
        return rows;
    }

    @Override
    Replacement compute() {
        List<PlannedFile> all = scans.files(table, Expressions.alwaysTrue());
        Map<String, Long> found = found(all);
        long leave = found.values().stream().mapToLong(Long::longValue).sum();
        if (leave != rows) {
            throw new LakehouseException.Failed(
                    new IllegalStateException("rows differ"),
                    "table %s has changed: %s rows were found where %s were to be removed; nothing was committed",
                    table.name(),
                    leave,
                    rows);
        }
        List<PlannedFile> touched =
                all.stream().filter(file -> found.containsKey(file.path())).toList();
        List<DataFile> kept = touched.isEmpty()
                ? List.of()
                : copy.copy(
                        session,
                        table,
                        "SELECT t.* FROM (" + scans.of(table, touched).sql() + ") t ANTI JOIN " + leaving + " l ON "
                                + same());
        return new Replacement(table.currentSnapshot(), touched, kept, Expressions.alwaysTrue());
    }

    /** How many of the rows each file has that has any. */
    private Map<String, Long> found(List<PlannedFile> files) {
        Map<String, Long> found = new HashMap<>();
        if (files.isEmpty()) {
            return found;
        }
        Set<Integer> ids = new HashSet<>();
        table.schema().columns().forEach(column -> ids.add(column.fieldId()));
        String sql = "SELECT t." + ScanPlanner.FILE_COLUMN + ", count(*) FROM ("
                + scans.withFiles(table, ids, files).sql() + ") t SEMI JOIN " + leaving + " l ON " + same()
                + " GROUP BY 1";
        try (var statement = session.statement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                found.put(result.getString(1), result.getLong(2));
            }
        } catch (SQLException e) {
            throw new LakehouseException.Failed(e, "the rows of table %s cannot be removed", table.name());
        }
        return found;
    }

    private String same() {
        return table.schema().columns().stream()
                .map(Types.NestedField::name)
                .map(DuckSql::name)
                .map(name -> "t." + name + " IS NOT DISTINCT FROM l." + name)
                .collect(Collectors.joining(" AND "));
    }
}

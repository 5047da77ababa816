package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.read.PlannedFile;
import io.atalaya.lakehouse.read.ScanPlanner;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.StrictMetricsEvaluator;
import org.jspecify.annotations.Nullable;

/** New rows in the place of those that match an expression. Files where only some rows match are written anew. */
final class Overwrite implements PendingWrite {
    private final Table table;
    private final CommitProperties properties;
    private final Expression where;
    private final List<DataFile> newFiles;
    private final Session session;
    private final ScanPlanner scans;
    private final FileCopy copy;
    private @Nullable Replacement computed;

    Overwrite(
            Table table,
            CommitProperties properties,
            Expression where,
            List<DataFile> newFiles,
            Session session,
            ScanPlanner scans,
            FileCopy copy) {
        this.table = table;
        this.properties = properties;
        this.where = where;
        this.newFiles = newFiles;
        this.session = session;
        this.scans = scans;
        this.copy = copy;
    }

    @Override
    public Table table() {
        return table;
    }

    @Override
    public CommitProperties properties() {
        return properties;
    }

    @Override
    public long rows() {
        return newFiles.stream().mapToLong(DataFile::recordCount).sum();
    }

    @Override
    public void stage(Transaction transaction) {
        OverwriteFiles overwrite = transaction.newOverwrite();
        if (where.op() == Expression.Operation.TRUE) {
            overwrite.overwriteByRowFilter(Expressions.alwaysTrue());
        } else {
            if (computed == null) {
                computed = compute();
            }
            computed.stage(overwrite);
        }
        newFiles.forEach(overwrite::addFile);
        Summary.write(overwrite, this);
        CommitThreads.choose(overwrite, table);
        overwrite.commit();
    }

    private Replacement compute() {
        List<PlannedFile> whole = new ArrayList<>();
        List<PlannedFile> perhaps = new ArrayList<>();
        StrictMetricsEvaluator strict = new StrictMetricsEvaluator(table.schema(), where);
        for (PlannedFile file : scans.files(table, where)) {
            (strict.eval(file.file()) ? whole : perhaps).add(file);
        }
        String matches = ExpressionSql.of(table.schema(), where);
        Set<String> touched = touched(perhaps, matches);
        List<PlannedFile> partly =
                perhaps.stream().filter(file -> touched.contains(file.path())).toList();
        List<DataFile> rewritten = partly.isEmpty()
                ? List.of()
                : copy.copy(
                        session,
                        table,
                        "SELECT * FROM (" + scans.of(table, partly).sql() + ") WHERE NOT coalesce(" + matches
                                + ", false)");
        List<PlannedFile> removed = new ArrayList<>(whole);
        removed.addAll(partly);
        return new Replacement(table.currentSnapshot(), removed, rewritten, where);
    }

    private Set<String> touched(List<PlannedFile> files, String matches) {
        Set<String> touched = new HashSet<>();
        if (files.isEmpty()) {
            return touched;
        }
        Set<Integer> all = new HashSet<>();
        table.schema().columns().forEach(column -> all.add(column.fieldId()));
        String sql = "SELECT DISTINCT " + ScanPlanner.FILE_COLUMN + " FROM ("
                + scans.withFiles(table, all, files).sql() + ") WHERE " + matches;
        try (var statement = session.statement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                touched.add(rows.getString(1));
            }
        } catch (SQLException e) {
            throw new LakehouseException.Failed(e, "the rows to replace in table %s cannot be read", table.name());
        }
        return touched;
    }

    @Override
    public List<DataFile> forget() {
        List<DataFile> files = computed == null ? List.of() : computed.added();
        computed = null;
        return files;
    }

    @Override
    public List<DataFile> files() {
        List<DataFile> files = new ArrayList<>(newFiles);
        if (computed != null) {
            files.addAll(computed.added());
        }
        return files;
    }
}

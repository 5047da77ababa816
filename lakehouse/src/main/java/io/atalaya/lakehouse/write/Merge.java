package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.duckdb.DuckSql;
import io.atalaya.lakehouse.duckdb.DuckTypes;
import io.atalaya.lakehouse.read.PlannedFile;
import io.atalaya.lakehouse.read.ScanPlanner;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.types.Types;

/** Rows that replace those of the same key, by writing anew the files in which such rows are. */
final class Merge extends Rewriting {
    private final List<Types.NestedField> keys;
    private final Optional<Types.NestedField> order;
    private final Optional<String> gone;
    private final Optional<KeptColumns> kept;
    private final Session session;
    private final ScanPlanner scans;
    private final FileCopy copy;
    private final String source;
    private final String winners;
    private final String matches;
    private final String before;
    private long rows;

    /**
     * Takes the rows of {@code shaped}, which has the table's columns, into a temporary table, one for each key.
     *
     * @param gone one more column of {@code shaped}, which says of a row that there is none with its key any more
     * @param kept more columns of {@code shaped}, which say of a row what it leaves as it is; none with an order
     */
    Merge(
            Table table,
            CommitProperties properties,
            List<Types.NestedField> keys,
            Optional<Types.NestedField> order,
            Optional<String> gone,
            Optional<KeptColumns> kept,
            String shaped,
            Session session,
            ScanPlanner scans,
            FileCopy copy) {
        super(table, properties);
        this.keys = keys;
        this.order = order;
        this.gone = gone;
        this.kept = kept;
        this.session = session;
        this.scans = scans;
        this.copy = copy;
        String unique = UUID.randomUUID().toString().replace("-", "");
        this.source = "merge_source_" + unique;
        this.winners = "merge_winners_" + unique;
        this.matches = "merge_matches_" + unique;
        this.before = "merge_before_" + unique;
        takeIn(shaped, "merge_all_" + unique);
    }

    private void takeIn(String shaped, String all) {
        run("CREATE TEMP TABLE " + all + " AS " + shaped);
        String nullKey = keys.stream().map(key -> name(key) + " IS NULL").collect(Collectors.joining(" OR "));
        long nulls = number("SELECT count(*) FROM " + all + " WHERE " + nullKey);
        if (nulls > 0) {
            throw new LakehouseException.RowsDoNotFit(
                    "%s rows for table %s have no value in a key column (%s)",
                    nulls,
                    table.name(),
                    keys.stream().map(Types.NestedField::name).collect(Collectors.joining(", ")));
        }
        run("CREATE TEMP TABLE " + source + " AS SELECT * FROM " + all + " QUALIFY row_number() OVER (PARTITION BY "
                + names(keys) + " ORDER BY "
                + order.map(field -> name(field) + " DESC NULLS LAST, ").orElse("") + "rowid DESC) = 1");
        run("DROP TABLE " + all);
    }

    @Override
    public long rows() {
        return rows;
    }

    @Override
    Replacement compute() {
        Expression scope = KeyRange.of(session, table, source, keys);
        List<PlannedFile> candidates = scans.files(table, scope);
        decideWinners(candidates);
        rows = number("SELECT count(*) FROM " + winners);
        Set<String> paths = filesWithWinners(candidates);
        List<PlannedFile> touched =
                candidates.stream().filter(file -> paths.contains(file.path())).toList();
        kept.ifPresent(columns -> keep(columns, touched));
        String columns = names(table.schema().columns());
        String stays = touched.isEmpty()
                ? ""
                : "SELECT " + columns + " FROM (" + scans.of(table, touched).sql()
                        + ") t WHERE NOT EXISTS (SELECT 1 FROM " + winners + " w WHERE " + sameKey("w")
                        + ") UNION ALL ";
        List<DataFile> added = copy.copy(
                session,
                table,
                stays + "SELECT " + columns + " FROM " + winners
                        + gone.map(column -> " WHERE NOT " + DuckSql.name(column))
                                .orElse(""));
        return new Replacement(table.currentSnapshot(), touched, added, scope);
    }

    /** Decides, in one look at the keys of the files, which rows of the source no row of the table is newer than. */
    private void decideWinners(List<PlannedFile> candidates) {
        if (candidates.isEmpty()) {
            run("CREATE OR REPLACE TEMP TABLE " + winners + " AS SELECT * FROM " + source);
            return;
        }
        String newer = order.map(field -> "t." + name(field) + " IS NOT NULL AND (s." + name(field) + " IS NULL OR t."
                        + name(field) + " > s." + name(field) + ")")
                .orElse("false");
        run("CREATE OR REPLACE TEMP TABLE " + matches + " AS SELECT s.rowid AS source_row, t." + ScanPlanner.FILE_COLUMN
                + " AS source_file, " + newer + " AS newer FROM (" + keyed(candidates) + ") t JOIN " + source
                + " s ON " + sameKey("s"));
        run("CREATE OR REPLACE TEMP TABLE " + winners + " AS SELECT * FROM " + source
                + " s WHERE NOT EXISTS (SELECT 1 FROM " + matches + " m WHERE m.source_row = s.rowid AND m.newer)");
    }

    /**
     * Gives the winners what they leave as it is. The row they have it of is in one of the files: it is replaced or goes, be
     * it under another key.
     */
    private void keep(KeptColumns columns, List<PlannedFile> touched) {
        String keeps = "len(w." + DuckSql.name(columns.names()) + ") > 0";
        if (number("SELECT count(*) FROM " + winners + " w WHERE " + keeps) == 0) {
            return;
        }
        String ownKey = keys.stream().map(key -> "w." + name(key)).collect(Collectors.joining(", "));
        String fromKey =
                IntStream.range(0, keys.size()).mapToObj(i -> from(columns, i)).collect(Collectors.joining(", "));
        String rowsOf = touched.isEmpty()
                ? "SELECT " + names(table.schema().columns()) + " FROM " + winners + " WHERE false"
                : scans.of(table, touched).sql();
        run("CREATE OR REPLACE TEMP TABLE " + before + " AS SELECT * FROM (" + rowsOf + ") t WHERE (" + names(keys)
                + ") IN (SELECT (" + ownKey + ") FROM " + winners + " w WHERE " + keeps + " UNION ALL SELECT ("
                + fromKey
                + ") FROM " + winners + " w WHERE " + keeps + ") QUALIFY row_number() OVER (PARTITION BY " + names(keys)
                + ") = 1");
        String isOwn = "o." + name(keys.getFirst()) + " IS NOT NULL";
        String isFrom = "f." + name(keys.getFirst()) + " IS NOT NULL";
        String joined = winners + " w LEFT JOIN " + before + " f ON "
                + IntStream.range(0, keys.size())
                        .mapToObj(i -> "f." + name(keys.get(i)) + " = " + from(columns, i))
                        .collect(Collectors.joining(" AND "))
                + " LEFT JOIN " + before + " o ON "
                + keys.stream()
                        .map(key -> "o." + name(key) + " = w." + name(key))
                        .collect(Collectors.joining(" AND "));
        long missing = number(
                "SELECT count(*) FROM " + joined + " WHERE " + keeps + " AND NOT (" + isFrom + " OR " + isOwn + ")");
        if (missing > 0) {
            throw new LakehouseException.RowsDoNotFit(
                    "%s rows leave columns as they are, and table %s has no such rows", missing, table.name());
        }
        // An own row that is there although the row has just got its key is what it has become before.
        String takesOwn = isOwn + " AND (w." + DuckSql.name(columns.own()) + " OR NOT " + isFrom + ")";
        String values = table.schema().columns().stream()
                .map(field -> "CASE WHEN list_contains(w." + DuckSql.name(columns.names()) + ", "
                        + DuckSql.text(field.name().toLowerCase(Locale.ROOT)) + ") THEN CASE WHEN " + takesOwn
                        + " THEN o."
                        + name(field) + " ELSE f." + name(field) + " END ELSE w." + name(field) + " END AS "
                        + name(field))
                .collect(Collectors.joining(", "));
        String all = "SELECT " + values
                + gone.map(column -> ", w." + DuckSql.name(column)).orElse("") + " FROM " + joined;
        run("CREATE OR REPLACE TEMP TABLE " + winners + "_kept AS " + all);
        run("CREATE OR REPLACE TEMP TABLE " + winners + " AS SELECT * FROM " + winners + "_kept");
        run("DROP TABLE " + winners + "_kept");
    }

    private String from(KeptColumns columns, int key) {
        return "CAST(w." + DuckSql.name(columns.from().get(key)) + " AS "
                + DuckTypes.of(keys.get(key).type()) + ")";
    }

    private Set<String> filesWithWinners(List<PlannedFile> candidates) {
        Set<String> paths = new HashSet<>();
        if (candidates.isEmpty()) {
            return paths;
        }
        String sql = "SELECT DISTINCT source_file FROM " + matches + " WHERE source_row NOT IN (SELECT source_row FROM "
                + matches + " WHERE newer)";
        try (var statement = session.statement();
                ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                paths.add(found.getString(1));
            }
        } catch (SQLException e) {
            throw failed(e);
        }
        return paths;
    }

    /** Keys, order and file of every row of the files. */
    private String keyed(List<PlannedFile> files) {
        Set<Integer> ids = new HashSet<>();
        keys.forEach(key -> ids.add(key.fieldId()));
        order.ifPresent(field -> ids.add(field.fieldId()));
        return scans.withFiles(table, ids, files).sql();
    }

    private String sameKey(String alias) {
        return keys.stream()
                .map(key -> alias + "." + name(key) + " = t." + name(key))
                .collect(Collectors.joining(" AND "));
    }

    private static String names(List<Types.NestedField> fields) {
        return fields.stream().map(Merge::name).collect(Collectors.joining(", "));
    }

    private static String name(Types.NestedField field) {
        return DuckSql.name(field.name());
    }

    private void run(String sql) {
        try (var statement = session.statement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw RowShape.failure(table, e);
        }
    }

    private long number(String sql) {
        try (var statement = session.statement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private LakehouseException failed(SQLException e) {
        return new LakehouseException.Failed(e, "the rows of table %s cannot be merged", table.name());
    }
}

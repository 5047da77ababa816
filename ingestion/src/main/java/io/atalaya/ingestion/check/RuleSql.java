package io.atalaya.ingestion.check;

import io.atalaya.ingestion.pipeline.Rule;
import io.atalaya.ingestion.pipeline.Rule.Condition;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Rules as Athena SQL over a table. */
final class RuleSql {
    /** The column of {@link #failing} that names the rules a row breaks, each followed by a semicolon. */
    static final String BROKEN = "atalaya_broken_rules";

    /** The age of nothing. */
    static final long NEVER = Long.MAX_VALUE;

    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
    private static final String SAME = "atalaya_same_key_";

    private RuleSql() {}

    /** Counts the rows that break it. */
    static String count(Condition condition, String table) {
        return switch (condition) {
            case Condition.Unique(var columns) ->
                "SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM %s WHERE %s GROUP BY %s HAVING count(*) > 1) AS repeated"
                        .formatted(table, present(columns), names(columns));
            case Condition.Count(var sql) -> sql;
            case Condition.RowCount _ -> "SELECT count(*) FROM " + table;
            case Condition.Freshness _ -> throw new IllegalArgumentException("an age depends on the time of day");
            case Condition.NotNull _, Condition.Accepted _, Condition.Range _, Condition.Holds _ ->
                "SELECT count(*) FROM " + table + " WHERE " + offending(condition, 0);
        };
    }

    /** How many seconds the newest value of the column is older than that time; {@link #NEVER} if there is none. */
    static String age(String column, String table, Instant now) {
        return "SELECT coalesce(date_diff('second', max(CAST(%s AS timestamp(6))), TIMESTAMP '%s'), %d) FROM %s"
                .formatted(
                        name(column),
                        LocalDateTime.ofInstant(now, ZoneOffset.UTC)
                                .truncatedTo(ChronoUnit.SECONDS)
                                .format(SECONDS),
                        NEVER,
                        table);
    }

    /** The rows that break one of the rules, whole, and {@link #BROKEN}. */
    static String failing(List<Rule> rules, String table) {
        List<String> counted = new ArrayList<>();
        List<String> judged = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            Condition condition = rules.get(i).condition();
            if (condition instanceof Condition.Unique(var columns)) {
                counted.add(", count(*) OVER (PARTITION BY " + names(columns) + ") AS " + SAME + i);
            }
            judged.add("CASE WHEN " + offending(condition, i) + " THEN "
                    + text(rules.get(i).name() + ";") + " ELSE '' END");
        }
        return "SELECT * FROM (SELECT *, " + String.join(" || ", judged) + " AS " + BROKEN + " FROM (SELECT *"
                + String.join("", counted) + " FROM " + table + ") AS counted) AS judged WHERE " + BROKEN + " <> ''";
    }

    /** True for a row that breaks it; {@code rule} is the place of the rule among those of {@link #failing}. */
    private static String offending(Condition condition, int rule) {
        return switch (condition) {
            case Condition.NotNull(var columns) ->
                columns.stream().map(column -> name(column) + " IS NULL").collect(Collectors.joining(" OR "));
            case Condition.Unique(var columns) -> SAME + rule + " > 1 AND " + present(columns);
            case Condition.Accepted(var column, var values) ->
                name(column) + " IS NOT NULL AND CAST(" + name(column) + " AS varchar) NOT IN ("
                        + values.stream().map(RuleSql::text).collect(Collectors.joining(", ")) + ")";
            case Condition.Range(var column, var from, var to) ->
                name(column) + " < " + from + " OR " + name(column) + " > " + to;
            case Condition.Holds(var predicate) -> "NOT (" + predicate + ")";
            case Condition.Count _, Condition.RowCount _, Condition.Freshness _ ->
                throw new IllegalArgumentException("names no rows");
        };
    }

    private static String present(List<String> columns) {
        return columns.stream().map(column -> name(column) + " IS NOT NULL").collect(Collectors.joining(" AND "));
    }

    private static String names(List<String> columns) {
        return columns.stream().map(RuleSql::name).collect(Collectors.joining(", "));
    }

    static String name(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String text(String value) {
        return "'" + value.replace("'", "''") + "'";
    }
}

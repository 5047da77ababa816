package io.atalaya.ingestion.check;

import io.atalaya.ingestion.pipeline.Rule.Condition;
import java.util.List;
import java.util.stream.Collectors;

/** Conditions as Athena SQL that counts the rows that break them. */
final class RuleSql {
    private RuleSql() {}

    static String of(Condition condition, String table) {
        return switch (condition) {
            case Condition.NotNull(var columns) ->
                count(
                        table,
                        columns.stream()
                                .map(column -> name(column) + " IS NULL")
                                .collect(Collectors.joining(" OR ")));
            case Condition.Unique(var columns) ->
                "SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM %s WHERE %s GROUP BY %s HAVING count(*) > 1) AS repeated"
                        .formatted(
                                table,
                                columns.stream()
                                        .map(column -> name(column) + " IS NOT NULL")
                                        .collect(Collectors.joining(" AND ")),
                                names(columns));
            case Condition.Accepted(var column, var values) ->
                count(
                        table,
                        name(column) + " IS NOT NULL AND CAST(" + name(column) + " AS varchar) NOT IN ("
                                + values.stream().map(RuleSql::text).collect(Collectors.joining(", ")) + ")");
            case Condition.Range(var column, var from, var to) ->
                count(table, name(column) + " < " + from + " OR " + name(column) + " > " + to);
            case Condition.Holds(var predicate) -> count(table, "NOT (" + predicate + ")");
            case Condition.Count(var sql) -> sql;
        };
    }

    private static String count(String table, String offending) {
        return "SELECT count(*) FROM " + table + " WHERE " + offending;
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

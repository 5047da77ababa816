package io.atalaya.query.compile;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is known of each function and operator of Trino, for people to read; made of what the printer works by. */
final class FunctionTable {
    /** How the engine comes to what Trino gives. */
    enum Way {
        SAME("same"),
        REWRITTEN("rewritten"),
        OWN("own"),
        REFUSED("refused");

        private final String word;

        Way(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** One name. */
    record Row(String page, String name, Way way, String forms) {}

    /** Operators and functions with a syntax of their own, and the way in which {@link Expressions} prints them. */
    private static final List<Row> SYNTAX = List.of(
            syntax("+ (sign)", Way.SAME, "numbers"),
            syntax("- (sign)", Way.SAME, "numbers, intervals"),
            syntax("+", Way.SAME, "numbers, moments and intervals"),
            syntax("-", Way.REWRITTEN, "numbers, moments and intervals"),
            syntax("*", Way.SAME, "numbers, intervals"),
            syntax("/", Way.REWRITTEN, "whole, exact and floating numbers; intervals"),
            syntax("%", Way.SAME, "numbers"),
            syntax("||", Way.SAME, "texts, bytes, arrays"),
            syntax("[ ]", Way.REWRITTEN, "of arrays, maps and rows"),
            syntax("->", Way.REWRITTEN, "in calls"),
            syntax(".", Way.SAME, "a field of a row"),
            syntax("=", Way.SAME, "`NaN` is not equal to itself"),
            syntax("<>", Way.SAME, ""),
            syntax("!=", Way.SAME, "the other spelling"),
            syntax("<", Way.SAME, ""),
            syntax("<=", Way.SAME, ""),
            syntax(">", Way.SAME, ""),
            syntax(">=", Way.SAME, ""),
            syntax("AND", Way.SAME, ""),
            syntax("OR", Way.SAME, ""),
            syntax("NOT", Way.SAME, ""),
            syntax("BETWEEN", Way.SAME, ""),
            syntax("IN", Way.SAME, "lists and subqueries"),
            syntax("LIKE", Way.SAME, "with `ESCAPE`"),
            syntax("IS NULL", Way.SAME, ""),
            syntax("IS DISTINCT FROM", Way.SAME, ""),
            syntax("EXISTS", Way.SAME, ""),
            syntax("ALL", Way.SAME, "quantified comparisons"),
            syntax("ANY", Way.SAME, "quantified comparisons"),
            syntax("SOME", Way.SAME, "quantified comparisons"),
            syntax("CASE", Way.SAME, "both forms"),
            syntax("IF", Way.REWRITTEN, ""),
            syntax("COALESCE", Way.SAME, ""),
            syntax("NULLIF", Way.REWRITTEN, ""),
            syntax("TRY", Way.REWRITTEN, ""),
            syntax("CAST", Way.REWRITTEN, "with Trino's rules for texts, rounding and JSON"),
            syntax("TRY_CAST", Way.REWRITTEN, ""),
            syntax("EXTRACT", Way.REWRITTEN, ""),
            syntax("TRIM", Way.REWRITTEN, ""),
            syntax("POSITION", Way.REWRITTEN, ""),
            syntax("AT TIME ZONE", Way.REWRITTEN, "zones that are literals"),
            syntax("ARRAY[ ]", Way.SAME, ""),
            syntax("ROW( )", Way.REWRITTEN, ""),
            syntax("GROUPING", Way.SAME, ""),
            syntax("current_catalog", Way.REWRITTEN, ""),
            syntax("current_date", Way.SAME, ""),
            syntax("current_path", Way.REWRITTEN, "empty"),
            syntax("current_schema", Way.REWRITTEN, ""),
            syntax("current_time", Way.REWRITTEN, ""),
            syntax("current_timestamp", Way.REWRITTEN, ""),
            syntax("current_user", Way.REWRITTEN, ""),
            syntax("localtime", Way.REWRITTEN, ""),
            syntax("localtimestamp", Way.REWRITTEN, ""));

    private static final Pattern ALONE = Pattern.compile("\\w+\\((?:\\{d})?[$\\d*, ]*(?:\\{[no]})?\\)(?:\\{f})?");

    private final List<Row> rows;

    private FunctionTable(List<Row> rows) {
        this.rows = rows;
    }

    List<Row> rows() {
        return rows;
    }

    /** How many signatures can be called, operators included. */
    static int forms() {
        return SYNTAX.size()
                + LambdaFunctions.NAMES.size()
                + TypedFunctions.NAMES.size()
                + SqlJson.NAMES.size()
                + FunctionCatalog.standard().all().values().stream()
                        .mapToInt(List::size)
                        .sum();
    }

    static FunctionTable standard() {
        FunctionCatalog catalog = FunctionCatalog.standard();
        List<Row> rows = new ArrayList<>(SYNTAX);
        catalog.all().forEach((name, overloads) -> {
            String forms = overloads.stream()
                    .map(overload -> "`" + overload.text().substring(name.length()) + "`")
                    .collect(Collectors.joining(", "));
            Way way = overloads.stream()
                    .map(overload -> way(name, overload.template()))
                    .max(Way::compareTo)
                    .orElseThrow();
            boolean lambda = LambdaFunctions.ALSO.contains(name);
            rows.add(new Row(overloads.getFirst().page(), name, way, forms + (lambda ? ", with a lambda" : "")));
        });
        new TreeSet<>(LambdaFunctions.NAMES)
                .forEach(name -> rows.add(new Row("lambdas", name, Way.REWRITTEN, "with a lambda")));
        new TreeSet<>(TypedFunctions.NAMES)
                .forEach(name -> rows.add(new Row("values", name, Way.REWRITTEN, "its type depends on its arguments")));
        SqlJson.NAMES.forEach(name -> rows.add(new Row("json", name, Way.OWN, "with the clauses of SQL/JSON")));
        catalog.refused().forEach((name, reason) -> rows.add(new Row("refused", name, Way.REFUSED, reason)));
        return new FunctionTable(rows);
    }

    private static Row syntax(String name, Way way, String forms) {
        return new Row("operators", name, way, forms);
    }

    private static Way way(String name, String template) {
        if (template.contains("atalaya_")) {
            return Way.OWN;
        }
        return template.startsWith(name + "(") && ALONE.matcher(template).matches() ? Way.SAME : Way.REWRITTEN;
    }
}

package io.atalaya.query;

import java.util.List;
import java.util.Random;

/** Random queries over {@code orders} whose conditions put all kinds of values and functions together, many of which do not fit. */
final class RandomConditions {
    private static final List<String> COLUMNS =
            List.of("id", "region", "n", "big", "price", "wide", "day", "moment", "note", "share");
    private static final List<String> LITERALS = List.of(
            "0",
            "1",
            "-7",
            "9223372036854775807",
            "1.5",
            "12345678901234567890.123",
            "1e300",
            "'7'",
            "'x%'",
            "''",
            "DATE '2020-01-01'",
            "TIMESTAMP '2020-01-01 10:00:00.123'",
            "true",
            "NULL",
            "INTERVAL '2' YEAR",
            "INTERVAL '40' DAY");
    private static final List<String> TYPES = List.of(
            "integer",
            "bigint",
            "double",
            "real",
            "decimal(15, 2)",
            "decimal(38, 0)",
            "varchar",
            "varchar(1)",
            "date",
            "timestamp");
    private static final List<String> ONE = List.of(
            "length", "lower", "upper", "year", "month", "day", "quarter", "abs", "trim", "reverse", "sqrt", "ceil",
            "sign", "hour");
    private static final List<String> MANY = List.of(
            "substr",
            "substring",
            "strpos",
            "concat",
            "greatest",
            "date_trunc",
            "date_add",
            "round",
            "nullif",
            "coalesce",
            "mod",
            "if",
            "lpad");
    private static final List<String> AGGREGATES = List.of("count", "min", "max", "sum", "avg");

    private final Random random;

    RandomConditions(long seed) {
        this.random = new Random(seed);
    }

    /** Its answer is how many rows there are, so that nothing of it is only shown. */
    String query() {
        return "SELECT count(*) FROM (" + inner() + ") q";
    }

    private String inner() {
        return switch (random.nextInt(6)) {
            case 0, 1, 2 -> "SELECT " + value(2) + " AS v FROM orders WHERE " + condition(2);
            case 3 ->
                "SELECT " + pick(COLUMNS) + " AS k, " + aggregate() + " AS v FROM orders WHERE " + condition(1)
                        + " GROUP BY 1 HAVING " + aggregate() + compare() + literal();
            case 4 ->
                "SELECT o.id FROM orders o JOIN plain p "
                        + pick(List.of(
                                "USING (" + pick(COLUMNS) + ")",
                                "ON o." + pick(COLUMNS) + compare() + "p." + pick(COLUMNS)));
            default ->
                "SELECT id FROM orders WHERE " + value(1) + pick(List.of(" IN (SELECT ", " NOT IN (SELECT ")) + value(1)
                        + " FROM plain) OR " + value(1) + compare() + "(SELECT " + aggregate() + " FROM orders)";
        };
    }

    private String condition(int depth) {
        return switch (depth == 0 ? 0 : random.nextInt(8)) {
            case 1 -> "(" + condition(depth - 1) + pick(List.of(" AND ", " OR ")) + condition(depth - 1) + ")";
            case 2 -> "NOT " + condition(depth - 1);
            case 3 -> value(depth) + " BETWEEN " + value(depth - 1) + " AND " + value(depth - 1);
            case 4 -> value(depth) + " IN (" + value(depth - 1) + ", " + literal() + ")";
            case 5 -> value(depth) + " LIKE " + pick(List.of("'%x_'", "note", "'a!%'"));
            case 6 -> value(depth) + " IS NOT NULL";
            case 7 -> value(depth) + " IS DISTINCT FROM " + value(depth - 1);
            default -> value(depth) + compare() + value(depth);
        };
    }

    private String value(int depth) {
        return switch (depth == 0 ? random.nextInt(2) : random.nextInt(10)) {
            case 1 -> literal();
            case 2 ->
                "(" + value(depth - 1) + pick(List.of(" + ", " - ", " * ", " / ", " || ")) + value(depth - 1) + ")";
            case 3 ->
                "CASE WHEN " + condition(depth - 1) + " THEN " + value(depth - 1) + " ELSE " + value(depth - 1)
                        + " END";
            case 4 ->
                "CASE " + value(depth - 1) + " WHEN " + value(depth - 1) + " THEN " + value(depth - 1) + " WHEN "
                        + literal() + " THEN " + value(depth - 1) + " END";
            case 5 -> pick(List.of("CAST(", "TRY_CAST(")) + value(depth - 1) + " AS " + pick(TYPES) + ")";
            case 6 -> pick(ONE) + "(" + value(depth - 1) + ")";
            case 7 ->
                pick(MANY) + "(" + value(depth - 1) + ", " + value(depth - 1) + pick(List.of("", ", " + literal()))
                        + ")";
            default -> pick(COLUMNS);
        };
    }

    private String aggregate() {
        return pick(AGGREGATES) + "(" + pick(List.of("", "DISTINCT ")) + value(1) + ")";
    }

    private String literal() {
        return pick(LITERALS);
    }

    private String compare() {
        return pick(List.of(" = ", " <> ", " < ", " >= "));
    }

    private String pick(List<String> some) {
        return some.get(random.nextInt(some.size()));
    }
}

package io.atalaya.query.trino;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;

/** Random statements over the shared tables whose answers do not depend on chance: totally ordered, without sums of doubles. */
final class Grammar {
    private final Random random;

    Grammar(long seed) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
    }

    /** Writes a corpus of statements, always the same. */
    static void write(Path file, int statements) throws IOException {
        Set<String> all = new LinkedHashSet<>();
        for (long seed = 0; all.size() < statements; seed++) {
            all.add(new Grammar(seed).statement());
        }
        StringBuilder text = new StringBuilder(
                "-- Generated: query/record --generate writes this file. Only the reasons for differences are by hand.\n");
        for (String sql : all) {
            text.append(sql).append(";\n");
        }
        Files.writeString(file, text);
    }

    String statement() {
        return switch (random.nextInt(16)) {
            case 0, 1, 2 -> "SELECT id, " + any(3) + " FROM people ORDER BY id";
            case 3, 4 -> "SELECT id, " + any(2) + ", " + any(2) + " FROM people WHERE " + condition(2) + " ORDER BY id";
            case 5 -> "SELECT " + text(1) + " AS k, " + aggregate() + ", " + aggregate() + " FROM people GROUP BY 1";
            case 6 ->
                "SELECT dept, city, " + aggregate() + " FROM people WHERE " + condition(1) + " GROUP BY "
                        + pick(
                                "ROLLUP (dept, city)",
                                "CUBE (dept, city)",
                                "GROUPING SETS ((dept), (city), ())",
                                "dept, city")
                        + pick("", " HAVING count(*) > 1");
            case 7 -> "SELECT id, " + window() + " FROM people ORDER BY id";
            case 8 ->
                "SELECT p.id, s.id FROM people p " + pick("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN")
                        + " sales s ON p.id = s.person"
                        + pick("", " AND s.quantity > 2", " AND s.day < DATE '2024-03-01'")
                        + " WHERE " + pick("p.score > 10", "s.amount > 10.00", "p.dept IS NULL OR s.id < 20", "true");
            case 9 ->
                "SELECT " + text(1) + " FROM people "
                        + pick("UNION", "UNION ALL", "EXCEPT", "INTERSECT", "EXCEPT ALL", "INTERSECT ALL") + " SELECT "
                        + text(1) + " FROM people WHERE " + condition(1);
            case 10 ->
                "SELECT id FROM people WHERE " + number(1) + " "
                        + pick("IN", "NOT IN", "= ANY", "<> ALL", "> ANY", "<= ALL")
                        + " (SELECT " + pick("quantity", "person", "id", "quantity * 10") + " FROM sales WHERE "
                        + pick("true", "quantity IS NOT NULL AND person IS NOT NULL", "product = 'tea'", "false")
                        + ") ORDER BY id";
            case 11 ->
                "SELECT id, (SELECT " + pick("count(*)", "max(s.amount)", "sum(s.quantity)", "min(s.day)")
                        + " FROM sales s WHERE s.person = people.id"
                        + pick("", " AND s.product = 'tea'", " AND s.amount > 10") + ") FROM people ORDER BY id";
            case 12 ->
                "WITH w AS (SELECT id, " + number(1) + " AS n FROM people WHERE " + condition(1)
                        + ") SELECT a.id, b.n FROM w a JOIN w b ON a.n = b.n ORDER BY a.id, b.id";
            case 13 ->
                "SELECT " + pick("score", "dept", "salary", "born") + " FROM people ORDER BY 1 "
                        + pick("ASC", "DESC") + pick("", " NULLS FIRST", " NULLS LAST")
                        + pick("", " LIMIT 4", " OFFSET 3 ROWS", " FETCH FIRST 3 ROWS WITH TIES");
            case 14 -> "SELECT id, " + nested() + " FROM kinds ORDER BY id";
            default -> "SELECT " + constant() + ", " + constant();
        };
    }

    private String any(int depth) {
        return switch (random.nextInt(6)) {
            case 0, 1 -> number(depth);
            case 2 -> decimal(depth);
            case 3 -> text(depth);
            case 4 -> moment(depth);
            default -> condition(depth);
        };
    }

    private String number(int depth) {
        if (depth == 0) {
            return pick("id", "score", "boss", "0", "1", "7", "-3", "CAST(NULL AS bigint)");
        }
        return switch (random.nextInt(13)) {
            case 0, 1 -> number(depth - 1) + pick(" + ", " - ", " * ") + "(" + number(depth - 1) + ")";
            case 2 -> "(" + number(depth - 1) + ") " + pick("/", "%") + " " + pick("3", "-2", "7", "nullif(score, 0)");
            case 3 -> "length(" + text(depth - 1) + ")";
            case 4 -> "coalesce(" + number(depth - 1) + ", " + number(depth - 1) + ")";
            case 5 -> "CASE WHEN " + condition(depth - 1) + " THEN " + number(depth - 1) + pick("", " ELSE 9") + " END";
            case 6 -> pick("abs", "sign") + "(" + number(depth - 1) + ")";
            case 7 -> pick("year", "month", "day", "day_of_week", "quarter", "week") + "(born)";
            case 8 -> pick("greatest", "least") + "(" + number(depth - 1) + ", " + number(depth - 1) + ")";
            case 9 -> "nullif(" + number(depth - 1) + ", " + number(0) + ")";
            case 10 -> "strpos(" + text(depth - 1) + ", " + pick("'a'", "'o'", "''", "'da'") + ")";
            case 11 -> "TRY(" + number(depth - 1) + " / " + pick("score", "(score - 70)", "0") + ")";
            default -> number(0);
        };
    }

    private String decimal(int depth) {
        if (depth == 0) {
            return pick("salary", "1.5", "0.05", "-2.25", "100");
        }
        return switch (random.nextInt(7)) {
            case 0 -> decimal(depth - 1) + pick(" + ", " - ") + "(" + decimal(depth - 1) + ")";
            case 1 -> decimal(0) + " * " + decimal(0);
            case 2 -> decimal(0) + " / " + pick("3", "1.5", "7.00", "-0.5");
            case 3 -> "round(" + decimal(0) + pick("", ", 1", ", 0", ", -2") + ")";
            case 4 -> "CAST(" + number(depth - 1) + " AS decimal(30, 4))";
            case 5 -> pick("abs", "floor", "ceil") + "(" + decimal(0) + ")";
            default -> decimal(0);
        };
    }

    private String text(int depth) {
        if (depth == 0) {
            return pick("name", "dept", "city", "'abc'", "'Zo'", "''");
        }
        return switch (random.nextInt(10)) {
            case 0 -> text(depth - 1) + " || " + text(depth - 1);
            case 1 -> pick("upper", "lower", "trim", "reverse") + "(" + text(depth - 1) + ")";
            case 2 ->
                "substr(" + text(depth - 1) + ", " + pick("1", "2", "-2", "0", "9") + pick("", ", 1", ", 2", ", 0")
                        + ")";
            case 3 -> "coalesce(" + text(depth - 1) + ", 'none')";
            case 4 -> "CAST(" + pick("id", "score", "salary", "born", "score > 50") + " AS varchar)";
            case 5 -> "replace(" + text(depth - 1) + ", 'a', " + pick("'b'", "''", "'aa'") + ")";
            case 6 -> pick("lpad", "rpad") + "(" + text(depth - 1) + ", " + pick("2", "6") + ", 'xy')";
            case 7 -> "if(" + condition(depth - 1) + ", " + text(depth - 1) + ", " + text(depth - 1) + ")";
            case 8 -> "split_part(" + text(depth - 1) + ", 'o', " + pick("1", "2", "3") + ")";
            default -> text(0);
        };
    }

    private String moment(int depth) {
        return switch (random.nextInt(7)) {
            case 0 -> "born";
            case 1 -> "born + INTERVAL '" + random.nextInt(40) + "' " + pick("DAY", "MONTH", "YEAR");
            case 2 -> "date_trunc('" + pick("month", "year", "week", "quarter", "day") + "', born)";
            case 3 -> "date_add('" + pick("day", "month", "week", "year") + "', " + pick("1", "-1", "13") + ", born)";
            case 4 -> "date_diff('" + pick("day", "month", "year", "week") + "', born, DATE '2024-02-29')";
            case 5 ->
                "CAST(born AS timestamp) + INTERVAL '" + random.nextInt(90) + "' " + pick("MINUTE", "HOUR", "SECOND");
            default -> "if(" + condition(Math.max(0, depth - 1)) + ", born, last_day_of_month(born))";
        };
    }

    private String condition(int depth) {
        if (depth == 0) {
            return pick("score > 50", "dept = 'lab'", "name IS NULL", "boss IS NOT NULL", "salary > 2500.00", "true");
        }
        return switch (random.nextInt(11)) {
            case 0 -> "(" + condition(depth - 1) + pick(" AND ", " OR ") + condition(depth - 1) + ")";
            case 1 -> "NOT (" + condition(depth - 1) + ")";
            case 2 -> number(depth - 1) + compare() + number(depth - 1);
            case 3 -> text(depth - 1) + compare() + text(depth - 1);
            case 4 -> text(depth - 1) + pick(" LIKE ", " NOT LIKE ") + pick("'%a%'", "'_o%'", "''", "'%'", "'A__'");
            case 5 -> number(depth - 1) + pick(" BETWEEN ", " NOT BETWEEN ") + number(0) + " AND " + number(0);
            case 6 -> number(depth - 1) + pick(" IN (", " NOT IN (") + "1, 7, " + number(0) + ")";
            case 7 -> text(depth - 1) + pick(" IN (", " NOT IN (") + "'lab', 'Lima', " + text(0) + ")";
            case 8 -> number(depth - 1) + pick(" IS DISTINCT FROM ", " IS NOT DISTINCT FROM ") + number(depth - 1);
            case 9 -> "born" + compare() + "DATE '" + pick("1990-05-05", "2001-07-15", "1900-01-01") + "'";
            default -> condition(0);
        };
    }

    private String compare() {
        return pick(" = ", " <> ", " < ", " <= ", " > ", " >= ");
    }

    private String aggregate() {
        return switch (random.nextInt(11)) {
            case 0 -> "count(*)";
            case 1 -> "count(" + pick("DISTINCT ", "") + any(1) + ")";
            case 2 -> "sum(" + number(1) + ")";
            case 3 -> pick("sum", "avg", "min", "max") + "(" + pick("DISTINCT ", "") + "salary)";
            case 4 -> pick("min", "max") + "(" + pick("name", "born", "score", "city") + ")";
            case 5 -> "count_if(" + condition(1) + ")";
            case 6 -> pick("bool_and", "bool_or") + "(" + condition(1) + ")";
            case 7 ->
                "array_agg(" + pick("id", "score", "name") + " ORDER BY "
                        + pick("id", "id DESC", "name NULLS FIRST, id") + ")";
            case 8 -> pick("max_by", "min_by") + "(name, id)";
            case 9 -> "sum(score) FILTER (WHERE " + condition(1) + ")";
            default -> "avg(score)";
        };
    }

    private String window() {
        String over = " OVER (" + pick("", "PARTITION BY dept ", "PARTITION BY city ") + "ORDER BY "
                + pick("id", "id DESC", "score NULLS FIRST, id", "salary DESC, id", "name, id");
        String frame = pick(
                "",
                " ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
                " ROWS UNBOUNDED PRECEDING",
                " ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
                " GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW",
                " RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
                " ROWS BETWEEN 2 FOLLOWING AND 3 FOLLOWING");
        return switch (random.nextInt(5)) {
            case 0 -> pick("row_number", "rank", "dense_rank", "percent_rank", "cume_dist") + "()" + over + ")";
            case 1 ->
                pick("lag", "lead") + "(" + pick("score", "name", "id") + pick("", ", 2", ", 0") + ")"
                        + pick("", " IGNORE NULLS") + over + ")";
            case 2 ->
                pick("first_value", "last_value") + "(" + pick("score", "name") + ")" + pick("", " IGNORE NULLS") + over
                        + frame + ")";
            case 3 -> "ntile(" + pick("1", "3", "20") + ")" + over + ")";
            default ->
                pick("sum(score)", "count(score)", "count(*)", "min(name)", "max(score)", "sum(salary)") + over + frame
                        + ")";
        };
    }

    private String nested() {
        return pick(
                "cardinality(ai), ai || 9",
                "transform(ai, x -> x " + pick("% 3", "- 1", "% 2 = 0") + ")",
                "filter(ai, x -> x " + pick("> 1", "IS NULL", "<> 5") + ")",
                "contains(ai, " + pick("5", "1", "NULL") + ")",
                "element_at(ai, " + pick("1", "-1", "7") + ")",
                "element_at(mp, " + pick("'a'", "'x'", "'zz'") + ")",
                "rw.x, rw.y",
                "slice(av, 1, " + pick("0", "1", "5") + ")",
                "array_distinct(ai), array_sort(av)",
                "cardinality(mp), array_sort(map_keys(mp))",
                "array_max(ai), array_min(av)",
                "reduce(ai, 0, (s, x) -> s + coalesce(x % 10, 0), s -> s)",
                "array_join(av, '-'" + pick("", ", '?'") + ")",
                "any_match(ai, x -> x > 4), none_match(av, x -> x = 'a')",
                "cast(ai AS array(varchar))",
                "rw IS NULL, ar IS NULL, cardinality(ar)",
                "ai = ARRAY[1, 2, 3], rw = ROW(1, 'one')",
                "b AND i > 0, b OR l IS NULL",
                "CAST(i AS varchar), CAST(m AS double), CAST(dt AS timestamp)",
                "date_trunc('hour', ts), hour(ts), second(ts)",
                "to_hex(bin), length(bin)",
                "m + w, m - 1, abs(m)",
                "array_position(ai, 5), array_remove(ai, 5)",
                "flatten(ARRAY[ai, ai])");
    }

    private String constant() {
        String integer = pick("0", "1", "-1", "2147483647", "10000000000", "7");
        String number = pick("1.5", "-0.05", "100.00", "0.000001", "123456789.123456789");
        String text = pick("'abc'", "''", "' x '", "'12'", "'-1.5'", "'true'", "'2024-02-29'");
        return switch (random.nextInt(10)) {
            case 0 -> integer + pick(" + ", " - ", " * ") + pick("3", "-1", "1.5", "2e0");
            case 1 -> number + pick(" + ", " - ", " * ", " / ", " % ") + pick("3", "2.5", "-7", "0.1");
            case 2 ->
                "TRY_CAST(" + text + " AS " + pick("integer", "double", "decimal(5,2)", "boolean", "date", "bigint")
                        + ")";
            case 3 -> "CAST(" + integer + " AS " + pick("varchar", "double", "decimal(38,2)", "real") + ")";
            case 4 ->
                "TRY(CAST(" + number + " AS "
                        + pick("integer", "bigint", "varchar", "double", "decimal(3,1)", "tinyint") + "))";
            case 5 -> "typeof(" + pick(integer, number, text, "ARRAY[" + integer + ", " + number + "]") + ")";
            case 6 -> text + compare() + pick("'abc'", "'ab'", "'b'", "''");
            case 7 -> integer + compare() + number;
            case 8 ->
                "DATE '2024-0" + (1 + random.nextInt(9)) + "-29'" + pick(" + ", " - ") + "INTERVAL '"
                        + random.nextInt(14) + "' " + pick("DAY", "MONTH", "YEAR");
            default -> "CAST(" + text + " AS varchar(" + random.nextInt(1, 4) + "))";
        };
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}

package io.atalaya.query;

import java.util.List;
import java.util.Random;

/** Random queries over a table {@code T} of staff, many of which fail on some value of it. */
final class RandomQueries {
    private static final List<String> TEXTS = List.of("name", "region", "ssn", "note", "'US'", "'7'", "''", "city");
    private static final List<String> NUMBERS = List.of("id", "age", "bonus", "1", "0", "-3", "100");

    private final Random random;
    private final String secret;

    /**
     * Queries of a seed.
     *
     * @param secret a column to name now and then, which must always be refused; empty for none
     */
    RandomQueries(long seed, String secret) {
        this.random = new Random(seed);
        this.secret = secret;
    }

    String query() {
        return switch (random.nextInt(29)) {
            case 0, 1 -> "SELECT " + list() + " FROM T" + where();
            case 2 -> "SELECT " + text(2) + " AS k, " + aggregates() + " FROM T" + where() + " GROUP BY 1" + having();
            case 3 -> "SELECT " + aggregates() + " FROM T" + where();
            case 4 -> "SELECT a.id, b.name FROM T a " + join() + " T b ON " + pair() + " WHERE a.id >= 0";
            case 5 ->
                "SELECT count(*), min(a.name) FROM T a JOIN T b USING (" + pick("id", "region", "ssn", "city") + ")";
            case 6 -> "SELECT id, " + window() + " FROM T" + where();
            case 7 -> "WITH w AS (SELECT " + list() + " FROM T" + where() + ") SELECT count(*) FROM w";
            case 8 ->
                "SELECT count(*) FROM T WHERE EXISTS (SELECT 1 FROM T u WHERE u.id = T.id AND "
                        + condition(2).replaceAll("\\b(name|region|ssn|note|city|id|age|bonus)\\b", "u.$1") + ")";
            case 12 ->
                "SELECT id, (SELECT max(u.name) FROM T u WHERE u.id = T.id AND T."
                        + total().replaceAll("^\\(id", "id")
                                .replaceAll("\\)$", "")
                                .split(" OR ", -1)[0] + ") FROM T" + where();
            case 13 ->
                "SELECT T.id FROM T LEFT JOIN T u ON T.age = u.age AND u.id > " + random.nextInt(4)
                        + " WHERE u.name IS NULL OR "
                        + condition(1).replaceAll("\\b(name|region|ssn|note|city|id|age|bonus)\\b", "T.$1");
            case 9 ->
                "SELECT " + list() + " FROM T" + where() + " " + pick("UNION", "EXCEPT", "INTERSECT", "UNION ALL")
                        + " SELECT " + list() + " FROM T";
            case 10 -> "SELECT id FROM T WHERE " + number(2) + " IN (SELECT " + number(2) + " FROM T" + where() + ")";
            case 14 ->
                "WITH RECURSIVE r(i, x, n) AS (SELECT id, " + text(1) + ", 0 FROM T" + where()
                        + " UNION ALL SELECT u.id, u.name, n + 1 FROM T u JOIN r ON u.id = r.i + 1 WHERE n < "
                        + random.nextInt(5) + ") SELECT * FROM r";
            case 15 ->
                "SELECT id, " + text(2) + " FROM T TABLESAMPLE " + pick("BERNOULLI", "SYSTEM") + " ("
                        + pick("100", "0", "100.0") + ")" + where();
            case 16 ->
                "SELECT " + number(1) + " FROM T" + where() + " ORDER BY " + pick("1", text(1), number(1))
                        + pick("", " DESC") + " FETCH FIRST " + (1 + random.nextInt(4)) + " ROWS WITH TIES";
            case 17 ->
                "SELECT region, city, " + aggregates() + " FROM T" + where() + " GROUP BY "
                        + pick(
                                "DISTINCT ROLLUP (region, city), CUBE (city, region)",
                                "GROUPING SETS ((region), (city), (region, city))",
                                "CUBE (region, city)")
                        + having();
            case 18 ->
                "SELECT id FROM T WHERE (" + text(1) + ", " + number(1) + ")" + pick(" IN ", " NOT IN ") + "(SELECT "
                        + text(1) + ", " + number(1) + " FROM T" + where() + ")";
            case 19 ->
                "SELECT id FROM T WHERE " + number(2) + compare() + pick("ALL", "ANY", "SOME") + " (SELECT " + number(2)
                        + " FROM T" + where() + ")";
            case 20 ->
                "SELECT T.id, q.x FROM T " + pick("CROSS JOIN LATERAL", "LEFT JOIN LATERAL") + " (SELECT max("
                        + pick("u.name", "u.ssn", "u.note") + ") AS x FROM T u WHERE u.age = T.age) q"
                        + pick(" ON true", "");
            case 21 ->
                "SELECT id, x, n FROM T CROSS JOIN UNNEST(ARRAY[" + text(1) + ", " + text(1) + "], ARRAY[" + number(1)
                        + "]) WITH ORDINALITY AS w(x, y, n)" + where().replaceAll("\\bid\\b", "T.id");
            case 22 ->
                "SELECT id, "
                        + pick(
                                "sum(age)",
                                "count(bonus)",
                                "max(ssn)",
                                "first_value(note) IGNORE NULLS",
                                "lag(name, 2) IGNORE NULLS")
                        + " OVER (PARTITION BY " + text(1) + " ORDER BY id "
                        + pick(
                                "",
                                "GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW",
                                "ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING",
                                "RANGE BETWEEN 2 PRECEDING AND 7770000 FOLLOWING")
                        + ") FROM T" + where();
            case 23 ->
                "SELECT r.* FROM (SELECT CAST(ROW(" + number(1) + ", " + text(1)
                        + ") AS row(p bigint, q varchar)) AS r FROM T" + where() + ") WHERE r.q" + compare() + "'M'";
            case 24 ->
                "SELECT transform(ARRAY[" + number(1) + ", 1], x -> x + " + number(1) + "), filter(ARRAY[" + text(1)
                        + "], s -> s" + compare() + text(1) + ") FROM T" + where();
            case 25 ->
                "SELECT listagg(" + text(1) + ", ',') WITHIN GROUP (ORDER BY id), array_agg(" + text(1) + " ORDER BY "
                        + number(1) + ", id) FROM T" + where() + pick("", " GROUP BY region", " GROUP BY " + text(1));
            case 26 ->
                "SELECT region, TRY(sum(" + number(1) + ") / " + pick("max(bonus)", "0", "(SELECT min(age) FROM T)")
                        + "), array_join(array_agg(" + text(1) + " ORDER BY id), "
                        + pick("','", "max(ssn)", "min(name)")
                        + ") FROM T" + where() + " GROUP BY region HAVING TRY(max(" + number(1) + ") / "
                        + pick("0", "7", "max(age)") + ") IS " + pick("", "NOT ") + "NULL";
            case 27 ->
                "SELECT id, " + "TRY(date_add(" + pick("name", "ssn", "if(age > 35, 'day', 'month')")
                        + ", 1, DATE '2024-01-31')), TRY((SELECT max(" + pick("u.name", "u.ssn", "u.note")
                        + ") FROM T u WHERE u.age = T.age)), concat_ws(" + text(0) + ", ARRAY[" + text(1)
                        + ", 'x']) FROM T"
                        + where();
            default ->
                "SELECT (SELECT max(" + text(2) + ") FROM T), x FROM (SELECT DISTINCT " + number(2) + " AS x FROM T"
                        + where() + ")";
        };
    }

    private String list() {
        return text(2) + ", " + number(2);
    }

    private String where() {
        return switch (random.nextInt(4)) {
            case 0 -> "";
            case 1 -> " WHERE " + total() + " AND " + condition(3);
            default -> " WHERE " + condition(3);
        };
    }

    private String having() {
        return random.nextInt(3) == 0 ? " HAVING count(*) > " + random.nextInt(3) : "";
    }

    private String join() {
        return pick("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN");
    }

    private String pair() {
        return pick(
                "a.id = b.id",
                "a.region = b.region",
                "a.ssn = b.ssn",
                "a.age < b.age",
                "a.id = b.id AND a.note = b.name");
    }

    private String aggregates() {
        return pick(
                "count(*), sum(" + number(2) + ")",
                "min(" + text(2) + "), max(" + text(1) + ")",
                "count(DISTINCT " + text(2) + ")",
                "count_if(" + condition(2) + "), avg(bonus)",
                "bool_and(" + condition(2) + ")",
                "sum(" + number(1) + ") FILTER (WHERE " + condition(2) + ")");
    }

    private String window() {
        return pick(
                "row_number() OVER (ORDER BY id)",
                "sum(age) OVER (PARTITION BY " + text(1) + ")",
                "lag(" + text(1) + ") OVER (ORDER BY id)",
                "max(" + text(1) + ") OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)");
    }

    /** Comparisons that can be handed down. */
    private String total() {
        return pick(
                "id > " + random.nextInt(10),
                "region = 'US'",
                "region <> 'US'",
                "name >= 'C'",
                "ssn = '111-22-3333'",
                "ssn < '5'",
                "age BETWEEN 20 AND 60",
                "city IN ('Lima', 'Oslo')",
                "(id = 1 OR id = 2 OR name = 'Bob')",
                "bonus IS NULL");
    }

    private String condition(int depth) {
        if (depth == 0) {
            return total();
        }
        return switch (random.nextInt(10)) {
            case 0 -> "(" + condition(depth - 1) + " AND " + condition(depth - 1) + ")";
            case 1 -> "(" + condition(depth - 1) + " OR " + condition(depth - 1) + ")";
            case 2 -> "NOT " + condition(depth - 1);
            case 3 -> "CAST(" + text(0) + " AS integer) " + compare() + " " + number(0);
            case 4 -> "1 / (CASE WHEN " + condition(depth - 1) + " THEN " + number(0) + " ELSE 1 END) = 1";
            case 5 -> text(depth) + " LIKE " + pick("'%a%'", "'1%'", "'%CANARY%'", "'_o%'");
            case 6 -> text(depth) + " " + compare() + " " + text(depth);
            case 8 -> "CAST(" + text(depth) + " AS char(" + random.nextInt(9) + ")) " + compare() + " " + text(depth);
            case 7 -> number(depth) + " " + compare() + " " + number(depth);
            default -> total();
        };
    }

    private String compare() {
        return pick("=", "<>", "<", ">=");
    }

    private String text(int depth) {
        if (!secret.isEmpty() && random.nextInt(25) == 0) {
            return secret;
        }
        if (depth == 0) {
            return TEXTS.get(random.nextInt(TEXTS.size()));
        }
        return switch (random.nextInt(14)) {
            case 0 -> "upper(" + text(depth - 1) + ")";
            case 1 -> "substr(" + text(depth - 1) + ", " + number(depth - 1) + ")";
            case 2 -> text(depth - 1) + " || " + text(depth - 1);
            case 3 -> "CAST(" + number(depth - 1) + " AS varchar)";
            case 4 -> "coalesce(" + text(depth - 1) + ", " + text(depth - 1) + ")";
            case 5 ->
                "CASE WHEN " + condition(depth - 1) + " THEN " + text(depth - 1) + " ELSE " + text(depth - 1) + " END";
            case 6 -> "split_part(" + text(depth - 1) + ", '-', " + number(depth - 1) + ")";
            case 7 -> "replace(" + text(depth - 1) + ", '1', 'x')";
            case 8 -> "regexp_extract(" + text(depth - 1) + ", '[0-9]+')";
            case 9 -> "array_join(transform(split(" + text(depth - 1) + ", '-'), e -> e || name), '/')";
            case 11 -> "CAST(TRY_CAST(" + text(depth - 1) + " AS timestamp(9)) AS varchar)";
            case 12 -> "CAST(TRY_CAST(" + text(depth - 1) + " AS time(9)) AT TIME ZONE '+05:30' AS varchar)";
            case 10 -> "trim(CAST(" + text(depth - 1) + " AS char(" + random.nextInt(9) + ")))";
            default -> text(0);
        };
    }

    private String number(int depth) {
        if (depth == 0) {
            return NUMBERS.get(random.nextInt(NUMBERS.size()));
        }
        return switch (random.nextInt(9)) {
            case 0 -> "length(" + text(depth - 1) + ")";
            case 1 -> number(depth - 1) + " + " + number(depth - 1);
            case 2 -> number(depth - 1) + " / " + number(depth - 1);
            case 3 -> "CAST(" + text(depth - 1) + " AS bigint)";
            case 4 -> "TRY_CAST(" + text(depth - 1) + " AS bigint)";
            case 5 -> "abs(" + number(depth - 1) + ")";
            case 6 -> "if(" + condition(depth - 1) + ", " + number(depth - 1) + ", " + number(depth - 1) + ")";
            case 7 -> "ARRAY[" + number(depth - 1) + ", 5][" + number(0) + "]";
            default -> number(0);
        };
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}

package io.atalaya.query;

import java.util.List;
import java.util.Random;

/**
 * Random statements of every kind over a table {@code T} like {@link GuardedStaff}'s: queries, writes, files, plans, numbers,
 * definitions of what they make. {@code N} stands for a name that nothing has yet.
 */
final class RandomStatements {
    private final Random random;

    RandomStatements(long seed) {
        this.random = new Random(seed);
    }

    String statement() {
        return switch (random.nextInt(24)) {
            case 0, 1 ->
                "INSERT INTO T (id, region, age) VALUES (" + small() + ", " + pick("'US'", "'US'", "'EU'", "NULL")
                        + ", " + small() + ")";
            case 2 ->
                "INSERT INTO T (id, region, boss) SELECT " + number(1) + ", " + region() + ", boss FROM T" + where();
            case 3, 4 -> "UPDATE T SET " + assignment() + where();
            case 5 -> "UPDATE T SET " + assignment() + ", boss = " + number(1) + where();
            case 6 -> "DELETE FROM T WHERE id > 3 AND " + condition(2);
            case 7 -> "DELETE FROM T WHERE id > 5" + pick("", " OR " + condition(1) + " AND id > 4");
            case 8, 9 ->
                "MERGE INTO T t USING (SELECT " + number(1) + " AS k, " + number(1) + " AS v FROM T" + where()
                        + " GROUP BY 1, 2) s ON t.id = s.k "
                        + pick(
                                "WHEN MATCHED THEN UPDATE SET age = CAST(s.v AS integer)",
                                "WHEN MATCHED AND t.id > 4 THEN DELETE",
                                "WHEN NOT MATCHED THEN INSERT (id, region, age) VALUES (s.k, 'US', CAST(s.v AS integer))",
                                "WHEN MATCHED THEN UPDATE SET boss = s.v WHEN NOT MATCHED AND s.k < 9 THEN INSERT (id, region) VALUES (s.k, 'US')");
            case 10 ->
                "UNLOAD (" + query() + ") TO 's3://out/N/' WITH (format = '" + pick("JSON", "PARQUET", "ORC", "AVRO")
                        + "', compression = 'none')";
            case 11 ->
                "UNLOAD (SELECT id, name, " + region() + " AS part FROM T" + where()
                        + ") TO 's3://out/N/' WITH (format = 'TEXTFILE', compression = 'none', partitioned_by = ARRAY['part'])";
            case 12 -> "SHOW STATS FOR " + pick("T", "(" + query() + ")");
            case 13 ->
                "SELECT * FROM \"T$" + pick("snapshots", "history", "refs", "files", "manifests", "partitions") + "\"";
            case 14 -> pick("DESCRIBE T", "SHOW COLUMNS FROM T", "SHOW PARTITIONS T", "SHOW TBLPROPERTIES T");
            case 15 ->
                "EXPLAIN "
                        + pick("", "ANALYZE ", "(FORMAT JSON) ", "(FORMAT GRAPHVIZ) ", "(TYPE IO) ", "(TYPE VALIDATE) ")
                        + query();
            case 16 -> "EXPLAIN " + pick("UPDATE T SET " + assignment() + where(), "DELETE FROM T" + where());
            case 17 -> "CREATE VIEW shop_consumption.N AS " + query();
            case 18 -> "CREATE TABLE shop_consumption.N AS " + query();
            case 19 -> "EXECUTE IMMEDIATE '" + query().replace("'", "''") + "'";
            case 20 -> pick("OPTIMIZE T REWRITE DATA USING BIN_PACK", "VACUUM T", "TRUNCATE TABLE T", "DROP TABLE T");
            case 21 -> query().replace("FROM T", "FROM T FOR TIMESTAMP AS OF (current_timestamp + INTERVAL '1' DAY)");
            case 22 -> "WITH a AS (" + query() + "), b AS (" + query() + ") SELECT count(*) FROM a, b";
            default -> query();
        };
    }

    private String query() {
        return switch (random.nextInt(6)) {
            case 0 -> "SELECT id, name, " + number(2) + " AS n FROM T" + where();
            case 1 -> "SELECT region, count(*) AS n, max(" + number(1) + ") AS m FROM T" + where() + " GROUP BY region";
            case 2 -> "SELECT name, min(age) AS low FROM T" + where() + " GROUP BY " + pick("name", "ROLLUP (name)");
            case 3 ->
                // Rows of one id may be several, and in no order of their own.
                "SELECT id, sum(age) OVER (ORDER BY id" + pick(", age ROWS", " RANGE", " GROUPS")
                        + " BETWEEN 1 PRECEDING AND 9000000 FOLLOWING) AS s FROM T" + where();
            case 4 -> "SELECT T.id AS a, u.name AS b FROM T LEFT JOIN T u ON T.boss = u.id AND u." + total();
            default -> "SELECT id, cardinality(tags) AS c, place.y AS y, upper(name) AS up, hired FROM T" + where();
        };
    }

    private String assignment() {
        return pick(
                "age = CAST(" + number(2) + " AS integer)",
                "age = age + 1",
                "region = " + region(),
                "region = name",
                "name = 'x'",
                "place = NULL",
                "tags = ARRAY[region, 'x']");
    }

    private String region() {
        return pick("'US'", "region", "upper(region)", "CASE WHEN " + condition(1) + " THEN 'US' ELSE region END");
    }

    private String where() {
        return random.nextInt(3) == 0 ? "" : " WHERE " + condition(2);
    }

    private String total() {
        return pick(
                "id > " + small(),
                "age BETWEEN 20 AND 60",
                "region = 'US'",
                "region <> 'US'",
                "name < 'Y'",
                "boss IS NULL");
    }

    private String condition(int depth) {
        if (depth == 0) {
            return total();
        }
        return switch (random.nextInt(7)) {
            case 0 -> "(" + condition(depth - 1) + " AND " + condition(depth - 1) + ")";
            case 1 -> "(" + condition(depth - 1) + " OR " + condition(depth - 1) + ")";
            case 2 -> "NOT " + condition(depth - 1);
            case 3 -> "name LIKE " + pick("'%X%'", "'%CANARY%'", "'_%'");
            case 4 -> "1 / (" + number(depth - 1) + ") < 3";
            case 5 -> "CAST(" + pick("region", "name", "'7'") + " AS bigint) > 0";
            default -> total();
        };
    }

    private String number(int depth) {
        if (depth == 0) {
            return pick("id", "age", "boss", small());
        }
        return switch (random.nextInt(6)) {
            case 0 -> number(depth - 1) + " + " + number(depth - 1);
            case 1 -> number(depth - 1) + " * 2";
            case 2 -> "length(name)";
            case 3 -> "if(" + condition(depth - 1) + ", " + number(depth - 1) + ", 1)";
            case 4 -> "cardinality(tags)";
            default -> number(0);
        };
    }

    private String small() {
        return Integer.toString(random.nextInt(8));
    }

    private String pick(String... choices) {
        return List.of(choices).get(random.nextInt(choices.length));
    }
}

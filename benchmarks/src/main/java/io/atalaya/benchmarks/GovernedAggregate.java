package io.atalaya.benchmarks;

import java.util.Locale;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * Statements of a governed principal, from their text to the first page of their stored result, against the same SQL in
 * bare DuckDB on the same files: {@code benchmarks/run GovernedAggregate [rows] [turns] [folder]}. Where rows are
 * filtered DuckDB is given the filter as a condition. Masks it is not given: it shows the value itself.
 */
public final class GovernedAggregate {
    private static final Schema CUSTOMERS = new Schema(
            Types.NestedField.optional(1, "customer", Types.IntegerType.get()),
            Types.NestedField.optional(2, "segment", Types.StringType.get()));

    private static final String GRANTS = """
            users: {ana: {}}
            profiles: {nobody: {}}
            filters:
              west: {table: bench.sales, rows: "state < 'N'"}
            grants:
              - {to: {user: ana}, allow: SELECT, on: {table: bench.customers}}
              - {to: {user: ana}, allow: SELECT, on: {table: bench.sales%s}}
            """;

    private static final String GROUPS = "SELECT %s AS k, count(*), sum(price), avg(rate) FROM %s %s GROUP BY %s";
    private static final String JOIN =
            "SELECT c.segment, count(*), sum(s.price) FROM %s s JOIN %s c ON s.customer = c.customer %s GROUP BY c.segment";

    private final PreparedLake lake;
    private final RawEngine raw;
    private final Duel duel = new Duel();
    private final int turns;
    private final String sales;
    private final String customers;

    private GovernedAggregate(PreparedLake lake, RawEngine raw, int turns) {
        this.lake = lake;
        this.raw = raw;
        this.turns = turns;
        this.sales = lake.files("sales");
        this.customers = lake.files("customers");
    }

    public static void main(String[] arguments) throws Exception {
        long rows = arguments.length > 0 ? Long.parseLong(arguments[0]) : 5_000_000;
        int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 9;
        try (Folders folder = Folders.of(arguments, 2);
                PreparedLake lake = PreparedLake.open(folder.path());
                RawEngine raw = new RawEngine()) {
            if (!lake.has("sales")) {
                lake.table("sales", BulkLoad.SCHEMA, BulkLoad.rows(rows));
                lake.table(
                        "customers",
                        CUSTOMERS,
                        "SELECT i::INT AS customer, 'segment ' || (hash(i) % 12) AS segment FROM range(1000000) r(i)");
            }
            new GovernedAggregate(lake, raw, turns).run();
        }
    }

    private void run() throws Exception {
        lake.govern(GRANTS.formatted(""));
        both("all rows, group by of 676", GROUPS, "state", "");
        both("all rows, group by of 500 names", GROUPS, "product", "");
        join("all rows, join with a million", "");
        rows("all rows, top 20 of all", "SELECT id, note, price FROM %s %s ORDER BY price DESC, id LIMIT 20", "");
        rows("all rows, any 20", "SELECT id, note, price FROM %s %s LIMIT 20", "");
        lake.govern(GRANTS.formatted(", filter: west"));
        both("filtered rows, group by of 338", GROUPS, "state", "state < 'N'");
        join("filtered rows, join with a million", "state < 'N'");
        rows("filtered rows, sum", "SELECT count(*), sum(price) FROM %s %s", "state < 'N'");
        rows(
                "filtered rows, top 20 of all",
                "SELECT id, note, price FROM %s %s ORDER BY price DESC, id LIMIT 20",
                "state < 'N'");
        rows("filtered rows, any 20", "SELECT id, note, price FROM %s %s LIMIT 20", "state < 'N'");
        for (String mask : new String[] {
            "showLast: 3, minHidden: 2",
            "showFirst: 8, minHidden: 1",
            "redact: true",
            "redactNumbers: 3",
            "pseudonym: sales",
            "constant: none"
        }) {
            masked("product", mask);
            both(mask + ", group by of 500 names", GROUPS, "product", "");
        }
        masked("note", "showLast: 3, minHidden: 2");
        both("showLast: 3, group by of 4096 out of all", GROUPS, "note", "", "right(note, 3)");
        masked("price", "round: 100000");
        both("round: 100000", GROUPS, "state", "");
        masked("day", "truncateDate: MONTH");
        both("truncateDate: MONTH", GROUPS, "day", "", "date_trunc('month', day)");
        System.out.printf(Locale.ROOT, "geometric mean of the ratios %.2f%n", duel.geometricMean());
    }

    private void masked(String column, String mask) {
        lake.govern(GRANTS.formatted("") + """
                guards:
                  it: {on: {table: bench.sales, columns: [%s]}, mask: {%s}, except: nobody}
                """.formatted(column, mask));
    }

    private void both(String name, String sql, String key, String where) throws Exception {
        both(name, sql, key, where, key);
    }

    private void both(String name, String sql, String key, String where, String rawKey) throws Exception {
        String governed = sql.formatted(key, "sales", "", key);
        String bare = sql.formatted(rawKey, sales, where.isEmpty() ? "" : "WHERE " + where, rawKey);
        compare(name, bare, governed);
    }

    private void join(String name, String where) throws Exception {
        compare(
                name,
                JOIN.formatted(sales, customers, where.isEmpty() ? "" : "WHERE s." + where),
                JOIN.formatted("sales", "customers", ""));
    }

    private void rows(String name, String sql, String where) throws Exception {
        compare(name, sql.formatted(sales, where.isEmpty() ? "" : "WHERE " + where), sql.formatted("sales", ""));
    }

    private void compare(String name, String bare, String governed) throws Exception {
        duel.compare(name, turns, () -> raw.ask(bare), () -> lake.ask("ana", governed));
    }
}

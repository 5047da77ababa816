package io.atalaya.ingestion.database;

import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.KillsContract;
import io.atalaya.migrations.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIf;

/** Rows of a database come and change; one stage reads those that come, one those that change, one all in parts. */
@EnabledIf(value = "isInstalled", disabledReason = "no PostgreSQL is installed")
class DatabaseKillsIT extends KillsContract {
    private String url = "";
    private Connection source;
    private int version;

    static boolean isInstalled() {
        return PostgresServer.shared().isPresent();
    }

    @BeforeEach
    void begin() throws SQLException {
        url = PostgresServer.shared().orElseThrow().freshUrl();
        source = DriverManager.getConnection(url, "atalaya", "");
        execute("CREATE TABLE orders (id INT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, amount NUMERIC(8, 2))");
        execute("CREATE TABLE customers (id INT PRIMARY KEY, name TEXT, version BIGINT)");
    }

    @AfterEach
    void end() throws SQLException {
        source.close();
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = source.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    protected List<List<String>> sources() {
        return List.of(List.of("database", "shop", url, "atalaya", ""));
    }

    @Override
    protected String pipeline() {
        return """
                stages:
                  - name: grown
                    extract: {target: shop_raw.orders, database: {connection: shop, table: orders, by: id}}
                  - name: changed
                    extract: {target: shop_raw.customers, database: {connection: shop, table: customers, by: version, key: [id]}}
                  - name: whole
                    extract: {target: shop_raw.all_orders, database: {connection: shop, table: orders, split: {by: id, parts: 2}}}
                """;
    }

    @Override
    protected List<String> steps() {
        List<String> steps = new ArrayList<>(List.of("started", "ending"));
        for (String stage : List.of("grown", "changed", "whole")) {
            for (String step : List.of("begun", "intended", "written", "committed", "done")) {
                steps.add(stage + "/" + step);
            }
        }
        return steps;
    }

    @Override
    protected void happens() throws SQLException {
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            version++;
            execute("INSERT INTO orders (amount) SELECT n + 0.25 FROM generate_series(1, " + random.nextInt(1, 30)
                    + ") n");
            execute("INSERT INTO customers VALUES (" + random.nextInt(20) + ", 'n" + version + "', " + version
                    + ") ON CONFLICT (id) DO UPDATE SET name = excluded.name, version = excluded.version");
        }
    }

    @Override
    protected List<String> rows(IngestionWorld world) {
        List<String> rows = new ArrayList<>();
        for (String table : List.of("orders", "customers", "all_orders")) {
            rows.addAll(world.ask("shop_raw." + table, "SELECT * EXCLUDE _ingested_at FROM t ORDER BY ALL"));
        }
        return rows;
    }
}

package io.atalaya.capture;

import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.SourcesContract;
import io.atalaya.ingestion.stream.Mosquitto;
import io.atalaya.migrations.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIf;

/** Posts and MQTT, files and PostgreSQL's log. */
@EnabledIf(value = "isInstalled", disabledReason = "no PostgreSQL or no mosquitto is installed")
class DrinksSourcesIT extends SourcesContract {
    private String url = "";
    private Mosquitto broker;

    DrinksSourcesIT() {
        super("drinks");
    }

    static boolean isInstalled() {
        return PostgresServer.shared().isPresent() && Mosquitto.isInstalled();
    }

    @BeforeEach
    void begin() {
        url = PostgresServer.shared().orElseThrow().freshUrl();
        broker = new Mosquitto();
    }

    /** The server has room for so many slots only. */
    @AfterEach
    void end() throws SQLException {
        broker.close();
        try (Connection source = DriverManager.getConnection(url, "atalaya", "");
                Statement statement = source.createStatement()) {
            statement.execute(
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database()");
        }
    }

    @Override
    protected List<String> pipelines() {
        return List.of("drinks-catalog", "drinks-sales", "drinks-stock", "drinks");
    }

    @Override
    protected void deliver(IngestionWorld world) throws IOException, InterruptedException {
        dropAll(world);
        post(world, "drinks-sales", "take", replayed("drinks-sales", "take"));
        run(world, pipelines());
    }

    /** The database of the stores, with the stock that the rule gives. */
    @Override
    protected void fill(IngestionWorld world, IngestionWorld delivered) throws SQLException {
        try (Connection source = DriverManager.getConnection(url, "atalaya", "")) {
            try (Statement statement = source.createStatement()) {
                statement.execute("""
                        CREATE TABLE products (product_id TEXT PRIMARY KEY, manufacturer_id TEXT, department TEXT, brand TEXT,
                            product_category TEXT, product_type TEXT, package_size TEXT)
                        """);
                statement.execute("CREATE TABLE stores (store_id TEXT PRIMARY KEY, district TEXT)");
                statement.execute("""
                        CREATE TABLE stock_levels (store TEXT, kind TEXT, changed_at TIMESTAMP, on_hand INT,
                            PRIMARY KEY (store, kind, changed_at))
                        """);
            }
            insert(
                    source,
                    "INSERT INTO products VALUES (?, ?, ?, ?, ?, ?, ?)",
                    delivered.values(
                            "drinks_raw.products",
                            "SELECT product_id, manufacturer_id, department, brand, product_category, product_type, package_size FROM t"));
            insert(
                    source,
                    "INSERT INTO stores VALUES (?, ?)",
                    delivered.values("drinks_raw.stores", "SELECT store_id, district FROM t"));
            insert(
                    source,
                    "INSERT INTO stock_levels VALUES (?, ?, CAST(? AS TIMESTAMP), CAST(? AS INT))",
                    delivered.values("drinks_raw.stock_levels", "SELECT store, kind, changed_at, on_hand FROM t"));
        }
        world.database("sales", url, "atalaya", "");
        world.broker("shopfloor", broker.address());
    }

    @Override
    protected void take(IngestionWorld world, IngestionWorld delivered) throws IOException, InterruptedException {
        send(
                world,
                broker,
                "pos/till/sales",
                "drinks-sales",
                "take",
                "drinks_raw.sales",
                replayed("drinks-sales", "take"));
        run(world, pipelines());
    }
}

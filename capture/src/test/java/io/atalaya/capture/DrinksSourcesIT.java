package io.atalaya.capture;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.stream.Mosquitto;
import io.atalaya.migrations.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The drinks of the examples out of files and out of servers: the same tables. */
@EnabledIf(value = "isInstalled", disabledReason = "no PostgreSQL or no mosquitto is installed")
class DrinksSourcesIT {
    private static final Path DRINKS = Path.of("../examples/drinks");
    private static final List<String> TABLES = List.of(
            "drinks_curated.products",
            "drinks_curated.sales",
            "drinks_curated.stock_history",
            "drinks_consumption.sales_by_day",
            "drinks_consumption.cover",
            "drinks_consumption.stock_outs");

    @TempDir
    Path files;

    @TempDir
    Path servers;

    static boolean isInstalled() {
        return PostgresServer.shared().isPresent() && Mosquitto.isInstalled();
    }

    private static void run(IngestionWorld world, String... pipelines) {
        for (String pipeline : pipelines) {
            Run run = world.run(pipeline);
            assertThat(run.state())
                    .as("%s %s", run, world.ingestion().runs().logs(DE, run.id(), 0, 1000))
                    .isEqualTo(Run.State.SUCCEEDED);
        }
    }

    @Test
    void the_same_tables_come_out_of_posts_and_of_mqtt_out_of_files_and_of_postgresqls_log() throws Exception {
        List<String> sales = Files.readAllLines(DRINKS.resolve("replay/drinks-sales/take.jsonl"));
        String url = PostgresServer.shared().orElseThrow().freshUrl();
        Mosquitto broker = new Mosquitto();
        try (IngestionWorld one = IngestionWorld.sqlite(files, "drinks-pipeline");
                IngestionWorld other = IngestionWorld.sqlite(servers, "drinks-pipeline");
                Connection source = DriverManager.getConnection(url, "atalaya", "")) {
            one.example("drinks", "files", true);
            one.ingestion().start();
            one.ingestion()
                    .streams()
                    .push(
                            DE,
                            one.ingestion().pipelines().find("drinks-sales").orElseThrow(),
                            "take",
                            sales.stream().map(sale -> sale.getBytes(UTF_8)).toList());
            run(one, "drinks-catalog", "drinks-sales", "drinks-stock", "drinks");

            fill(source, one);
            other.database("sales", url, "atalaya", "");
            other.broker("shopfloor", broker.address());
            other.restart(_ -> {}).start();
            other.example("drinks", "servers", false);
            sell(other, broker, sales);
            run(other, "drinks-catalog", "drinks-sales", "drinks-stock", "drinks");

            for (String table : TABLES) {
                List<String> rows = one.ask(table, "SELECT * FROM t ORDER BY ALL");
                assertThat(rows).as(table).isNotEmpty();
                assertThat(other.ask(table, "SELECT * FROM t ORDER BY ALL"))
                        .as(table)
                        .isEqualTo(rows);
            }
        } finally {
            broker.close();
            forget(url);
        }
    }

    /** The database of the stores, with the stock that the rule gives. */
    private static void fill(Connection source, IngestionWorld world) throws SQLException, IOException {
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
                world.ask(
                        "drinks_raw.products",
                        "SELECT product_id, manufacturer_id, department, brand, product_category, product_type, package_size FROM t"));
        insert(
                source,
                "INSERT INTO stores VALUES (?, ?)",
                world.ask("drinks_raw.stores", "SELECT store_id, district FROM t"));
        insert(
                source,
                "INSERT INTO stock_levels VALUES (?, ?, CAST(? AS TIMESTAMP), CAST(? AS INT))",
                world.ask("drinks_raw.stock_levels", "SELECT store, kind, changed_at, on_hand FROM t"));
    }

    private static void insert(Connection source, String sql, List<String> rows) throws SQLException {
        assertThat(rows).isNotEmpty();
        try (PreparedStatement statement = source.prepareStatement(sql)) {
            for (String row : rows) {
                String[] values = row.split("\\|", -1);
                for (int i = 0; i < values.length; i++) {
                    statement.setString(i + 1, values[i].equals("null") ? null : values[i]);
                }
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static void sell(IngestionWorld world, Mosquitto broker, List<String> sales) throws InterruptedException {
        world.ingestion().pipelines().pause("drinks-sales", false);
        while (!world.ingestion()
                .streams()
                .problem(world.ingestion().pipelines().find("drinks-sales").orElseThrow(), "take")
                .equals(Optional.empty())) {
            Thread.sleep(20);
        }
        Mqtt5BlockingClient till = MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(broker.port())
                .buildBlocking();
        till.connect();
        for (String sale : sales) {
            till.publishWith()
                    .topic("pos/till/sales")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(sale.getBytes(UTF_8))
                    .send();
        }
        till.disconnect();
        while (world.count("drinks_raw.sales") < sales.size()) {
            Thread.sleep(100);
        }
        world.ingestion().pipelines().pause("drinks-sales", true);
        while (world.ingestion().running() > 0) {
            Thread.sleep(20);
        }
    }

    /** The server has room for so many slots only. */
    private static void forget(String url) throws SQLException {
        try (Connection source = DriverManager.getConnection(url, "atalaya", "");
                Statement statement = source.createStatement()) {
            statement.execute(
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database()");
        }
    }
}

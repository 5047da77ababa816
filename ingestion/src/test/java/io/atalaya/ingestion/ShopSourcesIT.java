package io.atalaya.ingestion;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.database.MariaDbServer;
import io.atalaya.ingestion.kafka.KafkaBroker;
import io.atalaya.ingestion.run.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The shop of the examples out of files and out of servers: the same tables. */
@EnabledIf(value = "isInstalled", disabledReason = "no MariaDB is installed")
class ShopSourcesIT {
    private static final Path SHOP = Path.of("../examples/shop");
    private static final List<String> TABLES = List.of(
            "shop_curated.customers",
            "shop_curated.employees",
            "shop_curated.products",
            "shop_curated.orders",
            "shop_curated.order_lines",
            "shop_curated.payments",
            "shop_curated.ratings",
            "shop_curated.events",
            "shop_consumption.sales_by_month",
            "shop_consumption.interest_by_hour");

    @TempDir
    Path files;

    @TempDir
    Path servers;

    static boolean isInstalled() {
        return MariaDbServer.shared().isPresent();
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
    void the_same_tables_come_out_of_a_dump_and_of_mariadb_out_of_posts_and_of_kafka()
            throws IOException, InterruptedException, SQLException {
        List<String> clicks = Files.readAllLines(SHOP.resolve("replay/shop-activity/take.jsonl"));
        try (IngestionWorld one = IngestionWorld.sqlite(files, "shop-pipeline");
                IngestionWorld other = IngestionWorld.sqlite(servers, "shop-pipeline")) {
            one.example("shop", "files", true);
            one.ingestion().start();
            one.ingestion()
                    .streams()
                    .push(
                            DE,
                            one.ingestion().pipelines().find("shop-activity").orElseThrow(),
                            "take",
                            clicks.stream().map(click -> click.getBytes(UTF_8)).toList());
            run(one, "shop-activity", "shop-land", "shop", "shop-events");

            other.database("classicmodels", filled(), "atalaya", "tower");
            KafkaBroker kafka = KafkaBroker.shared();
            kafka.make("shop-activity", 3);
            for (int i = 0; i < clicks.size(); i++) {
                kafka.send("shop-activity", i % 3, clicks.get(i));
            }
            other.broker("events", kafka.address());
            other.restart(_ -> {}).start();
            other.example("shop", "servers", false);
            run(other, "shop-activity", "shop-land", "shop", "shop-events");

            for (String table : TABLES) {
                List<String> rows = one.ask(table, "SELECT * FROM t ORDER BY ALL");
                assertThat(rows).as(table).isNotEmpty();
                assertThat(other.ask(table, "SELECT * FROM t ORDER BY ALL"))
                        .as(table)
                        .isEqualTo(rows);
            }
        }
    }

    /** A database with the dump in it. */
    private static String filled() throws SQLException, IOException {
        String url = MariaDbServer.shared().orElseThrow().freshUrl();
        try (Connection connection = DriverManager.getConnection(url + "?allowMultiQueries=true", "atalaya", "tower");
                Statement statement = connection.createStatement()) {
            statement.execute(Files.readString(SHOP.resolve("drop/mysqlsampledatabase.sql")));
        }
        return url.substring(0, url.lastIndexOf('/')) + "/classicmodels";
    }
}

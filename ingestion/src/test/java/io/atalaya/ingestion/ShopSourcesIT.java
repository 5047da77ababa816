package io.atalaya.ingestion;

import io.atalaya.ingestion.database.MariaDbServer;
import io.atalaya.ingestion.kafka.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.condition.EnabledIf;

/** A dump and MariaDB, posts and Kafka. */
@EnabledIf(value = "isInstalled", disabledReason = "no MariaDB is installed")
class ShopSourcesIT extends SourcesContract {
    ShopSourcesIT() {
        super("shop");
    }

    static boolean isInstalled() {
        return MariaDbServer.shared().isPresent();
    }

    @Override
    protected List<String> pipelines() {
        return List.of("shop-activity", "shop-land", "shop", "shop-events");
    }

    /** A credit limit is valid from when it was read first. */
    @Override
    protected Set<String> apart() {
        return Set.of("valid_from");
    }

    @Override
    protected void deliver(IngestionWorld world) throws IOException, InterruptedException {
        dropAll(world);
        post(world, "shop-activity", "take", replayed("shop-activity", "take"));
        run(world, pipelines());
    }

    @Override
    protected void fill(IngestionWorld world, IngestionWorld delivered) throws IOException, SQLException {
        String url = MariaDbServer.shared().orElseThrow().freshUrl();
        try (Connection connection = DriverManager.getConnection(url + "?allowMultiQueries=true", "atalaya", "tower");
                Statement statement = connection.createStatement()) {
            statement.execute(Files.readString(example.resolve("drop/mysqlsampledatabase.sql")));
        }
        world.database("classicmodels", url.substring(0, url.lastIndexOf('/')) + "/classicmodels", "atalaya", "tower");
        KafkaBroker kafka = KafkaBroker.shared();
        kafka.make("shop-activity", 3);
        List<String> clicks = replayed("shop-activity", "take");
        for (int i = 0; i < clicks.size(); i++) {
            kafka.send("shop-activity", i % 3, clicks.get(i));
        }
        world.broker("events", kafka.address());
    }
}

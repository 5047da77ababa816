package io.atalaya.capture;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.ProcessEnded;
import io.atalaya.ingestion.run.Run;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A process that dies again and again, between any two durable steps, while a table changes. */
@EnabledIf(value = "isInstalled", disabledReason = "no PostgreSQL is installed")
class CaptureKillsIT {
    private static final int KILLS = 50;
    private static final List<String> STEPS = List.of(
            "started",
            "take/begun",
            "take/intended",
            "take/written",
            "take/committed",
            "take/noted",
            "take/confirmed",
            "take/done",
            "ending");

    @TempDir
    Path folder;

    static boolean isInstalled() {
        return io.atalaya.migrations.PostgresServer.shared().isPresent();
    }

    @Test
    void leaves_the_table_of_one_that_never_died() throws SQLException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String url = io.atalaya.migrations.PostgresServer.shared().orElseThrow().freshUrl();
        int kills = 0;
        try (IngestionWorld world = IngestionWorld.sqlite(folder);
                Connection source = DriverManager.getConnection(url, "atalaya", "");
                Statement statement = source.createStatement()) {
            statement.execute("CREATE TABLE items (id INT PRIMARY KEY, name TEXT)");
            statement.execute("INSERT INTO items SELECT i, 'n' || i FROM generate_series(1, 50) i");
            world.database("shop", url, "atalaya", "");
            world.pipeline("mirror", """
                    stages:
                      - name: take
                        extract: {target: shop_raw.items, capture: {connection: shop, table: items}}
                    """);
            while (kills < KILLS) {
                String dies = STEPS.get(random.nextInt(STEPS.size()));
                AtomicInteger times = new AtomicInteger();
                world.restart(step -> {
                            if (step.equals(dies) && times.getAndIncrement() == 0) {
                                throw new ProcessEnded();
                            }
                        })
                        .start();
                change(statement, random);
                awaitDeathOrEnd(world, times);
                kills += Math.min(1, times.get());
            }
            world.restart(_ -> {}).start();
            awaitDeathOrEnd(world, new AtomicInteger());
            assertThat(world.run("mirror").state()).as("seed %d", seed).isEqualTo(Run.State.SUCCEEDED);
            assertThat(world.ask("shop_raw.items", "SELECT id, name FROM t ORDER BY id"))
                    .as("seed %d", seed)
                    .containsExactlyElementsOf(rows(statement));
            dropSlots(statement);
        }
    }

    private static void change(Statement statement, Random random) throws SQLException {
        for (int i = random.nextInt(1, 8); i > 0; i--) {
            int id = random.nextInt(1, 60);
            statement.execute(
                    switch (random.nextInt(4)) {
                        case 0 -> "DELETE FROM items WHERE id = " + id;
                        case 1 -> "UPDATE items SET name = 'u" + random.nextInt(1000) + "' WHERE id = " + id;
                        case 2 -> "UPDATE items SET id = (SELECT max(id) + 1 FROM items) WHERE id = " + id;
                        default ->
                            "INSERT INTO items VALUES (" + id + ", 'i" + random.nextInt(1000)
                                    + "') ON CONFLICT (id) DO UPDATE SET name = excluded.name";
                    });
        }
    }

    private static List<String> rows(Statement statement) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (ResultSet row = statement.executeQuery("SELECT id, name FROM items ORDER BY id")) {
            while (row.next()) {
                rows.add(row.getString(1) + "|" + row.getString(2));
            }
        }
        return rows;
    }

    private static void dropSlots(Statement statement) throws SQLException {
        statement.execute(
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database() AND NOT active");
    }

    /** Goes on with the run that was left over, or begins one. */
    private static void awaitDeathOrEnd(IngestionWorld world, AtomicInteger deaths) {
        try {
            world.ingestion().runs().start(DE, "mirror");
        } catch (IngestionException.Conflict _) {
            // The one that is there goes on.
        }
        long end = System.nanoTime() + 60_000_000_000L;
        while (deaths.get() == 0 && isActive(world) && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private static boolean isActive(IngestionWorld world) {
        return world.ingestion().runs().list(DE, Optional.of("mirror"), Optional.empty(), 1).runs().stream()
                .anyMatch(run -> !run.state().ended());
    }
}

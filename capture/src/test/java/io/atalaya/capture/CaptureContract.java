package io.atalaya.capture;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.Ingestion;
import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.ProcessEnded;
import io.atalaya.ingestion.run.Run;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table that is made what a table of a database is, on one kind of database. */
abstract class CaptureContract {
    static final List<String> STEPS = List.of(
            "take/begun",
            "take/intended",
            "take/written",
            "take/committed",
            "take/noted",
            "take/confirmed",
            "take/done");

    @TempDir
    Path folder;

    IngestionWorld world;
    Connection source;

    abstract String freshUrl();

    abstract String password();

    /** Has the database forget what of its log was not read. */
    abstract void loseLog() throws SQLException;

    /** A table {@code items} with a column of each type, and two rows: values and nulls. */
    abstract List<String> kinds();

    abstract List<String> typesOfKinds();

    abstract List<String> rowsOfKinds();

    @BeforeEach
    void begin() throws SQLException {
        String url = freshUrl();
        source = DriverManager.getConnection(url, "atalaya", password());
        world = IngestionWorld.sqlite(folder);
        world.database("shop", url, "atalaya", password());
        world.restart(_ -> {}).start();
        mirror();
    }

    void mirror() {
        world.pipeline("mirror", """
                stages:
                  - name: take
                    extract:
                      target: shop_raw.items
                      capture: {connection: shop, table: items, longest: 1m}
                """);
    }

    @AfterEach
    void end() throws SQLException {
        world.close();
        source.close();
    }

    void sql(String... statements) {
        try (Statement statement = source.createStatement()) {
            for (String one : statements) {
                statement.execute(one);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> there() {
        List<String> rows = new ArrayList<>();
        try (Statement statement = source.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, name FROM items ORDER BY id")) {
            while (row.next()) {
                rows.add(row.getString(1) + "|" + row.getString(2));
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return rows;
    }

    Run takes() {
        Run run = world.run("mirror");
        assertThat(run.state()).as("%s", run).isEqualTo(Run.State.SUCCEEDED);
        return run;
    }

    /** The table of the lakehouse is what that of the database is. */
    void isTheSame() {
        assertThat(world.ask("shop_raw.items", "SELECT id, name FROM t ORDER BY id"))
                .containsExactlyElementsOf(there());
    }

    void items() {
        sql(
                "CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(100))",
                "INSERT INTO items VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    }

    @Test
    void every_type_keeps_its_values_in_the_whole_table_and_in_changes() {
        kinds().forEach(this::sql);
        takes();
        String all = "SELECT * EXCLUDE (_ingested_at) FROM t ORDER BY id";
        assertThat(world.lakehouse()
                        .catalog()
                        .loadTable(TableIdentifier.parse("shop_raw.items"))
                        .schema()
                        .columns())
                .extracting(column -> column.name() + " " + column.type())
                .containsExactlyElementsOf(typesOfKinds());
        assertThat(world.ask("shop_raw.items", all)).containsExactlyElementsOf(rowsOfKinds());
        sql("UPDATE items SET id = id + 10");
        takes();
        assertThat(world.ask("shop_raw.items", all))
                .containsExactlyElementsOf(
                        rowsOfKinds().stream().map(row -> "1" + row).toList());
    }

    @Test
    void rows_that_come_change_and_go_do_so_here_too() {
        items();
        takes();
        isTheSame();
        sql(
                "INSERT INTO items VALUES (4, 'd'), (5, 'e')",
                "UPDATE items SET name = 'a2' WHERE id = 1",
                "DELETE FROM items WHERE id IN (2, 5)",
                "UPDATE items SET id = 33 WHERE id = 3",
                "INSERT INTO items VALUES (2, 'again')");
        takes();
        isTheSame();
        assertThat(takes().stage("take").message()).contains("Nothing has changed in items");
        sql("DELETE FROM items");
        takes();
        isTheSame();
    }

    @Test
    void a_process_that_dies_at_any_step_leaves_the_same_table() {
        items();
        int round = 0;
        for (String dies : STEPS) {
            AtomicInteger times = new AtomicInteger();
            world.restart(step -> {
                        if (step.equals(dies) && times.getAndIncrement() == 0) {
                            throw new ProcessEnded();
                        }
                    })
                    .start();
            UUID run = world.ingestion().runs().start(DE, "mirror").id();
            awaitDeath(times, run);
            round++;
            sql(
                    "INSERT INTO items VALUES (" + (100 + round) + ", 'new')",
                    "UPDATE items SET name = 'r" + round + "' WHERE id = 1",
                    "DELETE FROM items WHERE id = " + (98 + round));
            world.restart(_ -> {}).start();
            assertThat(world.await(run).state()).isEqualTo(Run.State.SUCCEEDED);
            takes();
            isTheSame();
        }
    }

    /** The whole table is taken without some of the steps. */
    void awaitDeath(AtomicInteger times, UUID run) {
        long end = System.nanoTime() + 60_000_000_000L;
        while (times.get() == 0
                && !world.ingestion().runs().get(DE, run).state().ended()
                && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    /** Where the log has one reader at a time the second is refused; elsewhere it may have read what the first has read. */
    @Test
    void a_second_instance_started_by_mistake_does_nothing_twice() throws InterruptedException {
        items();
        takes();
        int round = 0;
        for (String waits : List.of("take/intended", "take/written", "take/committed")) {
            CountDownLatch there = new CountDownLatch(1);
            CountDownLatch on = new CountDownLatch(1);
            world.restart(step -> {
                        if (step.equals(waits) && there.getCount() > 0) {
                            there.countDown();
                            pause(on);
                        }
                    })
                    .start();
            round++;
            sql(
                    "INSERT INTO items VALUES (" + (100 + round) + ", 'first')",
                    "UPDATE items SET name = 'first" + round + "' WHERE id = 1");
            world.ingestion().runs().start(DE, "mirror");
            assertThat(there.await(1, TimeUnit.MINUTES)).as(waits).isTrue();
            sql(
                    "DELETE FROM items WHERE id = " + (100 + round),
                    "UPDATE items SET name = 'second" + round + "' WHERE id = 1");
            try (Ingestion second = world.another()) {
                second.start();
                Thread.sleep(Duration.ofSeconds(3));
                on.countDown();
                await(() -> world.ingestion().running() == 0 && second.running() == 0);
            }
            takes();
            isTheSame();
        }
    }

    private static void pause(CountDownLatch until) {
        try {
            until.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(BooleanSupplier there) throws InterruptedException {
        for (int i = 0; i < 3_600 && !there.getAsBoolean(); i++) {
            Thread.sleep(50);
        }
        assertThat(there.getAsBoolean()).isTrue();
    }

    @Test
    void a_column_that_is_new_comes_with_the_rows_that_have_it() {
        items();
        takes();
        sql(
                "UPDATE items SET name = 'before' WHERE id = 1",
                "ALTER TABLE items ADD COLUMN extra INT",
                "INSERT INTO items VALUES (4, 'd', 7)",
                "UPDATE items SET extra = 8 WHERE id = 2");
        takes();
        assertThat(world.ask("shop_raw.items", "SELECT id, name, extra FROM t ORDER BY id"))
                .containsExactly("1|before|null", "2|b|8", "3|c|null", "4|d|7");
    }

    @Test
    void one_that_no_longer_fits_stops_it_and_both_schemas_are_shown() {
        sql("CREATE TABLE items (id INT PRIMARY KEY, name INT)", "INSERT INTO items VALUES (1, 2)");
        takes();
        sql(
                "ALTER TABLE items DROP COLUMN name",
                "ALTER TABLE items ADD COLUMN name VARCHAR(9)",
                "INSERT INTO items VALUES (2, 'x')");
        Run run = world.run("mirror");
        assertThat(run.state()).isEqualTo(Run.State.FAILED);
        assertThat(run.stage("take").message().orElseThrow())
                .contains("Column name of items no longer fit")
                .contains("name int")
                .contains("name string");
        assertThat(world.ask("shop_raw.items", "SELECT id, name FROM t")).containsExactly("1|2");
    }

    @Test
    void when_the_log_does_not_reach_back_the_whole_table_is_taken_anew_and_the_run_says_so() throws SQLException {
        items();
        takes();
        sql("DELETE FROM items WHERE id = 2", "INSERT INTO items VALUES (4, 'd')");
        loseLog();
        Run run = takes();
        isTheSame();
        assertThat(world.ingestion().runs().logs(DE, run.id(), 0, 100))
                .anySatisfy(line -> assertThat(line.message()).contains("the whole table is taken anew"));
        sql("UPDATE items SET name = 'z' WHERE id = 4");
        takes();
        isTheSame();
    }

    @Test
    void when_the_target_was_rolled_back_the_whole_table_is_taken_anew_and_the_run_says_so() {
        items();
        takes();
        var target = world.lakehouse().catalog().loadTable(TableIdentifier.parse("shop_raw.items"));
        long first = target.currentSnapshot().snapshotId();
        for (int round = 1; round < 3; round++) {
            sql(
                    "UPDATE items SET name = 'x" + round + "' WHERE id = 1",
                    "INSERT INTO items VALUES (1" + round + ", 'n')");
            takes();
            isTheSame();
            target.refresh();
            target.manageSnapshots().setCurrentSnapshot(first).commit();
            Run run = takes();
            assertThat(world.ingestion().runs().logs(DE, run.id(), 0, 100))
                    .anySatisfy(line -> assertThat(line.message()).contains("was rolled back"));
            isTheSame();
        }
        sql("DELETE FROM items WHERE id = 1");
        takes();
        isTheSame();
    }

    @Test
    void a_table_that_was_truncated_stops_it_because_nothing_says_which_rows_went() {
        items();
        takes();
        sql("TRUNCATE TABLE items");
        Run run = world.run("mirror");
        assertThat(run.state()).isEqualTo(Run.State.FAILED);
        assertThat(run.stage("take").message().orElseThrow()).contains("items was truncated");
    }

    @Test
    void an_empty_table_is_followed_once_it_has_rows() {
        sql("CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(100))");
        assertThat(takes().stage("take").message()).contains("Nothing has changed in items");
        sql("INSERT INTO items VALUES (1, 'a')");
        takes();
        isTheSame();
    }

    @Test
    void a_table_without_a_key_is_refused() {
        sql("CREATE TABLE items (id INT, name VARCHAR(100))", "INSERT INTO items VALUES (1, 'a')");
        Run run = world.run("mirror");
        assertThat(run.state()).isEqualTo(Run.State.FAILED);
        assertThat(run.stage("take").message().orElseThrow()).contains("items has no primary key");
    }
}

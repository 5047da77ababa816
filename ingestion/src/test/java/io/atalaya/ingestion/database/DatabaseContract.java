package io.atalaya.ingestion.database;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.ProcessEnded;
import io.atalaya.ingestion.run.Run;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is taken from a table of a database, on one kind of database. */
abstract class DatabaseContract {
    @TempDir
    Path folder;

    IngestionWorld world;
    Connection source;

    abstract String freshUrl();

    abstract String password();

    /** A table {@code kinds} with a column {@code id} and one of each type, and three rows: values, nulls, extremes. */
    abstract List<String> kinds();

    /** What the table of the lakehouse made of it is, as {@code name type} in order. */
    abstract List<String> typesOfKinds();

    /** The three rows of it. */
    abstract List<String> rowsOfKinds();

    @BeforeEach
    void begin() throws SQLException {
        String url = freshUrl();
        source = DriverManager.getConnection(url, "atalaya", password());
        world = IngestionWorld.sqlite(folder);
        world.database("shop", url, "atalaya", password());
        world.restart(_ -> {}).start();
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

    void pipeline(String database) {
        world.pipeline("mirror", """
                stages:
                  - name: take
                    extract:
                      target: shop_raw.items
                      maxRejects: 50%%
                      database: {connection: shop, %s}
                """.formatted(database));
    }

    private List<String> items() {
        return world.ask("shop_raw.items", "SELECT id, name FROM t ORDER BY id, name");
    }

    private Run takes() {
        Run run = world.run("mirror");
        assertThat(run.state()).as("%s", run).isEqualTo(Run.State.SUCCEEDED);
        return run;
    }

    private String refused() {
        Run run = world.run("mirror");
        assertThat(run.state()).isEqualTo(Run.State.FAILED);
        return String.valueOf(run.stage("take").message());
    }

    @Test
    void every_type_keeps_its_values() {
        kinds().forEach(this::sql);
        pipeline("table: kinds");
        takes();
        assertThat(world.lakehouse()
                        .catalog()
                        .loadTable(TableIdentifier.parse("shop_raw.items"))
                        .schema()
                        .columns())
                .extracting(column -> column.name() + " " + column.type())
                .containsExactlyElementsOf(typesOfKinds());
        assertThat(world.ask("shop_raw.items", "SELECT * EXCLUDE (_ingested_at) FROM t ORDER BY id"))
                .containsExactlyElementsOf(rowsOfKinds());
    }

    @Test
    void a_whole_table_is_as_it_is_at_the_source_each_time() {
        sql(
                "CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(20))",
                "INSERT INTO items VALUES (1, 'one'), (2, 'two')");
        pipeline("table: items");
        takes();
        sql("DELETE FROM items WHERE id = 1", "INSERT INTO items VALUES (3, 'three')");
        takes();
        assertThat(items()).containsExactly("2|two", "3|three");
    }

    @Test
    void only_rows_that_were_added_are_read_by_a_growing_column() {
        sql(
                "CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(20))",
                "INSERT INTO items VALUES (1, 'one'), (2, 'two')");
        pipeline("table: items, by: id");
        takes();
        sql("UPDATE items SET name = 'changed' WHERE id = 1", "INSERT INTO items VALUES (3, 'three')");
        assertThat(takes().stage("take").rowsOut()).isEqualTo(1);
        assertThat(takes().stage("take").message()).hasValue("Nothing is new in items");
        assertThat(items()).containsExactly("1|one", "2|two", "3|three");
    }

    @Test
    void rows_that_changed_replace_those_with_their_key_also_when_they_come_late() {
        sql(
                "CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(20), changed TIMESTAMP(3) NOT NULL)",
                "INSERT INTO items VALUES (1, 'one', '2026-01-01 10:00:00'), (2, 'two', '2026-01-01 11:00:00')");
        pipeline("table: items, by: changed, key: [id], overlap: 1h");
        takes();
        // The same time as the latest that was read, and one before it whose transaction took longer.
        sql(
                "INSERT INTO items VALUES (3, 'three', '2026-01-01 11:00:00')",
                "UPDATE items SET name = 'uno', changed = '2026-01-01 10:30:00' WHERE id = 1");
        takes();
        assertThat(items()).containsExactly("1|uno", "2|two", "3|three");
        sql("UPDATE items SET name = 'dos', changed = '2026-01-02 00:00:00' WHERE id = 2");
        assertThat(takes().stage("take").rowsIn()).isEqualTo(3);
        assertThat(items()).containsExactly("1|uno", "2|dos", "3|three");
    }

    @Test
    void several_connections_read_as_many_rows_as_one() {
        sql("CREATE TABLE items (id INT, name VARCHAR(20))");
        StringBuilder rows = new StringBuilder("INSERT INTO items VALUES (NULL, 'none'), (-50, 'before')");
        for (int i = 1; i <= 5_000; i++) {
            rows.append(", (").append(i * 3).append(", 'n").append(i).append("')");
        }
        sql(rows.toString());
        pipeline("table: items, split: {by: id, parts: 3}");
        assertThat(takes().stage("take").rowsOut()).isEqualTo(5_002);
        assertThat(world.ask("shop_raw.items", "SELECT count(*), count(DISTINCT name), sum(id) FROM t"))
                .containsExactly("5002|5002|" + (3L * 5_000 * 5_001 / 2 - 50));
    }

    @Test
    void columns_can_be_chosen_and_renamed() {
        sql(
                "CREATE TABLE items (id INT, secret VARCHAR(20), name VARCHAR(20))",
                "INSERT INTO items VALUES (1, 's', 'one')");
        pipeline("table: items, columns: [name, id], rename: {name: label}");
        takes();
        assertThat(world.ask("shop_raw.items", "SELECT * EXCLUDE (_ingested_at) FROM t"))
                .containsExactly("one|1");
    }

    @Test
    void wider_types_and_new_columns_are_followed_and_others_are_shown_and_stop_the_stage() {
        sql("CREATE TABLE items (id INT, name VARCHAR(20))", "INSERT INTO items VALUES (1, 'one')");
        pipeline("table: items");
        takes();
        sql(
                "DROP TABLE items",
                "CREATE TABLE items (id BIGINT, name VARCHAR(20), more INT)",
                "INSERT INTO items VALUES (5000000000, 'big', 7)");
        takes();
        assertThat(world.ask("shop_raw.items", "SELECT id, name, more FROM t")).containsExactly("5000000000|big|7");
        sql(
                "DROP TABLE items",
                "CREATE TABLE items (id VARCHAR(9), name VARCHAR(20))",
                "INSERT INTO items VALUES ('x', 'y')");
        assertThat(refused())
                .contains("Column id of items no longer fit shop_raw.items")
                .contains("id long, name string")
                .contains("id string, name string");
        assertThat(world.ask("shop_raw.items", "SELECT id FROM t")).containsExactly("5000000000");
    }

    @Test
    void who_may_not_use_a_database_is_not_told_whether_there_is_one() {
        sql("CREATE TABLE items (id INT)");
        world.pipeline("mirror", """
                stages:
                  - name: take
                    extract: {target: shop_raw.items, database: {connection: other, table: items}}
                """);
        assertThat(refused()).contains("There is no database 'other' for 'robot'");
    }

    @Test
    void a_table_that_is_not_there_is_named_and_nothing_of_the_password_is_told() {
        pipeline("table: nothing");
        assertThat(refused()).contains("nothing").doesNotContain("tower");
    }

    @Test
    void a_process_that_dies_at_any_step_leaves_no_row_out_and_none_twice() throws InterruptedException {
        sql("CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(20))");
        pipeline("table: items, by: id");
        int id = 0;
        for (String dies : List.of("take/begun", "take/intended", "take/written", "take/committed", "take/done")) {
            for (int i = 0; i < 3; i++) {
                sql("INSERT INTO items VALUES (" + ++id + ", 'n" + id + "')");
            }
            AtomicInteger times = new AtomicInteger();
            world.restart(step -> {
                        if (step.equals(dies) && times.getAndIncrement() == 0) {
                            throw new ProcessEnded();
                        }
                    })
                    .start();
            Run run = world.ingestion().runs().start(DE, "mirror");
            while (times.get() == 0) {
                Thread.sleep(20);
            }
            world.restart(_ -> {}).start();
            assertThat(world.await(run.id()).state()).isEqualTo(Run.State.SUCCEEDED);
            assertThat(world.ask("shop_raw.items", "SELECT count(*), count(DISTINCT id), max(id) FROM t"))
                    .as("died at %s", dies)
                    .containsExactly(id + "|" + id + "|" + id);
        }
    }
}

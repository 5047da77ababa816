package io.atalaya.ingestion.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.IngestionWorld;
import io.atalaya.ingestion.run.Run;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What leaves into tables of a database, on one kind of it. */
abstract class PublicationContract {
    private static final String OUT = """
            stages:
              - name: land
                extract:
                  folder: drop
                  files: "*.csv"
                  format: CSV
                  target: shop_raw.orders
                  settle: 50ms
                  columns: [id, day, amount]
                  typed: {on_day: {from: day, type: date}}
              - name: out
                needs: [land]
                publish:
                  text: >
                    SELECT CAST(id AS integer) AS id, on_day, CAST(amount AS decimal(9, 2)) AS amount, TIMESTAMP '2020-01-01 10:00:00' AS at,
                    id = '1' AS first, ARRAY[amount] AS amounts FROM shop_raw.orders
                  table: {connection: shop, name: orders, mode: REPLACE}
            """;

    @TempDir
    Path folder;

    private IngestionWorld world;
    private String url;

    abstract String freshUrl();

    abstract String password();

    /** Makes the table {@code orders}. */
    abstract String table();

    /** A trigger that notes the id of each row of {@code orders} that is inserted, in {@code written}. */
    abstract List<String> noting();

    /** What a key says that is there twice. */
    abstract String twice();

    /** As the database shows it. */
    abstract String truth(boolean value);

    @BeforeEach
    void open() {
        url = freshUrl();
        world = IngestionWorld.sqlite(folder);
        world.database("shop", url, "atalaya", password());
        sql(table());
        world.restart(_ -> {}).start();
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void sql(String statement) {
        try (Connection connection = DriverManager.getConnection(url, "atalaya", password());
                Statement run = connection.createStatement()) {
            run.execute(statement);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> orders() {
        return all("SELECT concat_ws('|', id, on_day, amount, at, first, amounts) FROM orders ORDER BY id");
    }

    private List<String> all(String select) {
        List<String> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url, "atalaya", password());
                Statement run = connection.createStatement();
                ResultSet row = run.executeQuery(select)) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return rows;
    }

    private static void succeeded(Run run) {
        assertThat(run.state()).as("%s", run).isEqualTo(Run.State.SUCCEEDED);
    }

    @Test
    void rows_replace_what_was_there_and_the_same_is_not_written_again() {
        world.pipeline("orders", OUT);
        sql("INSERT INTO orders (id) VALUES (99)");
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n2,,6.25\n");
        succeeded(world.run("orders"));
        assertThat(orders())
                .containsExactly(
                        "1|2020-01-01|5.00|2020-01-01 10:00:00|%s|[\"5\"]".formatted(truth(true)),
                        "2|6.25|2020-01-01 10:00:00|%s|[\"6.25\"]".formatted(truth(false)));
        sql("DELETE FROM orders WHERE id = 1");
        Run same = world.run("orders");
        succeeded(same);
        assertThat(same.stage("out").message()).contains("Nothing has changed since it was published");
        assertThat(orders()).hasSize(1);
        world.drop("b.csv", "id,day,amount\n3,2020-01-03,7\n");
        succeeded(world.run("orders"));
        assertThat(orders()).hasSize(3);
    }

    @Test
    void rows_replace_those_of_their_key() {
        world.pipeline("orders", OUT.replace("mode: REPLACE", "mode: MERGE, key: [id]"));
        sql("INSERT INTO orders (id, amount) VALUES (1, 1), (99, 9)");
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n2,,6\n");
        succeeded(world.run("orders"));
        assertThat(orders())
                .containsExactly(
                        "1|2020-01-01|5.00|2020-01-01 10:00:00|%s|[\"5\"]".formatted(truth(true)),
                        "2|6.00|2020-01-01 10:00:00|%s|[\"6\"]".formatted(truth(false)),
                        "99|9.00");
    }

    @Test
    void what_the_table_does_not_take_leaves_it_as_it_was() {
        world.pipeline("orders", OUT);
        sql("INSERT INTO orders (id) VALUES (99)");
        world.drop("a.csv", "id,day,amount\n1,2020-01-01,5\n1,,6\n");
        Run run = world.run("orders");
        assertThat(run.state()).isEqualTo(Run.State.FAILED);
        assertThat(run.message().orElse("")).contains("Database 'shop' refuses (SQL state %s)".formatted(twice()));
        assertThat(orders()).containsExactly("99");
        world.pipeline("orders", OUT.replace("connection: shop", "connection: other"));
        assertThat(world.run("orders").message().orElse(""))
                .contains("There is no database 'other' that 'robot' may publish to");
    }

    @Test
    void a_process_that_dies_while_it_publishes_publishes_once() {
        sql("CREATE TABLE written (n SERIAL, id INT)");
        noting().forEach(this::sql);
        List<String> deadly = List.of("out/begun", "out/intended", "out/written", "out/published", "out/done");
        int rows = 0;
        for (int i = 0; i < deadly.size(); i++) {
            String step = deadly.get(i);
            IngestionWorld.Death death = world.dyingAt(step);
            world.pipeline("orders", OUT);
            world.drop("f" + i + ".csv", "id,day,amount\n%d,2020-01-01,5\n".formatted(i));
            UUID run = death.of("orders");
            world.restart(_ -> {}).start();
            succeeded(world.await(run));
            assertThat(orders()).as(step).hasSize(i + 1);
            rows += i + 1;
            assertThat(all("SELECT id FROM written")).as(step).hasSize(rows);
        }
    }
}

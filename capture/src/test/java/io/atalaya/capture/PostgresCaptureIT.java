package io.atalaya.capture;

import static io.atalaya.ingestion.IngestionWorld.DE;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.ProcessEnded;
import io.atalaya.ingestion.run.Run;
import io.atalaya.lakehouse.write.CommitProperties;
import io.atalaya.lakehouse.write.RowSource;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.postgresql.PGConnection;

@EnabledIf(value = "isInstalled", disabledReason = "no PostgreSQL is installed")
class PostgresCaptureIT extends CaptureContract {
    static boolean isInstalled() {
        return io.atalaya.migrations.PostgresServer.shared().isPresent();
    }

    @Override
    String freshUrl() {
        return io.atalaya.migrations.PostgresServer.shared().orElseThrow().freshUrl();
    }

    @Override
    String password() {
        return "";
    }

    /** The server has room for so many slots only. */
    @AfterEach
    @Override
    void end() throws SQLException {
        world.close();
        loseLog();
        source.close();
    }

    @Override
    void loseLog() throws SQLException {
        List<String> slots = new ArrayList<>();
        try (Statement statement = source.createStatement()) {
            try (ResultSet slot = statement.executeQuery(
                    "SELECT slot_name FROM pg_replication_slots WHERE database = current_database()")) {
                while (slot.next()) {
                    slots.add(slot.getString(1));
                }
            }
            for (String slot : slots) {
                statement.execute("SELECT pg_drop_replication_slot('" + slot + "')");
            }
        }
    }

    @Test
    void the_log_is_kept_for_a_stage_until_that_is_gone() throws SQLException {
        items();
        takes();
        world.ingestion().followed().forgetGone();
        assertThat(kept()).containsExactly("publication", "slot");

        world.gone("mirror");
        world.ingestion().followed().forgetGone();
        assertThat(kept()).isEmpty();
        world.ingestion().followed().forgetGone();

        sql("INSERT INTO items VALUES (4, 'd')");
        mirror();
        takes();
        isTheSame();
        assertThat(kept()).containsExactly("publication", "slot");
    }

    @Test
    void a_server_that_does_not_hear_that_a_stage_is_gone_is_told_again() throws SQLException {
        items();
        takes();
        world.gone("mirror");
        try (Connection elsewhere = DriverManager.getConnection(freshUrl(), "atalaya", password());
                Statement statement = elsewhere.createStatement()) {
            String answers = "ALTER DATABASE \"" + source.getCatalog() + "\" ALLOW_CONNECTIONS ";
            statement.execute(answers + "false");
            world.ingestion().followed().forgetGone();
            assertThat(kept()).containsExactly("publication", "slot");
            statement.execute(answers + "true");
        }
        world.ingestion().followed().forgetGone();
        assertThat(kept()).isEmpty();
    }

    /** What the server keeps for followers of this database. */
    private List<String> kept() throws SQLException {
        List<String> kept = new ArrayList<>();
        try (Statement statement = source.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT 'publication' FROM pg_publication
                        UNION ALL SELECT 'slot' FROM pg_replication_slots WHERE database = current_database() ORDER BY 1
                        """)) {
            while (row.next()) {
                kept.add(row.getString(1));
            }
        }
        return kept;
    }

    /** A table of rows with values that are kept apart from them, as they are too long, and that updates need not tell. */
    private void longItems() {
        sql("""
                CREATE TABLE items (id INT, part TEXT, name TEXT, doc TEXT, words TEXT[], numbers INT[], bigs BIGINT[],
                    raw BYTEA, codes UUID[], PRIMARY KEY (id, part))
                """);
        for (String column : List.of("doc", "words", "numbers", "bigs", "raw", "codes")) {
            sql("ALTER TABLE items ALTER COLUMN " + column + " SET STORAGE EXTERNAL");
        }
        sql("INSERT INTO items SELECT i, 'p' || i, 'n' || i, " + LONG + " FROM generate_series(1, 6) r(i)");
    }

    /** More than 8 kB in each of the long columns, of the row {@code i}. */
    private static final String LONG = """
            (SELECT string_agg(md5(i || '/' || j), '') FROM generate_series(1, 400) s(j)),
            (SELECT array_agg(md5(i || '/' || j)) FROM generate_series(1, 400) s(j)),
            (SELECT array_agg(i * 1000 + j) FROM generate_series(1, 4000) s(j)),
            (SELECT array_agg(i * 10000000000 + j) FROM generate_series(1, 4000) s(j)),
            (SELECT decode(string_agg(md5(i || '/' || j), ''), 'hex') FROM generate_series(1, 800) s(j)),
            (SELECT array_agg(md5(i || '/' || j)::uuid) FROM generate_series(1, 800) s(j))
            """;

    private static String longRow(int id, String name) {
        return "INSERT INTO items SELECT i, 'p' || i, '" + name + "', " + LONG + " FROM (SELECT " + id + " AS i) r";
    }

    private void isTheSameWithLongValues() throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = source.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT concat_ws('|', id, part, name, md5(doc), md5(words::text), md5(numbers::text), md5(bigs::text),
                            md5(encode(raw, 'hex')), md5(codes::text)) FROM items ORDER BY id, part
                        """)) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        }
        assertThat(world.ask("shop_raw.items", """
                        SELECT concat_ws('|', id, part, name, md5(doc), md5(words), md5(numbers), md5(bigs),
                            md5(lower(hex(raw))), md5(codes)) FROM t ORDER BY id, part
                        """)).containsExactlyElementsOf(rows);
    }

    @Test
    void long_values_that_an_update_left_alone_are_those_the_table_has() throws SQLException {
        longItems();
        takes();
        isTheSameWithLongValues();
        sql("UPDATE items SET name = 'other' WHERE id < 4");
        takes();
        isTheSameWithLongValues();
        // Several changes of one row: what is told in between counts, and what goes and comes is another row.
        sql(
                "UPDATE items SET name = 'once' WHERE id = 1",
                "UPDATE items SET doc = repeat('short', 3), words = NULL WHERE id = 1",
                "UPDATE items SET name = 'twice' WHERE id = 1",
                "UPDATE items SET doc = (SELECT string_agg(md5(j::text), '') FROM generate_series(1, 500) s(j)) WHERE id = 2",
                "UPDATE items SET name = 'twice' WHERE id = 2",
                "DELETE FROM items WHERE id = 3",
                longRow(3, "anew"),
                "UPDATE items SET numbers = '{1}' WHERE id = 3",
                "UPDATE items SET name = 'newer' WHERE id = 3",
                longRow(9, "new"),
                "UPDATE items SET name = 'newer' WHERE id = 9");
        takes();
        isTheSameWithLongValues();
    }

    @Test
    void long_values_go_along_when_a_row_gets_another_key() throws SQLException {
        longItems();
        takes();
        sql("UPDATE items SET id = 11 WHERE id = 1");
        takes();
        isTheSameWithLongValues();
        sql(
                // From key to key, with a change on the way.
                "UPDATE items SET id = 20 WHERE id = 2",
                "UPDATE items SET name = 'on the way', doc = 'short' WHERE id = 20",
                "UPDATE items SET id = 21, name = 'there' WHERE id = 20",
                // Two rows that change places.
                "UPDATE items SET id = -1 WHERE id = 3",
                "UPDATE items SET id = 3, part = 'x' WHERE id = 4",
                "UPDATE items SET id = 4 WHERE id = -1",
                // To a key that another row has left, and back.
                "DELETE FROM items WHERE id = 5",
                "UPDATE items SET id = 5, part = 'p5' WHERE id = 6",
                "UPDATE items SET id = 12 WHERE id = 11",
                "UPDATE items SET id = 11 WHERE id = 12");
        takes();
        isTheSameWithLongValues();
        assertThat(world.count("shop_raw.items")).isEqualTo(5);
    }

    @Test
    void a_process_that_dies_loses_no_long_value() throws SQLException {
        longItems();
        int round = 0;
        for (String dies : STEPS) {
            AtomicInteger times = new AtomicInteger();
            world.restart(step -> {
                        if (step.equals(dies) && times.getAndIncrement() == 0) {
                            throw new ProcessEnded();
                        }
                    })
                    .start();
            round++;
            sql(
                    "UPDATE items SET name = 'r" + round + "' WHERE id = 1",
                    "UPDATE items SET part = 'r" + round + "' WHERE id = 2",
                    "UPDATE items SET id = id + 100 WHERE id % 100 = 3");
            UUID run = world.ingestion().runs().start(DE, "mirror").id();
            awaitDeath(times, run);
            sql("UPDATE items SET name = name || 'x' WHERE id < 3");
            world.restart(_ -> {}).start();
            assertThat(world.await(run).state()).isEqualTo(Run.State.SUCCEEDED);
            takes();
            isTheSameWithLongValues();
        }
    }

    @Test
    void it_stops_where_the_table_has_no_such_row() throws SQLException {
        longItems();
        takes();
        world.lakehouse()
                .writer()
                .overwrite(
                        TableIdentifier.parse("shop_raw.items"),
                        Expressions.equal("id", 2),
                        RowSource.of("SELECT 1 AS id WHERE false"),
                        CommitProperties.none());
        sql("UPDATE items SET name = 'other' WHERE id IN (2, 3)");
        Run run = world.run("mirror");
        assertThat(run.state()).isEqualTo(Run.State.FAILED);
        assertThat(run.message().orElse(""))
                .contains("1 rows leave columns as they are", "ALTER TABLE items REPLICA IDENTITY FULL");
        sql("ALTER TABLE items REPLICA IDENTITY FULL");
        loseLog();
        takes();
        isTheSameWithLongValues();
        sql("UPDATE items SET name = 'full' WHERE id = 2", "UPDATE items SET id = 33 WHERE id = 3");
        takes();
        isTheSameWithLongValues();
    }

    /** Rows that are copied in together have one place in the log. */
    @Test
    void a_process_that_dies_between_two_commits_of_many_rows_that_were_copied_in_misses_none() throws Exception {
        sql("CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(100))", "INSERT INTO items VALUES (0, 'a')");
        takes();
        StringBuilder rows = new StringBuilder();
        for (int i = 1; i <= 120_000; i++) {
            rows.append(i).append("\tx\n");
        }
        source.unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY items FROM STDIN", new StringReader(rows.toString()));
        AtomicInteger times = new AtomicInteger();
        world.restart(step -> {
                    if (step.equals("take/noted") && times.getAndIncrement() == 0) {
                        throw new ProcessEnded();
                    }
                })
                .start();
        UUID run = world.ingestion().runs().start(DE, "mirror").id();
        awaitDeath(times, run);
        world.restart(_ -> {}).start();
        assertThat(world.await(run).state()).isEqualTo(Run.State.SUCCEEDED);
        takes();
        assertThat(world.ask("shop_raw.items", "SELECT count(*), count(DISTINCT id) FROM t"))
                .containsExactly("120001|120001");
    }

    @Override
    List<String> kinds() {
        return List.of("""
                CREATE TABLE items (id INT PRIMARY KEY, small SMALLINT, big BIGINT, exact NUMERIC(12, 3), any_number NUMERIC,
                    short REAL, long DOUBLE PRECISION, truth BOOLEAN, day DATE, at TIMESTAMP, moment TIMESTAMPTZ,
                    bytes BYTEA, code UUID, word TEXT, doc JSONB, list INT[], clock TIME)
                """, """
                INSERT INTO items VALUES (1, 7, 9000000000, 12.345, 1.5, 1.25, 0.1, TRUE, '2026-02-28',
                    '2026-02-28 23:59:59.123456', '2026-02-28 23:59:59+02', '\\x00ff', '00000000-0000-0000-0000-00000000000a',
                    'ñandú', '{"a": 1}', '{1,2}', '10:00:01')
                """, "INSERT INTO items (id) VALUES (2)");
    }

    @Override
    List<String> typesOfKinds() {
        return List.of(
                "id int",
                "small int",
                "big long",
                "exact decimal(12, 3)",
                "any_number string",
                "short float",
                "long double",
                "truth boolean",
                "day date",
                "at timestamp",
                "moment timestamptz",
                "bytes binary",
                "code uuid",
                "word string",
                "doc string",
                "list string",
                "clock string",
                "_ingested_at timestamp");
    }

    @Override
    List<String> rowsOfKinds() {
        return List.of(
                "1|7|9000000000|12.345|1.5|1.25|0.1|true|2026-02-28|2026-02-28 23:59:59.123456|2026-02-28T21:59:59Z"
                        + "|\\x00\\xFF|00000000-0000-0000-0000-00000000000a|ñandú|{\"a\": 1}|{1,2}|10:00:01",
                "2|null|null|null|null|null|null|null|null|null|null|null|null|null|null|null|null");
    }
}

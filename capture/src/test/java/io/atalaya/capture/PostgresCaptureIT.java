package io.atalaya.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

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

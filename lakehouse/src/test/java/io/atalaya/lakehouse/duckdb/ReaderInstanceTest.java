package io.atalaya.lakehouse.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.lakehouse.TestLake;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.duckdb.DuckDBFunctions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReaderInstanceTest {
    @TempDir
    static Path folder;

    private static ReaderInstance reader;

    @BeforeAll
    static void open() throws Exception {
        Path warehouse = Files.createDirectories(folder.resolve("warehouse"));
        Files.writeString(folder.resolve("secret.csv"), "a\n1\n");
        Files.createSymbolicLink(warehouse.resolve("link.csv"), folder.resolve("secret.csv"));
        reader = ReaderInstance.open(TestLake.config(folder), List.of(ReaderInstanceTest::twice));
    }

    private static void twice(Connection connection) {
        try (var function = DuckDBFunctions.scalarFunction()) {
            function.withName("twice")
                    .withParameter(Long.class)
                    .withReturnType(Long.class)
                    .withLongFunction(value -> value * 2)
                    .register(connection);
            try (var statement = connection.createStatement()) {
                statement.execute("CREATE MACRO thrice(x) AS x * 3");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterAll
    static void close() {
        reader.close();
    }

    private static Object one(String sql) throws SQLException {
        return one(reader, sql);
    }

    private static Object one(ReaderInstance engine, String sql) throws SQLException {
        try (var connection = engine.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getObject(1);
        }
    }

    @Test
    void functions_and_macros_of_the_hook_are_there_for_every_connection() throws SQLException {
        assertThat(one("SELECT twice(21)")).isEqualTo(42L);
        assertThat(one("SELECT thrice(14)")).isEqualTo(42);
    }

    @Test
    void integers_divide_to_integers_and_times_are_in_utc() throws SQLException {
        assertThat(one("SELECT 7 / 2")).isEqualTo(3);
        assertThat(one("SELECT current_setting('TimeZone')")).isEqualTo("UTC");
    }

    @Test
    void a_session_may_choose_its_time_zone() throws SQLException {
        try (var connection = reader.connect();
                var statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'Europe/Madrid'");
        }
        assertThat(one("SELECT current_setting('TimeZone')")).isEqualTo("UTC");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM read_csv('$/secret.csv')",
                "SELECT * FROM '$/secret.csv'",
                "SELECT * FROM read_text('/etc/passwd')",
                "SELECT * FROM read_blob('$/warehouse/../secret.csv')",
                "SELECT * FROM read_text('$/warehouse/link.csv')",
                "SELECT * FROM glob('/etc/*')",
                "SELECT * FROM read_parquet('https://example.org/a.parquet')",
                "COPY (SELECT 1) TO '$/out.csv'",
                "ATTACH '$/other.db'",
                "INSTALL httpfs",
                "LOAD httpfs",
                "EXPORT DATABASE '$/dump'",
                "SET threads = 8",
                "SET memory_limit = '10GB'",
                "SET enable_external_access = true",
                "SET lock_configuration = false",
                "RESET threads",
                "PRAGMA enable_profiling",
                "SET SESSION integer_division = false",
                "SET GLOBAL integer_division = false",
            })
    void what_leads_out_or_changes_it_is_refused(String sql) {
        assertThatThrownBy(() -> one(sql.replace("$", folder.toString())))
                .isInstanceOf(SQLException.class)
                .message()
                .containsAnyOf(
                        "Permission Error", "disabled", "locked", "cannot change", "not allowed", "Cannot access");
    }

    /** With what is turned off for it, a condition on a field of a row beside a limit ends a DuckDB. */
    @Test
    void after_a_fatal_error_a_new_one_takes_its_place_with_the_same_functions_and_locks() throws Exception {
        try (ReaderInstance fragile = ReaderInstance.open(
                TestLake.config(folder).with("disabled_optimizers", ""), List.of(ReaderInstanceTest::twice))) {
            String file = folder.resolve("warehouse/parts.parquet").toString();
            try (var writer = WriterInstance.open(TestLake.config(folder), List.of());
                    var connection = writer.connect();
                    var statement = connection.createStatement()) {
                statement.execute("COPY (SELECT i AS id, 'n' || i AS name, {'text': 't', 'ratio': i::FLOAT} AS parts"
                        + " FROM range(40) t(i)) TO '" + file + "'");
            }
            var running = fragile.connect();
            assertThatThrownBy(() -> one(
                            fragile,
                            "SELECT id, name FROM read_parquet('" + file
                                    + "') WHERE parts.text = 't' ORDER BY id DESC LIMIT 2"))
                    .isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> running.createStatement().execute("SELECT 1"))
                    .hasMessageStartingWith("FATAL Error");
            running.close();

            Thread.sleep(Duration.ofMillis(150));
            assertThat(one(fragile, "SELECT twice(21)")).isEqualTo(42L);
            assertThat(one(fragile, "SELECT count(*) FROM read_parquet('" + file + "')"))
                    .isEqualTo(40L);
            assertThatThrownBy(() -> one(fragile, "SET threads = 8")).hasMessageContaining("locked");
        }
    }
}

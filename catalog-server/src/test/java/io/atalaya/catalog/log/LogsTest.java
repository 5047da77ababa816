package io.atalaya.catalog.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atalaya.lakehouse.LakehouseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What of a failure gets into the log: its kind and its place, and nothing of the data it is about. */
class LogsTest {
    private static final Logger LOG = LoggerFactory.getLogger(LogsTest.class);

    @TempDir
    Path folder;

    @BeforeEach
    void begin() {
        Logs.forService(folder, false);
    }

    @AfterEach
    void end() {
        Logs.forCommand();
    }

    private JsonNode told(Exception failure) throws IOException {
        LOG.warn("it failed", failure);
        List<String> lines = Files.readAllLines(folder.resolve("atalaya.log"));
        assertThat(lines.getLast()).doesNotContain("CANARY");
        return new ObjectMapper().readTree(lines.getLast()).path("throwable");
    }

    private static SQLException refused(String url, String... statements) {
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
            throw new AssertionError("nothing was refused");
        } catch (SQLException e) {
            return e;
        }
    }

    @Test
    void a_value_that_the_engine_quotes_is_not_told_and_the_kind_of_failure_is() throws IOException {
        SQLException engine = refused("jdbc:duckdb:", "SELECT CAST('CANARY' AS INTEGER)");
        assertThat(engine.getMessage()).contains("CANARY");
        assertThat(told(engine).path("message").asText()).isEqualTo("(Conversion Error)");
    }

    @Test
    void nor_where_a_message_of_ours_repeats_it() throws IOException {
        SQLException engine = refused("jdbc:duckdb:", "SELECT CAST('CANARY' AS INTEGER)");
        JsonNode told = told(new LakehouseException.Failed(
                engine, "the rows cannot be read: %s", String.valueOf(engine.getMessage())));
        assertThat(told.path("message").asText()).isEqualTo("the rows cannot be read: (Conversion Error)");
        assertThat(told.path("cause").path("message").asText()).isEqualTo("(Conversion Error)");
        assertThat(told.path("stepArray").size()).isPositive();
    }

    @Test
    void nor_what_was_bound_to_a_statement_of_the_metadata_database() throws IOException {
        Jdbi jdbi = Jdbi.create("jdbc:sqlite:" + folder.resolve("some.db"));
        try {
            jdbi.useHandle(handle -> {
                handle.execute("CREATE TABLE t (name TEXT PRIMARY KEY)");
                handle.execute("INSERT INTO t VALUES (?)", "CANARY");
                handle.execute("INSERT INTO t VALUES (?)", "CANARY");
            });
            throw new AssertionError("nothing was refused");
        } catch (StatementException e) {
            assertThat(e.getMessage()).contains("CANARY");
            assertThat(told(e).path("className").asText()).contains("UnableToExecuteStatementException");
        }
    }

    @Test
    void nor_a_text_that_is_no_number_though_it_was_only_suppressed() throws IOException {
        Exception outer = new LakehouseException.Failed(new NumberFormatException("\"CANARY\""), "one of two");
        outer.addSuppressed(new IllegalArgumentException("CANARY"));
        assertThat(told(outer).path("message").asText()).isEqualTo("one of two");
    }

    @Test
    void a_state_of_sql_a_missing_file_and_a_null_are_told() throws IOException {
        assertThat(told(new SQLException("Key (email)=(CANARY) already exists", "23505"))
                        .path("message")
                        .asText())
                .isEqualTo("(SQL state 23505)");
        assertThat(told(new NoSuchFileException("/data/a.csv")).path("message").asText())
                .isEqualTo("/data/a.csv");
        assertThat(told(new NullPointerException("because \"table\" is null"))
                        .path("message")
                        .asText())
                .isEqualTo("because \"table\" is null");
    }
}

package io.atalaya.lakehouse.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.lakehouse.TestLake;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriterInstanceTest {
    @TempDir
    Path folder;

    @Test
    void what_one_thread_carries_out_has_the_same_functions_whenever_they_came() throws SQLException {
        try (WriterInstance writer =
                WriterInstance.open(TestLake.config(folder), List.of(macro("at_first", "'first'")))) {
            writer.register(macro("before", "'before'"));
            try (Connection single = writer.connectSingle()) {
                writer.register(macro("after", "'after'"));
                assertThat(text(single, "SELECT at_first() || before() || after()"))
                        .isEqualTo("firstbeforeafter");
                assertThat(text(single, "SELECT current_setting('threads')")).isEqualTo("1");
                assertThat(text(single, "SELECT current_setting('TimeZone')")).isEqualTo("UTC");
            }
            try (Connection all = writer.connect()) {
                assertThat(text(all, "SELECT at_first() || before() || after()"))
                        .isEqualTo("firstbeforeafter");
                assertThat(text(all, "SELECT current_setting('threads')"))
                        .isEqualTo(String.valueOf(TestLake.config(folder).threads()));
            }
        }
    }

    private static Consumer<Connection> macro(String name, String value) {
        return connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE MACRO " + name + "() AS " + value);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}

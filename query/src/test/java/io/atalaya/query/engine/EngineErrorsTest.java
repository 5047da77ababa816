package io.atalaya.query.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.atalaya.query.QueryException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineErrorsTest {
    @ParameterizedTest(name = "{0} fails with {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            SELECT CAST('canary' AS INTEGER)                         | INVALID_CAST_ARGUMENT
            SELECT CAST('canary' AS DATE)                            | INVALID_CAST_ARGUMENT
            SELECT 9223372036854775807 + CAST(length('canary') AS BIGINT) | NUMERIC_VALUE_OUT_OF_RANGE
            SELECT CAST('atalaya:X:canary:ayalata' AS INTEGER)       | INVALID_CAST_ARGUMENT
            SELECT strptime('canary', '%Y')                          | INVALID_FUNCTION_ARGUMENT
            SELECT json_extract('{"canary"', '$.a')                  | INVALID_FUNCTION_ARGUMENT
            SELECT CAST(CAST(300 AS BIGINT) AS TINYINT)              | NUMERIC_VALUE_OUT_OF_RANGE
            SELECT canary                                            | NOT_SUPPORTED
            SELECT (SELECT x FROM (VALUES ('canary'), ('b')) t(x))   | SUBQUERY_MULTIPLE_ROWS
            """)
    void have_a_code_and_never_a_value(String sql, String code) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            SQLException raw = catchThrowableOfType(
                    SQLException.class, () -> statement.executeQuery(sql).next());
            QueryException words = EngineErrors.translate(raw);
            assertThat(words.code()).isEqualTo(code);
            assertThat(words.getMessage()).doesNotContain("canary");
        }
    }
}

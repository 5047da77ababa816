package io.atalaya.query.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.query.compile.TypeNames;
import io.atalaya.query.type.SqlType;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AthenaTextTest {
    @ParameterizedTest(name = "{0} of type {1} is written {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            true                                        | boolean      | true
            42::BIGINT                                  | bigint       | 42
            1e10::DOUBLE                                | double       | 1.0E10
            0.1::DOUBLE                                 | double       | 0.1
            0.1::REAL                                   | real         | 0.1
            'nan'::DOUBLE                               | double       | NaN
            '-inf'::DOUBLE                              | double       | -Infinity
            12.50::DECIMAL(10,2)                        | decimal(10,2)| 12.50
            'a''b'                                      | varchar      | a'b
            DATE '2024-02-29'                           | date         | 2024-02-29
            TIMESTAMP '2024-01-02 03:04:05.678'         | timestamp(3) | 2024-01-02 03:04:05.678
            TIMESTAMP '2024-01-02 03:04:05.678912'      | timestamp(6) | 2024-01-02 03:04:05.678912
            TIMESTAMPTZ '2024-01-02 03:04:05.5+02:00'   | timestamp(3) with time zone | 2024-01-02 01:04:05.500 UTC
            TIME '01:02:03.5'                           | time(3)      | 01:02:03.500
            unhex('000AFF')                             | varbinary    | 00 0a ff
            ['a', NULL, 'b']                            | array(varchar) | [a, null, b]
            {'x': 1, 'y': 'z'}                          | row(x integer, y varchar) | {x=1, y=z}
            MAP {'k': 'v'}                              | map(varchar, varchar) | {k=v}
            [[1], [2, 3]]                               | array(array(integer)) | [[1], [2, 3]]
            """)
    void values_are_written_as_athena_does(String expression, String type, String expected) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            ResultSet rows = statement.executeQuery("SELECT " + expression);
            rows.next();
            SqlType parsed = TypeNames.parse(type);
            assertThat(AthenaText.cell(rows, 1, parsed)).isEqualTo(expected);
        }
    }
}

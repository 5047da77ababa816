package io.atalaya.capture;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "isInstalled", disabledReason = "no MariaDB is installed")
class MariaDbCaptureIT extends CaptureContract {
    static boolean isInstalled() {
        return io.atalaya.ingestion.database.MariaDbServer.shared().isPresent();
    }

    @Override
    String freshUrl() {
        return io.atalaya.ingestion.database.MariaDbServer.shared()
                .orElseThrow()
                .freshUrl();
    }

    @Override
    String password() {
        return "tower";
    }

    @Override
    void loseLog() throws SQLException {
        // A file that somebody is still sent is kept; who has gone is noticed when there is more to send.
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        List<String> files;
        do {
            files = new ArrayList<>();
            try (Statement statement = source.createStatement()) {
                statement.execute("FLUSH BINARY LOGS");
                try (ResultSet file = statement.executeQuery("SHOW BINARY LOGS")) {
                    while (file.next()) {
                        files.add(file.getString(1));
                    }
                }
                statement.execute("PURGE BINARY LOGS TO '" + files.getLast() + "'");
            }
        } while (isThere(files.getFirst()) && System.nanoTime() < end);
    }

    private boolean isThere(String file) throws SQLException {
        try (Statement statement = source.createStatement();
                ResultSet files = statement.executeQuery("SHOW BINARY LOGS")) {
            files.next();
            return files.getString(1).equals(file);
        }
    }

    @Override
    List<String> kinds() {
        return List.of("""
                CREATE TABLE items (id INT PRIMARY KEY, small SMALLINT, big BIGINT UNSIGNED, exact DECIMAL(12, 3), short FLOAT,
                    `long` DOUBLE, day DATE, at DATETIME(6), moment TIMESTAMP NULL, bytes BLOB, word VARCHAR(20), doc JSON,
                    clock TIME, which ENUM('x', 'y'))
                """, """
                INSERT INTO items VALUES (1, 7, 18446744073709551615, 12.345, 1.25, 0.1, '2026-02-28',
                    '2026-02-28 23:59:59.123456', '2026-02-28 21:59:59', x'00ff', 'ñandú', '{"a": 1}', '10:00:01', 'y')
                """, "INSERT INTO items (id) VALUES (2)");
    }

    @Override
    List<String> typesOfKinds() {
        return List.of(
                "id int",
                "small int",
                "big decimal(20, 0)",
                "exact decimal(12, 3)",
                "short float",
                "long double",
                "day date",
                "at timestamp",
                "moment timestamptz",
                "bytes binary",
                "word string",
                "doc string",
                "clock string",
                "which string",
                "_ingested_at timestamp");
    }

    @Override
    List<String> rowsOfKinds() {
        return List.of(
                "1|7|18446744073709551615|12.345|1.25|0.1|2026-02-28|2026-02-28 23:59:59.123456|2026-02-28T21:59:59Z"
                        + "|\\x00\\xFF|ñandú|{\"a\": 1}|10:00:01|y",
                "2|null|null|null|null|null|null|null|null|null|null|null|null|null");
    }
}

package io.atalaya.ingestion.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "isInstalled", disabledReason = "no MariaDB is installed")
class MariaDbSourceTest extends DatabaseContract {
    static boolean isInstalled() {
        return MariaDbServer.shared().isPresent();
    }

    @Override
    String freshUrl() {
        return MariaDbServer.shared().orElseThrow().freshUrl();
    }

    @Override
    String password() {
        return "tower";
    }

    @Override
    List<String> kinds() {
        return List.of("SET time_zone = '+00:00'", """
                CREATE TABLE kinds (id INT, `Small` SMALLINT, tiny TINYINT(1), big BIGINT, huge BIGINT UNSIGNED, wide INT UNSIGNED,
                    exact DECIMAL(12, 3), giant DECIMAL(60, 2), short FLOAT, `long` DOUBLE, truth BIT(1), day DATE,
                    at DATETIME(6), moment TIMESTAMP(6) NULL, spent TIME, age YEAR, bytes VARBINARY(9), word TEXT, pick ENUM('a', 'b'), doc JSON)
                """, """
                INSERT INTO kinds VALUES (1, 7, 5, 9000000000, 18446744073709551615, 4294967295, 12.345, 1.5, 1.25, 0.1, b'1',
                    '2026-02-28', '2026-02-28 23:59:59.123456', '2026-02-28 23:59:59.5', '-12:00:01', 1999, x'00ff', 'ñandú', 'b', '{"a": 1}')
                """, "INSERT INTO kinds (id) VALUES (2)", """
                INSERT INTO kinds VALUES (3, -32768, -128, -9223372036854775808, 0, 0, -999999999.999, -1, -1e30, -1e300, b'0',
                    '1000-01-01', '9999-12-31 00:00:00', '1970-01-01 00:00:01', '838:59:59', 2155, '', '', 'a', '[]')
                """);
    }

    @Override
    List<String> typesOfKinds() {
        return List.of(
                "id int",
                "small int",
                "tiny int",
                "big long",
                "huge decimal(20, 0)",
                "wide long",
                "exact decimal(12, 3)",
                "giant string",
                "short float",
                "long double",
                "truth boolean",
                "day date",
                "at timestamp",
                "moment timestamptz",
                "spent string",
                "age int",
                "bytes binary",
                "word string",
                "pick string",
                "doc string",
                "_ingested_at timestamp");
    }

    @Override
    List<String> rowsOfKinds() {
        return List.of(
                "1|7|5|9000000000|18446744073709551615|4294967295|12.345|1.50|1.25|0.1|true|2026-02-28|2026-02-28 23:59:59.123456"
                        + "|2026-02-28T23:59:59.500Z|-12:00:01|1999|\\x00\\xFF|ñandú|b|{\"a\": 1}",
                "2" + "|null".repeat(19),
                "3|-32768|-128|-9223372036854775808|0|0|-999999999.999|-1.00|-1.0E30|-1.0E300|false|1000-01-01|9999-12-31 00:00:00.0"
                        + "|1970-01-01T00:00:01Z|838:59:59|2155|||a|[]");
    }

    @Test
    void a_day_that_no_calendar_has_goes_to_quarantine() {
        sql(
                "SET sql_mode = ''",
                "CREATE TABLE items (id INT, day DATE, at DATETIME)",
                "INSERT INTO items VALUES (1, '2026-01-01', NULL), (4, NULL, NULL), (2, '0000-00-00', NULL), (3, NULL, '2026-00-01 10:00:00')");
        pipeline("table: items");
        world.run("mirror");
        assertThat(world.ask("shop_raw.items", "SELECT id, day FROM t ORDER BY id"))
                .containsExactly("1|2026-01-01", "4|null");
        assertThat(world.ask("shop_raw.items_quarantine", "SELECT _file, _reason FROM t ORDER BY _raw"))
                .containsExactly(
                        "shop/items|'day' has a value that type date cannot hold",
                        "shop/items|'at' has a value that type timestamp cannot hold");
    }
}

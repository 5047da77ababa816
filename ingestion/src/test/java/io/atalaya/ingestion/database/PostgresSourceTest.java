package io.atalaya.ingestion.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.migrations.PostgresServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "isInstalled", disabledReason = "no PostgreSQL is installed")
class PostgresSourceTest extends DatabaseContract {
    static boolean isInstalled() {
        return PostgresServer.shared().isPresent();
    }

    @Override
    String freshUrl() {
        return PostgresServer.shared().orElseThrow().freshUrl();
    }

    @Override
    String password() {
        return "";
    }

    @Override
    List<String> kinds() {
        return List.of("""
                CREATE TABLE kinds (id INT, "Small" SMALLINT, big BIGINT, exact NUMERIC(12, 3), any_number NUMERIC,
                    short REAL, long DOUBLE PRECISION, truth BOOLEAN, day DATE, at TIMESTAMP, moment TIMESTAMPTZ,
                    bytes BYTEA, code UUID, word TEXT, doc JSONB, list INT[])
                """, """
                INSERT INTO kinds VALUES (1, 7, 9000000000, 12.345, 1.5, 1.25, 0.1, TRUE, '2026-02-28',
                    '2026-02-28 23:59:59.123456', '2026-02-28 23:59:59+02', '\\x00ff', '00000000-0000-0000-0000-00000000000a',
                    'ñandú', '{"a": 1}', '{1,2}')
                """, "INSERT INTO kinds (id) VALUES (2)", """
                INSERT INTO kinds VALUES (3, -32768, -9223372036854775808, -999999999.999, 1e50, 'NaN', '-Infinity', FALSE,
                    '0001-01-01', '9999-12-31 00:00:00', '1969-12-31 23:59:59.999999+00', '', NULL, '', 'null', '{}')
                """);
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
                "_ingested_at timestamp");
    }

    @Override
    List<String> rowsOfKinds() {
        return List.of(
                "1|7|9000000000|12.345|1.5|1.25|0.1|true|2026-02-28|2026-02-28 23:59:59.123456|2026-02-28T21:59:59Z"
                        + "|\\x00\\xFF|00000000-0000-0000-0000-00000000000a|ñandú|{\"a\": 1}|{1,2}",
                "2|null|null|null|null|null|null|null|null|null|null|null|null|null|null|null",
                "3|-32768|-9223372036854775808|-999999999.999|100000000000000000000000000000000000000000000000000|NaN|-Infinity"
                        + "|false|0001-01-01|9999-12-31 00:00:00.0|1969-12-31T23:59:59.999999Z||null||null|{}");
    }

    @Test
    void a_day_that_no_calendar_has_goes_to_quarantine() {
        sql(
                "CREATE TABLE items (id INT, day DATE)",
                "INSERT INTO items VALUES (1, '2026-01-01'), (2, 'infinity'), (3, '0044-03-15 BC'), (4, NULL)");
        pipeline("table: items");
        world.run("mirror");
        assertThat(world.ask("shop_raw.items", "SELECT id, day FROM t ORDER BY id"))
                .containsExactly("1|2026-01-01", "4|null");
        assertThat(world.ask("shop_raw.items_quarantine", "SELECT _file, _reason, _raw FROM t ORDER BY _raw"))
                .containsExactly(
                        "shop/items|'day' has a value that type date cannot hold|{\"id\":\"2\",\"day\":\"infinity\"}",
                        "shop/items|'day' has a value that type date cannot hold|{\"id\":\"3\",\"day\":\"0044-03-15 BC\"}");
    }
}

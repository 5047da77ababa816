package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What other dialects write is refused by name, with its place and what to write instead. */
class ForeignSyntaxTest {
    @TempDir
    private static Path folder;

    private static GovernedWarehouse lake;

    @BeforeAll
    static void open() {
        lake = GuardedStaff.in(folder);
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '~', quoteCharacter = '^', textBlock = """
            SELECT id FROM staff FOR SYSTEM_TIME AS OF TIMESTAMP '2024-01-01 00:00:00 UTC' ~ line 1:26: FOR SYSTEM_TIME AS OF is not supported. Write FOR TIMESTAMP AS OF
            SELECT id FROM staff FOR SYSTEM_VERSION AS OF 5       ~ line 1:26: FOR SYSTEM_VERSION AS OF is not supported. Write FOR VERSION AS OF
            INSERT INTO TABLE staff SELECT 1                      ~ line 1:13: INSERT INTO TABLE is not supported. Write INSERT INTO and the name
            INSERT INTO staff (id, region) VALUES (9, DEFAULT)    ~ line 1:43: DEFAULT as a value is not supported
            UPDATE staff SET age = DEFAULT                        ~ line 1:24: DEFAULT as a value is not supported
            SHOW CREATE DATABASE shop                             ~ line 1:13: SHOW CREATE DATABASE is not supported. SHOW DATABASES lists them
            DESCRIBE staff PARTITION (region = 'US')              ~ line 1:16: DESCRIBE of a PARTITION, which an Iceberg table has no description of, is not supported
            SELECT '1'::integer                                   ~ line 1:11: The operator :: is not supported. Write CAST(value AS type)
            SELECT id::varchar FROM staff                         ~ line 1:20: The operator :: is not supported. Write CAST(value AS type)
            SELECT id FROM staff LATERAL VIEW explode(tags) AS x  ~ line 1:30: LATERAL VIEW is not supported. Write CROSS JOIN UNNEST
            SELECT id FROM staff QUALIFY rank() OVER (ORDER BY 1) = 1 ~ QUALIFY is not supported. Filter in a query around it
            SELECT id FROM staff WHERE name ILIKE 'a%'            ~ line 1:33: ILIKE is not supported. Write lower(text) LIKE pattern
            SELECT id FROM staff WHERE name RLIKE 'a'             ~ line 1:33: RLIKE is not supported. Write regexp_like(text, pattern)
            SELECT id FROM staff WHERE name <=> 'a'               ~ The operator <=> is not supported. Write IS NOT DISTINCT FROM
            SELECT id FROM staff WHERE name == 'a'                ~ The operator == is not supported. Write =
            SELECT id FROM staff LIMIT 1, 2                       ~ line 1:29: LIMIT of two numbers is not supported. Write OFFSET first LIMIT second
            """)
    void it_is_refused_by_name(String sql, String message) {
        QueryError refused = lake.error("eng", sql);
        assertThat(refused.code()).isEqualTo("NOT_SUPPORTED");
        assertThat(refused.message()).contains(message);
    }

    @Test
    void a_place_is_told_in_lines() {
        assertThat(lake.error("eng", "SELECT id\n  FROM staff\n WHERE name ILIKE 'a'")
                        .message())
                .startsWith("line 3:13");
        assertThat(lake.error("eng", "SELECT ILIKE FROM staff WHERE").code()).isEqualTo("SYNTAX_ERROR");
    }

    @Test
    void one_column_is_described_and_a_hidden_one_is_as_unknown_as_none() {
        assertThat(lake.ask("ana", "DESCRIBE staff name")).containsExactly("name|string|");
        assertThat(lake.ask("ana", "DESCRIBE FORMATTED staff Place.x -- inside"))
                .containsExactly("x|int|");
        assertThat(lake.ask("ana", "DESCRIBE staff tags.'$elem$'")).containsExactly("'$elem$'|string|");
        QueryError hidden = lake.error("ana", "DESCRIBE staff secret");
        QueryError none = lake.error("ana", "DESCRIBE staff absent");
        assertThat(hidden.code()).isEqualTo("COLUMN_NOT_FOUND");
        assertThat(hidden.message()).isEqualTo(none.message().replace("absent", "secret"));
        assertThat(lake.error("out", "DESCRIBE staff name").code()).isEqualTo("TABLE_NOT_FOUND");
    }
}

package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.query.result.ResultDocument;
import io.atalaya.query.result.TypedFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A result that is kept, as a Parquet file: what was shown, with its types, and for its owner alone. */
class ResultExportTest {
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

    private static byte[] bytes(ResultDocument document) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        document.content().writeTo(out);
        return out.toByteArray();
    }

    private static ResultDocument export(String user, String sql) {
        return lake.service().typed(lake.person(user), lake.done(user, sql).id().toString(), TypedFile.PARQUET);
    }

    /** What the engine reads of the file with that selection, the cells of a row joined by {@code |}. */
    private static List<String> read(ResultDocument document, String selection) throws IOException, SQLException {
        Path file = Files.write(folder.resolve(UUID.randomUUID() + ".parquet"), bytes(document));
        try (var connection = lake.lakehouse().duckWriter().connect();
                var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(selection.replace("$file", "read_parquet('" + file + "')"))) {
            List<String> lines = new ArrayList<>();
            while (rows.next()) {
                List<String> cells = new ArrayList<>();
                for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                    cells.add(String.valueOf(rows.getObject(column)));
                }
                lines.add(String.join("|", cells));
            }
            return lines;
        }
    }

    @Test
    void holds_what_each_was_shown() throws Exception {
        String sql = "SELECT * FROM staff ORDER BY id";
        assertThat(read(export("ana", sql), "SELECT id, name, region, age, tags, place.y FROM $file"))
                .containsExactly("1|XXXXXX-X|US|30|[a, b]|one", "2|XXXXXX-X|US|40|[b]|two", "3|null|US|50|[]|null");
        assertThat(new String(bytes(export("ana", sql)), java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain(GuardedStaff.CANARY, "secret");
        assertThat(read(export("fil", sql), "SELECT count(*), max(id) FROM $file"))
                .containsExactly("3|3");
        assertThat(read(export("eng", sql), "SELECT count(*), min(secret) FROM $file"))
                .containsExactly("5|CANARY-1");
    }

    @Test
    void keeps_every_type() throws Exception {
        ResultDocument document = export("eng", """
                SELECT CAST(12345678901234567890.12 AS decimal(38,2)) AS d, -0.5 AS e, TIMESTAMP '2024-02-29 01:02:03.123456' AS t,
                    CAST(TIMESTAMP '2024-02-29 01:02:03' AS timestamp(3)) AS t3, TIMESTAMP '2026-10-25 02:30:00.5 Europe/Madrid' AS z,
                    DATE '1969-12-31' AS day, TIME '23:59:59.999' AS clock, X'00ff' AS b, true AS yes, CAST(7 AS tinyint) AS tiny,
                    REAL '1.5' AS r, DOUBLE '1e300' AS f, nan() AS n, CAST(NULL AS bigint) AS nothing, JSON '{"a":1}' AS j,
                    UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59' AS u, INTERVAL '1' DAY AS i, '' AS empty, 'ñ "x"' AS text
                """);
        assertThat(document.name()).endsWith(".parquet");
        assertThat(document.contentType()).isEqualTo("application/vnd.apache.parquet");
        assertThat(read(document, "SELECT column_name || ' ' || column_type FROM (DESCRIBE SELECT * FROM $file)"))
                .containsExactly(
                        "d DECIMAL(38,2)",
                        "e DECIMAL(1,1)",
                        "t TIMESTAMP",
                        "t3 TIMESTAMP",
                        "z TIMESTAMP WITH TIME ZONE",
                        "day DATE",
                        "clock TIME",
                        "b BLOB",
                        "yes BOOLEAN",
                        "tiny TINYINT",
                        "r FLOAT",
                        "f DOUBLE",
                        "n DOUBLE",
                        "nothing BIGINT",
                        "j JSON",
                        "u UUID",
                        "i VARCHAR",
                        "empty VARCHAR",
                        "text VARCHAR");
        assertThat(read(
                        document,
                        "SELECT d, e, strftime(t, '%f'), t3::VARCHAR, epoch_ms(z), day, clock, hex(b), yes, tiny, r, f, n, nothing,"
                                + " j, u, i, empty = '', text FROM $file"))
                .containsExactly(
                        "12345678901234567890.12|-0.5|123456|2024-02-29 01:02:03|1792888200500|1969-12-31|23:59:59.999|00FF|true"
                                + "|7|1.5|1.0E300|NaN|null|{\"a\":1}|12151fd2-7586-11e9-8f9e-2a86e4085a59|1 00:00:00.000|true"
                                + "|ñ \"x\"");
    }

    @Test
    void keeps_what_is_nested_whatever_its_texts_say() throws Exception {
        ResultDocument document = export("eng", """
                SELECT ARRAY['a, b', NULL, ']', '"'] AS a, ARRAY[ARRAY[1, NULL], ARRAY[], NULL] AS aa,
                    MAP(ARRAY['k=1', ''], ARRAY[1.50, NULL]) AS m, MAP(ARRAY[1, 2], ARRAY['x', 'y']) AS mi,
                    CAST(ROW(1, 'b, c', ARRAY[DATE '2024-02-29']) AS ROW(x integer, y varchar, z array(date))) AS r,
                    ARRAY[TIMESTAMP '2024-02-29 01:02:03.123456'] AS ts, ARRAY[X'00ff'] AS bs,
                    ARRAY[TIMESTAMP '2024-02-29 01:02:03 America/New_York'] AS zs, CAST(NULL AS array(bigint)) AS nothing
                """);
        assertThat(read(document, "SELECT column_name || ' ' || column_type FROM (DESCRIBE SELECT * FROM $file)"))
                .containsExactly(
                        "a VARCHAR[]",
                        "aa INTEGER[][]",
                        "m MAP(VARCHAR, DECIMAL(3,2))",
                        "mi MAP(INTEGER, VARCHAR)",
                        "r STRUCT(x INTEGER, y VARCHAR, z DATE[])",
                        "ts TIMESTAMP[]",
                        "bs BLOB[]",
                        "zs TIMESTAMP WITH TIME ZONE[]",
                        "nothing BIGINT[]");
        assertThat(read(
                        document,
                        "SELECT len(a), a[1], a[2], a[3], a[4], aa[1], len(aa[2]), aa[3], m['k=1'], m[''], map_keys(m), mi[2], r.x, r.y,"
                                + " r.z, ts[1]::VARCHAR, hex(bs[1]), epoch_ms(zs[1]), nothing FROM $file"))
                .containsExactly("4|a, b|null|]|\"|[1, null]|0|null|1.50|null|[k=1, ]|y|1|b, c|[2024-02-29]"
                        + "|2024-02-29 01:02:03.123456|00FF|1709186523000|null");
    }

    @Test
    void keeps_the_order_and_every_row_of_a_long_result() throws Exception {
        ResultDocument document = export(
                "eng",
                "SELECT a.n * 1000 + b.n AS n, CASE WHEN b.n % 7 = 0 THEN NULL ELSE ARRAY[b.n] END AS l"
                        + " FROM UNNEST(sequence(0, 99)) AS a(n), UNNEST(sequence(0, 999)) AS b(n) ORDER BY 1 DESC");
        assertThat(read(
                        document,
                        "SELECT count(*), min(n), max(n), count(l), bool_and(l IS NULL OR l[1] = n % 1000),"
                                + " bool_and(n = 99999 - file_row_number) FROM $file"))
                .containsExactly("100000|0|99999|85700|true|true");
    }

    @Test
    void has_each_name_once_and_may_be_empty() throws Exception {
        ResultDocument document = export("eng", "SELECT id, id, name AS \"Id\", 1, region FROM staff WHERE id < 0");
        assertThat(read(document, "SELECT column_name FROM (DESCRIBE SELECT * FROM $file)"))
                .containsExactly("id", "id_1", "Id_2", "_col3", "region");
        assertThat(read(document, "SELECT * FROM $file")).isEmpty();
    }

    @Test
    void is_its_owners_alone_and_of_queries_that_succeeded() {
        String id = lake.done("eng", "SELECT secret FROM staff").id().toString();
        assertThat(lake.service().typed(lake.person("eng"), id, TypedFile.PARQUET))
                .isNotNull();
        for (String other : List.of("ana", "out")) {
            assertThatThrownBy(() -> lake.service().typed(lake.person(other), id, TypedFile.PARQUET))
                    .isInstanceOf(QueryException.NotFound.class);
        }
        String utility = lake.done("eng", "SHOW TABLES IN shop_curated").id().toString();
        assertThatThrownBy(() -> lake.service().typed(lake.person("eng"), utility, TypedFile.PARQUET))
                .isInstanceOf(QueryException.InvalidRequest.class)
                .hasMessageContaining("Only the rows of a query");
    }
}

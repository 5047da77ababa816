package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.query.result.ResultDocument;
import io.atalaya.query.result.TypedFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A result that is kept, as a file of Arrow, as Arrow's own library for JavaScript reads it, if that was installed in {@code src/test/node}. */
class ArrowExportIT {
    private static final Path NODE = Path.of("src/test/node").toAbsolutePath();

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

    private static ResultDocument export(String user, String sql) {
        return lake.service().typed(lake.person(user), lake.done(user, sql).id().toString(), TypedFile.ARROW);
    }

    private static byte[] bytes(ResultDocument document) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        document.content().writeTo(out);
        return out.toByteArray();
    }

    /** The columns, the number of rows, and each of those. */
    private static List<String> read(ResultDocument document) throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                Files.isDirectory(NODE.resolve("node_modules/apache-arrow")),
                "Arrow files are not read: `npm ci` in query/src/test/node brings a reader");
        Path file = Files.write(folder.resolve(UUID.randomUUID() + ".arrow"), bytes(document));
        Process reader = new ProcessBuilder("node", "read-arrow.mjs", file.toString())
                .directory(NODE.toFile())
                .redirectErrorStream(true)
                .start();
        List<String> lines = new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(reader.waitFor()).as("%s", lines).isZero();
        return lines;
    }

    @Test
    void holds_what_each_was_shown_and_nothing_else_in_any_byte() throws Exception {
        String sql = "SELECT * FROM staff ORDER BY id";
        ResultDocument shown = export("ana", sql);
        assertThat(shown.name()).endsWith(".arrow");
        assertThat(shown.contentType()).isEqualTo("application/vnd.apache.arrow.file");
        assertThat(new String(bytes(shown), StandardCharsets.ISO_8859_1))
                .startsWith("ARROW1")
                .endsWith("ARROW1")
                .doesNotContain(GuardedStaff.CANARY, "secret");
        assertThat(read(shown)).element(1).isEqualTo("3");
        assertThat(read(shown).subList(2, 5))
                .containsExactly(
                        "1|XXXXXX-X|US|30|null|[a, b]|{x: 1, y: one}|1704067200000",
                        "2|XXXXXX-X|US|40|1|[b]|{x: 2, y: two}|1706745600000",
                        "3|null|US|50|1|[]|null|1709251200000");
        assertThat(read(export("eng", sql))).hasSize(7).first().asString().contains("secret Utf8");
    }

    @Test
    void keeps_every_type() throws Exception {
        assertThat(read(export("eng", """
                SELECT CAST(-12345678901234567890.12 AS decimal(38,2)) AS d, -0.5 AS e, TIMESTAMP '2024-02-29 01:02:03.123456' AS t,
                    TIMESTAMP '2026-10-25 02:30:00.5 Europe/Madrid' AS z, DATE '1969-12-31' AS day, TIME '23:59:59.999' AS clock,
                    X'00ff' AS b, true AS yes, CAST(7 AS tinyint) AS tiny, CAST(8 AS smallint) AS small, CAST(9 AS integer) AS whole,
                    REAL '1.5' AS r, DOUBLE '1e300' AS f, nan() AS n, CAST(NULL AS bigint) AS nothing, JSON '{"a":1}' AS j,
                    UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59' AS u, INTERVAL '1' DAY AS i, '' AS empty, 'ñ "x"' AS text
                """)))
                .containsExactly(
                        "d Decimal[38e+2]|e Decimal[1e+1]|t Timestamp<MICROSECOND>|z Timestamp<MICROSECOND, UTC>|day Date32<DAY>"
                                + "|clock Time64<MICROSECOND>|b Binary|yes Bool|tiny Int8|small Int16|whole Int32|r Float32|f Float64"
                                + "|n Float64|nothing Int64|j Utf8|u Utf8|i Utf8|empty Utf8|text Utf8",
                        "1",
                        "-12345678901234567890.12|-0.5|1709168523123.456|1792888200500|-86400000|86399999000|00ff|true|7|8|9|1.5|1e+300"
                                + "|NaN|null|{\"a\":1}|12151fd2-7586-11e9-8f9e-2a86e4085a59|1 00:00:00.000||ñ \"x\"");
    }

    @Test
    void keeps_what_is_nested() throws Exception {
        assertThat(read(export("eng", """
                SELECT ARRAY['a, b', NULL, ']'] AS a, ARRAY[ARRAY[1, NULL], ARRAY[], NULL] AS aa, MAP(ARRAY['k=1', ''], ARRAY[1.50, NULL]) AS m,
                    CAST(ROW(1, 'b, c', ARRAY[DATE '2024-02-29']) AS ROW(x integer, y varchar, z array(date))) AS r,
                    ARRAY[X'00ff'] AS bs, CAST(NULL AS array(bigint)) AS nothing
                """)))
                .containsExactly(
                        "a List<Utf8>|aa List<List<Int32>>|m Map<{key:Utf8, value:Decimal[3e+2]}>"
                                + "|r Struct<{x:Int32, y:Utf8, z:List<Date32<DAY>>}>|bs List<Binary>|nothing List<Int64>",
                        "1",
                        "[a, b, null, ]]|[[1, null], [], null]|{k=1 = 1.50,  = null}|{x: 1, y: b, c, z: [1709164800000]}|[00ff]|null");
    }

    @Test
    void keeps_the_order_and_every_row_of_a_long_result() throws Exception {
        List<String> lines = read(export(
                "eng",
                "SELECT a.n * 1000 + b.n AS n, CASE WHEN b.n % 7 = 0 THEN NULL ELSE 'row ' || CAST(b.n AS varchar) END AS l, b.n % 2 = 0 AS even"
                        + " FROM UNNEST(sequence(0, 99)) AS a(n), UNNEST(sequence(0, 999)) AS b(n) ORDER BY 1 DESC"));
        assertThat(lines.subList(2, lines.size()))
                .isEqualTo(IntStream.range(0, 100_000)
                        .map(row -> 99_999 - row)
                        .mapToObj(n ->
                                n + "|" + (n % 1000 % 7 == 0 ? "null" : "row " + n % 1000) + "|" + (n % 1000 % 2 == 0))
                        .toList());
    }

    @Test
    void has_each_name_once_and_may_be_empty() throws Exception {
        assertThat(read(export("eng", "SELECT id, id, name AS \"Id\", tags FROM staff WHERE id < 0")))
                .satisfiesExactly(
                        columns -> assertThat(columns.replaceAll(" [^|]*", "")).isEqualTo("id|id_1|Id_2|tags"),
                        rows -> assertThat(rows).isEqualTo("0"));
    }
}

package io.atalaya.ingestion;

import static io.atalaya.ingestion.text.Spreadsheet.number;
import static io.atalaya.ingestion.text.Spreadsheet.row;
import static io.atalaya.ingestion.text.Spreadsheet.styled;
import static io.atalaya.ingestion.text.Spreadsheet.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.ingestion.run.Run;
import io.atalaya.ingestion.text.Spreadsheet;
import io.atalaya.policies.Sentence;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of every kind as they come from whoever does not look at them: each row is taken, or in quarantine with why, or the file is
 * refused with where and what to do; nothing fails without a reason, and nothing is lost or changed unseen.
 */
class DirtyFilesTest {
    private static final String ID_V = "columns: [id, v]\n";

    @TempDir
    Path folder;

    private IngestionWorld world;

    @BeforeEach
    void begin() {
        world = IngestionWorld.sqlite(folder);
        world.ingestion().start();
    }

    @AfterEach
    void end() {
        world.close();
    }

    private void pipeline(String format, String more) {
        world.pipeline("dirt", """
                stages:
                  - name: land
                    extract:
                      folder: drop
                      format: %s
                      target: shop_raw.dirt
                      maxRejects: 95%%
                      settle: 0ms
                """.formatted(format) + more.indent(6));
    }

    /** What became of a file: why it was refused, or nothing. */
    private String load(String name, byte[] file) throws IOException {
        Files.write(world.workspace.resolve("drop").resolve(name), file);
        Run run = world.run("dirt");
        return run.state() == Run.State.SUCCEEDED
                ? ""
                : run.stage("land").message().orElseThrow();
    }

    private String load(String name, String file) throws IOException {
        return load(name, file.getBytes(UTF_8));
    }

    private List<String> rows(String columns) {
        return world.ask("shop_raw.dirt", "SELECT " + columns + " FROM t ORDER BY _file, _line");
    }

    private List<String> quarantine() {
        return world.ask("shop_raw.dirt_quarantine", "SELECT _line, _reason FROM t ORDER BY _file, _line");
    }

    private boolean isThere() {
        return world.lakehouse().catalog().tableExists(TableIdentifier.parse("shop_raw.dirt"));
    }

    private static byte[] both(byte[] one, byte[] other) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(one);
        bytes.writeBytes(other);
        return bytes.toByteArray();
    }

    @Nested
    class Lines_of_json {
        @Test
        void have_marks_texts_for_numbers_and_keys_twice() throws IOException {
            pipeline("JSONL", ID_V + "typed: {num: {from: v, type: bigint}}\n");
            assertThat(load("a.jsonl", """
                    \ufeff{"id":1,"v":2}
                    {"id":2,"v":"3"}
                    {"id":3,"v":"x"}
                    {"id":4,"v":1.0}
                    {"id":5,"v":1e2}
                    {"id":6,"v":true}
                    {"id":7,"v":{"a":1}}
                    {"id":8,"v":null}
                    {"id":9,"v":1,"v":2}
                    {"id":10,"v":NaN}

                    [{"id":12}]
                    {"id":13}{"id":14}
                    {"id":15,"v":"a\\u0000b"}
                    {"id":16,"v":""")).isEmpty();
            assertThat(rows("_line, id, v, num"))
                    .containsExactly("1|1|2|2", "2|2|3|3", "4|4|1.0|1", "5|5|1e2|100", "8|8|null|null");
            assertThat(quarantine())
                    .containsExactly(
                            "3|no whole number in column v",
                            "6|no whole number in column v",
                            "7|no whole number in column v",
                            "9|a key that is there twice",
                            "10|no JSON: broken at character 17",
                            "12|no JSON object",
                            "13|no JSON: broken at character 10",
                            "14|column v holds a NUL",
                            "15|no JSON: broken at character 14");
        }

        @Test
        void hold_halves_of_characters_and_very_deep_or_long_things() throws IOException {
            pipeline("JSONL", ID_V);
            assertThat(load(
                            "a.jsonl",
                            "{\"id\":1,\"v\":\"\\ud83d\\ude00\"}\n"
                                    + "{\"id\":2,\"v\":\"\\ud83d\"}\n"
                                    + "{\"id\":3,\"v\":{\"a\":[\"\\ude00\"]}}\n"
                                    + "{\"id\":4,\"v\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}\n"
                                    + "{\"id\":5,\"v\":" + "9".repeat(5_000) + "}\n"
                                    + "{\"id\":6,\"v\":1e999999999}\n"
                                    + "{\"id\":7,\"v\":\"" + "x".repeat(5 << 20) + "\"}\n"
                                    + "{\"" + "k".repeat(100_000) + "\":8}\n"
                                    + "{\"id\":9,\"v\":0.10}\n"))
                    .isEmpty();
            assertThat(rows("id, left(v, 20)"))
                    .containsExactly("1|\ud83d\ude00", "5|99999999999999999999", "6|1e999999999", "9|0.10");
            assertThat(quarantine())
                    .startsWith("2|column v holds half a character", "3|column v holds half a character")
                    .extracting(line -> line.substring(0, 1))
                    .containsExactly("2", "3", "4", "7", "8");
        }

        @Test
        void may_have_bytes_of_another_encoding_in_one_of_them() throws IOException {
            pipeline("JSONL", ID_V);
            byte[] other = "{\"id\":2,\"v\":\"caf\u00e9\"}\n".getBytes(StandardCharsets.ISO_8859_1);
            assertThat(load("a.jsonl", both("{\"id\":1,\"v\":2}\n".getBytes(UTF_8), other)))
                    .isEmpty();
            assertThat(rows("id")).containsExactly("1");
            assertThat(quarantine()).containsExactly("2|bytes that are not UTF-8");
        }
    }

    @Nested
    class Numbers {
        @Test
        void that_nobody_can_write_down_are_none() throws IOException {
            pipeline(
                    "CSV",
                    ID_V
                            + "typed: {d: {from: v, type: \"decimal(12,2)\"}, f: {from: v, type: double}}\n"
                            + "required: [id]\n");
            assertThat(
                            load(
                                    "a.csv",
                                    "id,v\n1,1e999999999\n2,1e-999999999\n3,1e999\n4,0e999999999\n5,1.5\n6,1.555\n7,\"1,234.5\"\n8,Infinity\n9,0x1F\n10,1_000\n11, 7 \n"))
                    .isEmpty();
            assertThat(rows("id, d, f")).containsExactly("5|1.50|1.5", "11|7.00|7.0");
            assertThat(quarantine())
                    .containsExactly(
                            "2|no decimal(12,2) in column v",
                            "3|no decimal(12,2) in column v",
                            "4|no decimal(12,2) in column v",
                            "5|no decimal(12,2) in column v",
                            "7|no decimal(12,2) in column v",
                            "8|no decimal(12,2) in column v",
                            "9|no decimal(12,2) in column v",
                            "10|no decimal(12,2) in column v",
                            "11|no decimal(12,2) in column v");
            pipeline("CSV", ID_V + "typed: {f: {from: v, type: double}, w: {from: id, type: bigint}}\n");
            assertThat(load("b.csv", "id,v\n1e999999999,1\n1,1e400\n2,-1e308\n"))
                    .isEmpty();
            assertThat(rows("id, f")).contains("2|-1.0E308");
            assertThat(world.ask(
                            "shop_raw.dirt_quarantine",
                            "SELECT _line, _reason FROM t WHERE _file = 'b.csv' ORDER BY 1"))
                    .containsExactly("2|no whole number in column id", "3|no number in column v");
        }

        @Test
        void with_a_comma_have_points_between_thousands_only() throws IOException {
            pipeline(
                    "CSV",
                    ID_V
                            + "typed: {d: {from: v, type: \"decimal(12,3)\"}}\n"
                            + "dialects: [{delimiter: \";\", decimalComma: true}]\n");
            assertThat(
                            load(
                                    "a.csv",
                                    "id;v\n1;1,5\n2;1.234,5\n3;1.5\n4;12.34,5\n5;-1.234.567\n6;1234,5\n7;1,2,3\n8;,5\n9;1234.567\n10;.5\n"))
                    .isEmpty();
            assertThat(rows("id, d"))
                    .containsExactly("1|1.500", "2|1234.500", "5|-1234567.000", "6|1234.500", "8|0.500");
            assertThat(quarantine()).hasSize(5).allMatch(line -> line.endsWith("no decimal(12,3) in column v"));
        }
    }

    @Nested
    class Text {
        @Test
        void that_was_put_behind_other_text_has_its_header_once_more() throws IOException {
            pipeline("CSV", ID_V);
            assertThat(load("a.csv", "\ufeffid,v\n1,a\n\ufeffid,v\n2,b\nid,v\nid,w\n"))
                    .isEmpty();
            assertThat(rows("id, v")).containsExactly("1|a", "2|b", "id|w");
            assertThat(quarantine()).containsExactly("3|the header once more", "5|the header once more");
        }

        @Test
        void of_two_bytes_a_character_without_a_mark_is_refused_until_the_pipeline_says_so() throws IOException {
            pipeline("CSV", ID_V);
            byte[] wide = "id,v\n1,caf\u00e9\n".getBytes(StandardCharsets.UTF_16LE);
            assertThat(load("a.csv", wide))
                    .isEqualTo(
                            "a.csv holds NUL bytes where its header should be: it is no text, or in UTF-16 without a byte order mark, which 'encoding: UTF-16LE' or 'UTF-16BE' of its dialect says. Nothing of the file was loaded");
            pipeline("CSV", ID_V + "dialects: [{encoding: UTF-16LE}]\n");
            assertThat(load("b.csv", both(wide, "2,b\n".getBytes(StandardCharsets.UTF_16LE))))
                    .isEmpty();
            assertThat(rows("id, v")).contains("1|caf\u00e9", "2|b");
        }
    }

    @Nested
    class Columns {
        @Test
        void may_be_very_many() throws IOException {
            pipeline("CSV", "");
            int columns = 2_000;
            StringBuilder text = new StringBuilder(name(0));
            for (int i = 1; i < columns; i++) {
                text.append(',').append(name(i));
            }
            text.append('\n');
            for (int row = 0; row < 700; row++) {
                text.append(row)
                        .append((",v" + row).repeat(columns - 1 - (row == 500 ? 1 : 0)))
                        .append('\n');
            }
            assertThat(load("a.csv", text.toString())).isEmpty();
            assertThat(world.ask(
                            "shop_raw.dirt",
                            "SELECT count(*), sum(CAST(c_0 AS bigint)), count(c_1999), max(c_1999) FROM t"))
                    .containsExactly("699|" + (699 * 700 / 2 - 500) + "|699|v99");
            assertThat(quarantine()).containsExactly("502|1999 fields, the header has 2000");
        }

        private static String name(int i) {
            return "c " + i;
        }
    }

    @Nested
    class What_is_packed {
        @Test
        void and_would_fill_any_disk_is_refused() throws IOException {
            pipeline("CSV", ID_V);
            byte[] frame = com.github.luben.zstd.Zstd.compress(new byte[64 << 20], 1);
            ByteArrayOutputStream bomb = new ByteArrayOutputStream();
            bomb.writeBytes(com.github.luben.zstd.Zstd.compress("id,v\n1,2\n".getBytes(UTF_8)));
            for (int i = 0; i < 70; i++) {
                bomb.writeBytes(frame);
            }
            assertThat(load("a.csv.zst", bomb.toByteArray()))
                    .isEqualTo(
                            "a.csv.zst is not unpacked: it unpacks to more than 5,000 times its size. Nothing of it was loaded; deliver it in smaller parts");
            pipeline("PARQUET", "");
            assertThat(load("a.parquet.gz", Archives.gzip(new byte[128 << 20]))).startsWith("2 files were refused");
            assertThat(world.ingestion()
                            .deliveries()
                            .list("dirt", Optional.empty(), Optional.empty(), 10)
                            .deliveries())
                    .extracting(delivery ->
                            delivery.message().map(Sentence::toString).orElse(""))
                    .anyMatch(message -> message.startsWith(
                            "a.parquet.gz is not unpacked: it unpacks to more than 500 times its size"));
            assertThat(isThere()).isFalse();
        }

        @Test
        void may_be_in_several_members_with_zeros_behind_them() throws IOException {
            pipeline("CSV", ID_V);
            byte[] members = both(Archives.gzip("id,v\n1,2\n".getBytes(UTF_8)), Archives.gzip("3,4\n".getBytes(UTF_8)));
            assertThat(load("a.csv.gz", both(members, new byte[70_000]))).isEmpty();
            assertThat(rows("id, v")).containsExactly("1|2", "3|4");
        }

        @Test
        void and_has_something_else_behind_it_is_refused() throws IOException {
            pipeline("CSV", ID_V);
            byte[] one = Archives.gzip("id,v\n1,2\n".getBytes(UTF_8));
            byte[] other = Archives.gzip("3,4\n".getBytes(UTF_8));
            byte[] broken = other.clone();
            broken[1] = 0;
            byte[] wrong = other.clone();
            wrong[wrong.length - 5]++;
            for (byte[] behind :
                    List.of("garbage".getBytes(UTF_8), broken, wrong, both(new byte[512], new byte[] {7}))) {
                assertThat(load("a.csv.gz", both(one, behind)))
                        .startsWith("a.csv.gz is a damaged gzip file: it cannot be unpacked near byte")
                        .endsWith("Nothing of it was loaded; deliver the complete file again");
            }
            assertThat(load("a.csv.gz", both(one, Arrays.copyOf(other, 15))))
                    .startsWith("a.csv.gz is a truncated gzip");
            assertThat(isThere()).isFalse();
        }

        @Test
        void otherwise_or_twice_is_refused_by_its_name() throws IOException {
            pipeline("CSV", ID_V);
            assertThat(load("a.gz", Archives.gzip(Archives.gzip("id,v\n1,2\n".getBytes(UTF_8)))))
                    .isEqualTo("a.gz is packed twice. Nothing of it was loaded; unpack it once");
            byte[] bzip2 = {'B', 'Z', 'h', '9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0, 0};
            byte[] xz = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0, 0, 4, 0, 0};
            assertThat(load("b.bz2", bzip2)).startsWith("b.bz2 is packed with bzip2, which is not read");
            assertThat(load("c.xz", xz))
                    .isEqualTo(
                            "c.xz is packed with xz, which is not read. Nothing of it was loaded; pack it with gzip or zstd, or not at all");
            assertThat(load("d.csv", "")).startsWith("d.csv is empty and has not even a header");
            assertThat(load("e.csv", "id,v\nBZh91AY,2\n")).isEmpty();
        }

        @Test
        void together_has_odd_members() throws IOException {
            pipeline("CSV", ID_V + "members: \"*.csv\"\n");
            byte[] tar = Archives.tar(Archives.of(
                    "a.csv",
                    "id,v\n1,2\n",
                    "sub/a.csv",
                    "id,v\n3,4\n",
                    "sub/copy.csv",
                    "id,v\n3,4\n",
                    "A.CSV",
                    "id,v\n5,6\n",
                    "b.csv",
                    "",
                    "c.csv/",
                    ""));
            assertThat(load("cut.tar", Arrays.copyOf(tar, 1024))).contains("it has no end after member 'a.csv'");
            assertThat(load("more.tar", both(tar, "garbage".getBytes(UTF_8)))).contains("damaged tar archive");
            assertThat(isThere()).isFalse();
            assertThat(load("a.tar", tar))
                    .contains("1 of the 5 members of a.tar were refused", "a.tar!/b.csv is empty and has not even");
            assertThat(rows("id, _file")).containsExactly("5|a.tar!/A.CSV", "1|a.tar!/a.csv", "3|a.tar!/sub/a.csv");
        }
    }

    @Nested
    class Workbooks {
        private static final String HEAD = row(1, text("A1", "id"), text("B1", "v"), text("C1", "d"));

        @Test
        void have_errors_and_days_that_are_none() throws IOException {
            pipeline("XLSX", "columns: [id, v, d]\ntyped: {day: {from: d, type: date}}\n");
            assertThat(load(
                            "a.xlsx",
                            new Spreadsheet()
                                    .sheet(
                                            "s",
                                            row(1, text("A1", "A title over all"))
                                                    + row(2, text("A2", "id"), text("B2", "v"), text("C2", "d"))
                                                    + row(
                                                            3,
                                                            number("A3", "1"),
                                                            "<c r=\"B3\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c>",
                                                            styled("C3", 1, "43831"))
                                                    + row(4, number("A4", "2"), styled("C4", 1, "60"))
                                                    + row(5, number("A5", "3"), styled("C5", 1, "-5"))
                                                    + row(6, number("A6", "4"), styled("C6", 1, "99999999"))
                                                    + row(7, number("A7", "5"), number("C7", "abc")))
                                    .bytes()))
                    .isEmpty();
            assertThat(rows("_line, id, v, day")).containsExactly("3|1|#DIV/0!|2020-01-01");
            assertThat(quarantine())
                    .containsExactly(
                            "4|no date in column d",
                            "5|no date in column d",
                            "6|no date in column d",
                            "7|no date in column d");
        }

        @Test
        void without_the_values_of_their_formulas_lose_none_unseen() throws IOException {
            pipeline("XLSX", "columns: [id, v, d]\n");
            assertThat(load(
                            "a.xlsx",
                            new Spreadsheet()
                                    .sheet(
                                            "s",
                                            HEAD
                                                    + row(2, number("A2", "1"), "<c r=\"B2\"><f>A2*2</f></c>")
                                                    + row(3, "<c r=\"A3\"><f>A2*2</f></c>")
                                                    + row(
                                                            4,
                                                            number("A4", "2"),
                                                            "<c r=\"B4\" t=\"str\"><f>IF(1,\"\")</f><v></v></c>")
                                                    + row(5, number("A5", "3"), "<c r=\"B5\"><f>1+1</f><v>2</v></c>"))
                                    .bytes()))
                    .isEmpty();
            assertThat(rows("id, v")).containsExactly("2|null", "3|2");
            assertThat(quarantine())
                    .containsExactly(
                            "2|cell B2 has a formula whose value was not saved; open the workbook in a spreadsheet and save it",
                            "3|cell A3 has a formula whose value was not saved; open the workbook in a spreadsheet and save it");
        }

        @Test
        void with_two_lines_of_header_are_refused() throws IOException {
            pipeline("XLSX", "columns: [id, v, d]\n");
            assertThat(load(
                            "b.xlsx",
                            new Spreadsheet()
                                    .sheet(
                                            "s",
                                            row(1, text("A1", "id"), text("B1", "values"))
                                                    + row(2, text("B2", "v"), text("C2", "d"))
                                                    + row(3, number("A3", "1"), number("B3", "2")))
                                    .bytes()))
                    .contains("b.xlsx has a column 'values' that dialect 'any' has no place for");
            assertThat(isThere()).isFalse();
        }
    }

    @Nested
    class Files_of_parquet {
        private byte[] parquet(String select) throws SQLException, IOException {
            Path file = folder.resolve("made.parquet");
            try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                    Statement statement = duck.createStatement()) {
                statement.execute("COPY (" + select + ") TO '" + file + "' (FORMAT parquet)");
            }
            return Files.readAllBytes(file);
        }

        @Test
        void with_other_types_are_taken_where_nothing_is_lost_and_keep_no_other_from_landing() throws Exception {
            pipeline("PARQUET", "");
            assertThat(load("a.parquet", parquet("SELECT 1::INT AS id, 'a' AS v")))
                    .isEmpty();
            assertThat(load("b.parquet", parquet("SELECT 5000000000 AS id, 'b' AS v")))
                    .isEqualTo(
                            "b.parquet does not fit into shop_raw.dirt: a value of column id cannot be converted to the type it has in table lake.shop_raw.dirt; id is int there and long here. Nothing of it was loaded; deliver it with the types of the table, or change those");
            assertThat(load("c.parquet", parquet("SELECT 3::BIGINT AS id, 4 AS v")))
                    .isEmpty();
            assertThat(load("d.parquet", parquet("SELECT 1.5::DOUBLE AS id, 'd' AS v")))
                    .startsWith(
                            "d.parquet does not fit into shop_raw.dirt: values of column id cannot be kept exactly; id is int there and double here");
            assertThat(load("e.parquet", parquet("SELECT '6' AS id"))).contains("cannot be kept exactly");
            assertThat(load("f.parquet", parquet("SELECT 7::INT AS id"))).isEmpty();
            assertThat(rows("id, v")).containsExactly("1|a", "3|4", "7|null");
        }

        @Test
        void have_types_that_tables_have_not() throws Exception {
            pipeline("PARQUET", "");
            assertThat(
                            load(
                                    "a.parquet",
                                    parquet(
                                            "SELECT TIME '12:34:56' AS t, UUID '1ebefe38-db06-404b-a7e6-b06105630b70' AS u, INTERVAL 1 DAY AS i, [1, 2] AS l, {'a': 'x'} AS s, TIMESTAMP_NS '2020-01-01 00:00:00.123456' AS n")))
                    .isEmpty();
            assertThat(rows("t, u, i, l, s, n"))
                    .containsExactly(
                            "12:34:56|1ebefe38-db06-404b-a7e6-b06105630b70|1 day|[1,2]|{\"a\":\"x\"}|2020-01-01 00:00:00.123456");
            assertThat(
                            load(
                                    "b.parquet",
                                    parquet(
                                            "SELECT * FROM (VALUES (TIMESTAMP_NS '2020-01-01 00:00:00'), (NULL), (TIMESTAMP_NS '2020-01-01 00:00:00.123456789')) x(n)")))
                    .startsWith(
                            "b.parquet has nanoseconds in column 'n', first in row 3, and tables have microseconds. Nothing of it was loaded");
        }

        @Test
        void with_damaged_rows_make_no_table_and_do_not_stop_the_next() throws Exception {
            pipeline("PARQUET", "");
            byte[] good = parquet("SELECT i AS id, md5(i::varchar) AS v FROM range(200000) r(i)");
            byte[] bad = good.clone();
            for (int i = 1000; i < 3000; i++) {
                bad[i] = (byte) ~bad[i];
            }
            assertThat(load("a.parquet", bad))
                    .isEqualTo(
                            "a.parquet is a damaged Parquet file: its rows cannot be read. Nothing of it was loaded; deliver it again");
            assertThat(load("b.parquet", Arrays.copyOf(good, good.length - 100)))
                    .contains("is no Parquet file");
            assertThat(isThere()).isFalse();
            assertThat(load("c.parquet", good)).isEmpty();
            assertThat(world.count("shop_raw.dirt")).isEqualTo(200_000);
        }
    }

    @Nested
    class Dumps {
        private static final String TABLE = "CREATE TABLE t (id int, v varchar(20));\n";

        @Test
        void in_another_encoding_say_so_and_are_taken_when_the_pipeline_does() throws IOException {
            byte[] dump = ("-- MySQL dump 10.13\n/*!40101 SET NAMES latin1 */;\n" + TABLE
                            + "INSERT INTO `t` VALUES (1,'caf\u00e9');\n")
                    .getBytes(Charset.forName("windows-1252"));
            pipeline("SQL", ID_V + "table: t\n");
            assertThat(load("a.sql", dump))
                    .contains(
                            "line 4: bytes that are not in the encoding of the dump, which 'encoding' of its dialect");
            pipeline("SQL", ID_V + "table: t\ndialects: [{encoding: windows-1252}]\n");
            assertThat(load("b.sql", both(dump, "\n".getBytes(UTF_8)))).isEmpty();
            assertThat(rows("id, v")).contains("1|caf\u00e9");
        }

        @Test
        void of_other_products_are_taken_or_refused() throws IOException {
            pipeline("SQL", ID_V + "table: t\nproduct: STANDARD\n");
            assertThat(load("a.sql", TABLE + "INSERT INTO t (id, v) VALUES (1,'a'), (2, to_date('2020','YYYY'));\n"))
                    .isEmpty();
            assertThat(load("b.sql", TABLE + "INSERT INTO t (id, v) SELECT 5, 'x';\n"))
                    .contains("made by a query");
            assertThat(load("c.sql", TABLE + "INSERT INTO t SET id = 6, v = 's';\n"))
                    .contains("made by a query");
            assertThat(load("d.sql", TABLE + "INSERT [dbo].[t] ([id], [v]) VALUES (1, N'abc')\nGO\n"))
                    .isEqualTo(
                            "d.sql is a script of SQL Server (line 2), which is not read: its statements mean other things than those of MySQL and PostgreSQL. Nothing of the file was loaded; export its tables as CSV");
            assertThat(
                            load(
                                    "f.sql",
                                    "SET DEFINE OFF;\nInsert into SHOP.T (ID,V) values (1,to_date('01-JAN-20','DD-MON-RR'));\n"))
                    .startsWith("f.sql is a script of Oracle (line 1), which is not read");
            assertThat(
                            load(
                                    "g.sql",
                                    "CREATE TABLE \"T\"\n( \"ID\" NUMBER(10,0),\n  V VARCHAR2(20));\nINSERT INTO T VALUES (1, 'a');\n"))
                    .startsWith("g.sql is a script of Oracle (line 2), which is not read");
            assertThat(load("e.sql", TABLE + "INSERT INTO t (id, v) VALUES (3, q'[it's]');\n"))
                    .contains("Nothing of it was loaded");
            assertThat(rows("id, v")).containsExactly("1|a");
            assertThat(quarantine()).hasSize(1);
        }

        @Test
        void may_be_full_of_comments_and_commas() throws IOException {
            pipeline("SQL", ID_V + "table: t\nproduct: MYSQL\n");
            assertThat(load(
                            "a.sql",
                            "-- MySQL dump 10.13\n" + "-- a word\n".repeat(50_000)
                                    + "/* more */ # still\n".repeat(50_000) + TABLE + "INSERT INTO `t` VALUES (1,'a')"
                                    + ",\n".repeat(50_000) + "(2,'50\\% \\_\\q');\n"))
                    .isEmpty();
            assertThat(rows("_line, id, v")).containsExactly("100003|1|a", "150003|2|50\\% \\_q");
        }

        @Test
        void in_the_standard_may_write_characters_by_number() throws IOException {
            pipeline("SQL", ID_V + "table: t\nproduct: STANDARD\n");
            assertThat(
                            load(
                                    "a.sql",
                                    TABLE
                                            + "INSERT INTO t VALUES (1, E'\\x41\\102\\u00e9\\U0001F600\\t\\x'), (2, 'a\\x41'), (3, E'\\uD800'), (4, E'\\0');\n"))
                    .isEmpty();
            assertThat(rows("id, v")).containsExactly("1|AB\u00e9\ud83d\ude00\tx", "2|a\\x41");
            assertThat(quarantine())
                    .containsExactly(
                            "2|bytes that are not in the encoding of the dump, which 'encoding' of its dialect says (UTF-8)",
                            "2|holds a NUL byte");
            assertThat(load(
                            "b.sql",
                            "CREATE TABLE t (id int, v text);\nCOPY t (id, v) FROM stdin;\n5\t\\x41\\102\\x4g\n\\.\n"))
                    .isEmpty();
            assertThat(rows("id, v")).contains("5|AB\u0004g");
        }

        @Test
        void of_garbage_are_refused() throws IOException {
            pipeline("SQL", ID_V + "table: t\nproduct: STANDARD\n");
            byte[] garbage = new byte[40 << 20];
            Arrays.fill(garbage, (byte) 0xfe);
            assertThat(load("a.sql", garbage)).contains("Nothing of it was loaded");
            assertThat(load("b.sql", "1".repeat(20 << 20))).contains("Nothing of it was loaded");
        }
    }
}

package io.atalaya.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.SeekableByteArrayInput;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code UNLOAD} writes what the principal sees, where it may, as files that are its own. */
class UnloadTest {
    @TempDir
    private static Path folder;

    private static GovernedWarehouse lake;
    private static int places;

    @BeforeAll
    static void open() {
        lake = GuardedStaff.in(folder);
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    private static String to(String options) {
        return ") TO 's3://exports/u" + ++places + "/' WITH (" + options + ")";
    }

    private static QueryExecution unload(String user, String query, String options) {
        return lake.done(user, "UNLOAD (" + query + to(options));
    }

    private static String manifest(String user, QueryExecution execution) {
        return text(lake.service().document(lake.person(user), execution.id().toString()));
    }

    private static String text(io.atalaya.query.result.ResultDocument document) {
        return new String(bytes(document), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(io.atalaya.query.result.ResultDocument document) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            document.content().writeTo(out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] file(String user, QueryExecution execution, int number) {
        return bytes(lake.service().unloaded(lake.person(user), execution.id().toString(), number));
    }

    private static String unzipped(byte[] bytes) throws IOException {
        return new String(
                new GZIPInputStream(new java.io.ByteArrayInputStream(bytes)).readAllBytes(), StandardCharsets.UTF_8);
    }

    /** The rows of a Parquet file, as the engine reads it. */
    private static List<String> parquet(byte[] bytes) throws IOException, SQLException {
        Path file = Files.write(folder.resolve("read.parquet"), bytes);
        try (var connection = lake.lakehouse().duckWriter().connect();
                var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM read_parquet('" + file + "')")) {
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
    void parquet_files_hold_the_rows_that_are_shown() throws Exception {
        QueryExecution execution = unload("ana", "SELECT id, name, age FROM staff ORDER BY id", "format = 'PARQUET'");
        assertThat(execution.kind()).isEqualTo(StatementKind.DML);
        assertThat(execution.substatement()).isEqualTo("UNLOAD");
        assertThat(lake.service()
                        .results(lake.person("ana"), execution.id().toString(), java.util.Optional.empty(), 10)
                        .updateCount())
                .hasValue(3);
        assertThat(parquet(file("ana", execution, 0))).containsExactly("1|XXXXXX-X|30", "2|XXXXXX-X|40", "3|null|50");
        assertThat(manifest("ana", execution)).matches("s3://exports/u\\d+/[0-9a-f-]{36}_0.parquet\n");
    }

    /** The rows of an Avro file, as Avro's own library reads it. */
    private static List<GenericRecord> avro(byte[] bytes) throws IOException {
        try (var reader =
                new DataFileReader<GenericRecord>(new SeekableByteArrayInput(bytes), new GenericDatumReader<>())) {
            List<GenericRecord> rows = new ArrayList<>();
            reader.forEach(rows::add);
            return rows;
        }
    }

    @Test
    void avro_files_hold_the_rows_that_are_shown() throws Exception {
        QueryExecution execution = unload(
                "ana",
                "SELECT id, name, tags, place, map(ARRAY['k'], ARRAY[hired]) AS m, hired, CAST(hired AS timestamp(3)) AS h3,"
                        + " DATE '2024-02-29' AS d, X'00ff' AS b, -1.50 AS n, CAST(7 AS tinyint) AS t FROM staff ORDER BY id",
                "format = 'AVRO'");
        assertThat(manifest("ana", execution)).matches("s3://exports/u\\d+/[0-9a-f-]{36}_0.avro\n");
        List<GenericRecord> rows = avro(file("ana", execution, 0));
        assertThat(rows.getFirst())
                .hasToString(
                        "{\"id\": 1, \"name\": \"XXXXXX-X\", \"tags\": [\"a\", \"b\"], \"place\": {\"x\": 1, \"y\": \"one\"},"
                                + " \"m\": {\"k\": 1704067200000000}, \"hired\": 1704067200000000, \"h3\": 1704067200000,"
                                + " \"d\": 19782, \"b\": \"\\u0000ÿ\", \"n\": \"ÿj\", \"t\": 7}");
        assertThat(rows).extracting(row -> row.get("id")).containsExactly(1L, 2L, 3L);
        assertThat(rows.getLast().get("name")).isNull();
        assertThat(lake.error("ana", "UNLOAD (SELECT map(ARRAY[1], ARRAY[2]) AS m" + to("format = 'AVRO'"))
                        .message())
                .contains("keys");
        assertThat(lake.error("ana", "UNLOAD (SELECT 1 AS \"a b\"" + to("format = 'AVRO'"))
                        .message())
                .contains("AVRO: a b");
    }

    @Test
    void orc_files_hold_the_rows_that_are_shown() throws Exception {
        QueryExecution execution = unload(
                "ana",
                "SELECT id, name, map(ARRAY[1], ARRAY[hired]) AS m FROM staff ORDER BY id",
                "format = 'ORC', compression = 'NONE'");
        assertThat(manifest("ana", execution)).matches("s3://exports/u\\d+/[0-9a-f-]{36}_0.orc\n");
        assertThat(new String(file("ana", execution, 0), StandardCharsets.ISO_8859_1))
                .startsWith("ORC")
                .contains("XXXXXX-XXXXXXX-X", "id", "name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"AVRO", "ORC"})
    void partitions_of_files_that_are_written_row_by_row_are_folders_too(String format) throws Exception {
        QueryExecution execution = unload(
                "ana",
                "SELECT id, if(id = 1, '../../ü p*~', region) AS r, id > 1 AS b FROM staff ORDER BY id",
                "format = '" + format + "', partitioned_by = ARRAY['r', 'b']");
        QueryExecution parquet = unload(
                "ana",
                "SELECT id, if(id = 1, '../../ü p*~', region) AS r, id > 1 AS b FROM staff ORDER BY id",
                "format = 'PARQUET', partitioned_by = ARRAY['r', 'b']");
        assertThat(folders(manifest("ana", execution))).isEqualTo(folders(manifest("ana", parquet)));
        assertThat(lake.error(
                                "ana",
                                "UNLOAD (SELECT 1 AS a, x AS b FROM UNNEST(sequence(1, 101)) AS t(x)"
                                        + to("format='" + format + "', partitioned_by = ARRAY['b']"))
                        .message())
                .contains("100 partitions");
    }

    private static List<String> folders(String manifest) {
        return manifest.lines()
                .map(line -> line.replaceFirst("s3://exports/u\\d+/", "").replaceFirst("/[^/]*$", ""))
                .sorted()
                .toList();
    }

    @Test
    void text_files_are_hives() throws Exception {
        QueryExecution execution = unload(
                "ana",
                "SELECT id, CAST(NULL AS varchar) AS n, 'a' || chr(10) || 'b,c\\' AS t, hired, X'00ff' AS b, 1.50 AS d FROM staff WHERE id = 1",
                "format = 'TEXTFILE', field_delimiter = ','");
        assertThat(unzipped(file("ana", execution, 0)))
                .isEqualTo("1,\\N,a\\nb\\,c\\\\,2024-01-01 00:00:00.000,AP8=,1.50\n");
    }

    @Test
    void json_files_have_an_object_a_line() throws Exception {
        QueryExecution execution = unload(
                "ana",
                "SELECT id, tags, place, 12345678901234567890.12 AS d, nan() AS nn, hired FROM staff WHERE id = 2",
                "format = 'JSON', compression = 'GZIP'");
        assertThat(unzipped(file("ana", execution, 0)))
                .isEqualTo("{\"id\":2,\"tags\":[\"b\"],\"place\":{\"x\":2,\"y\":\"two\"},\"d\":12345678901234567890.12,"
                        + "\"nn\":\"nan\",\"hired\":\"2024-02-01 00:00:00.000\"}\n");
    }

    @Test
    void partitions_are_folders() throws Exception {
        QueryExecution execution = unload(
                "ana",
                "SELECT id, if(id = 1, '../../up', region) AS r FROM staff",
                "format = 'JSON', compression = 'none', partitioned_by = ARRAY['r']");
        assertThat(manifest("ana", execution).lines().sorted())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).matches("s3://exports/u\\d+/r=(..%2F..%2Fup|US)/.*json"));
        assertThat(text(lake.service()
                        .unloaded(lake.person("ana"), execution.id().toString(), 0)))
                .contains("\"id\":");
        assertThat(lake.error(
                                "ana",
                                "UNLOAD (SELECT region, id FROM staff"
                                        + to("format='JSON', partitioned_by = ARRAY['region']"))
                        .code())
                .isEqualTo("HIVE_COLUMN_ORDER_MISMATCH");
        assertThat(lake.error(
                                "ana",
                                "UNLOAD (SELECT 1 AS a, x AS b FROM UNNEST(sequence(1, 101)) AS t(x)"
                                        + to("format='JSON', partitioned_by = ARRAY['b']"))
                        .message())
                .contains("100 partitions");
        assertThat(lake.error(
                                "ana",
                                "UNLOAD (SELECT 1 AS a, 1 AS \"../../b\""
                                        + to("format='JSON', partitioned_by = ARRAY['../../b']"))
                        .code())
                .isEqualTo("NOT_SUPPORTED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://exports/../../../warehouse/",
                "s3://exports/./a/",
                "s3://../a/",
                "s3://exports//a/",
                "s3://.staging/a/",
                "s3://exports/%2e%2e/a/",
                "s3://exports/a\\..\\b/",
                "s3://",
                "file:///etc/",
                "/etc/",
                "exports/a",
                "hdfs://exports/a/",
                "s3://exports/a\u0000b/"
            })
    void a_location_leads_nowhere_else(String location) {
        assertThat(lake.error("ana", "UNLOAD (SELECT 1 AS a) TO '" + location + "' WITH (format = 'JSON')")
                        .code())
                .isEqualTo("INVALID_LOCATION");
    }

    @Test
    void every_file_is_below_its_users_own_folder_and_nobody_elses() throws IOException {
        QueryExecution mine = lake.done("ana", "UNLOAD (SELECT 1 AS a) TO 's3://same/place/' WITH (format = 'JSON')");
        QueryExecution other = lake.done("eng", "UNLOAD (SELECT 2 AS a) TO 's3://same/place/' WITH (format = 'JSON')");
        assertThat(unzipped(file("eng", other, 0))).isEqualTo("{\"a\":2}\n");
        assertThat(unzipped(file("ana", mine, 0))).isEqualTo("{\"a\":1}\n");
        assertThatThrownBy(() -> file("eng", mine, 0)).isInstanceOf(QueryException.NotFound.class);
        assertThatThrownBy(() -> file("ana", mine, 1)).isInstanceOf(QueryException.NotFound.class);
        assertThatThrownBy(() -> file("ana", mine, -1)).isInstanceOf(QueryException.NotFound.class);
        assertThat(lake.error("ana", "UNLOAD (SELECT 3 AS a) TO 's3://same/place' WITH (format = 'JSON')")
                        .code())
                .isEqualTo("HIVE_PATH_ALREADY_EXISTS");
        assertThat(unzipped(file("ana", mine, 0))).isEqualTo("{\"a\":1}\n");
        QueryExecution select = lake.done("ana", "SELECT 1");
        assertThatThrownBy(() -> file("ana", select, 0)).isInstanceOf(QueryException.NotFound.class);
        try (Stream<Path> users = Files.list(folder.resolve("unloaded"))) {
            assertThat(users.map(path -> path.getFileName().toString()))
                    .contains("616e61", "656e67")
                    .allMatch(name -> name.matches("[0-9a-f]+|\\.staging"));
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '~', quoteCharacter = '^', textBlock = """
            format = 'ORC', compression = 'gzip'                            ~ NOT_SUPPORTED
            format = 'AVRO', compression = 'snappy'                         ~ NOT_SUPPORTED
            format = 'ORC', compression = 'zstd', compression_level = 3     ~ NOT_SUPPORTED
            format = 'CSV'                                                  ~ INVALID_PROPERTY
            compression = 'gzip'                                            ~ INVALID_PROPERTY
            format = 'JSON', compression = 'snappy'                         ~ NOT_SUPPORTED
            format = 'PARQUET', compression = 'bzip2'                       ~ NOT_SUPPORTED
            format = 'PARQUET', compression_level = 3                       ~ NOT_SUPPORTED
            format = 'PARQUET', compression = 'zstd', compression_level = 99 ~ INVALID_PROPERTY
            format = 'JSON', field_delimiter = ','                          ~ INVALID_PROPERTY
            format = 'TEXTFILE', field_delimiter = 'ab'                     ~ INVALID_PROPERTY
            format = 'JSON', path = '/etc'                                  ~ INVALID_PROPERTY
            """)
    void what_it_does_not_write_is_refused(String options, String code) {
        assertThat(lake.error("ana", "UNLOAD (SELECT 1 AS a" + to(options)).code())
                .isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "snappy", "zstd", "lz4", "none"})
    void parquet_is_compressed_as_asked(String compression) throws Exception {
        QueryExecution execution = unload(
                "ana", "SELECT id FROM staff WHERE id = 1", "format = 'parquet', compression = '" + compression + "'");
        assertThat(parquet(file("ana", execution, 0))).containsExactly("1");
    }

    @Test
    void types_that_hive_lacks_and_what_is_no_query_are_refused() {
        for (String value :
                List.of("current_time", "current_timestamp", "uuid()", "JSON '1'", "INTERVAL '1' DAY", "NULL")) {
            assertThat(lake.error("ana", "UNLOAD (SELECT " + value + " AS a" + to("format = 'PARQUET'"))
                            .code())
                    .as(value)
                    .isIn("NOT_SUPPORTED", "COLUMN_TYPE_UNKNOWN");
        }
        assertThat(lake.error("ana", "UNLOAD (DELETE FROM staff" + to("format = 'PARQUET'"))
                        .code())
                .isEqualTo("SYNTAX_ERROR");
        assertThat(lake.error("ana", "UNLOAD (SELECT 1" + to("format = 'PARQUET'"))
                        .code())
                .isEqualTo("MISSING_COLUMN_NAME");
        QueryError wrong = lake.error("ana", "UNLOAD (\n  SELECT nothing FROM staff" + to("format = 'PARQUET'"));
        assertThat(wrong.message()).startsWith("line 2:10");
    }

    @Test
    void values_are_bound() throws Exception {
        lake.done(
                "ana",
                "PREPARE unl FROM UNLOAD (SELECT id FROM staff WHERE id = ?) TO 's3://prepared/a/' WITH (format = 'JSON')");
        assertThat(unzipped(file("ana", lake.done("ana", "EXECUTE unl USING 2"), 0)))
                .isEqualTo("{\"id\":2}\n");
    }

    @Test
    void nothing_is_unloaded_that_is_not_shown() throws Exception {
        for (String format : List.of("PARQUET", "ORC", "AVRO", "JSON", "TEXTFILE")) {
            boolean binary = List.of("PARQUET", "ORC", "AVRO").contains(format);
            String options = "format = '" + format + "', compression = '" + (binary ? "none" : "gzip") + "'";
            String columns = format.equals("TEXTFILE") ? "id, name, region, age, boss, hired" : "*";
            QueryExecution all = unload("ana", "SELECT " + columns + " FROM staff", options);
            byte[] bytes = file("ana", all, 0);
            String text = binary ? new String(bytes, StandardCharsets.ISO_8859_1) : unzipped(bytes);
            assertThat(text).doesNotContain(GuardedStaff.CANARY, GuardedStaff.CANARY_NUMBER, "secret");
            if (format.equals("PARQUET")) {
                assertThat(parquet(bytes))
                        .hasSize(3)
                        .allSatisfy(
                                row -> assertThat(row).doesNotContain(GuardedStaff.CANARY, GuardedStaff.CANARY_NUMBER));
            }
            if (format.equals("AVRO")) {
                assertThat(avro(bytes))
                        .hasSize(3)
                        .allSatisfy(row -> assertThat(row.toString())
                                .doesNotContain(GuardedStaff.CANARY, GuardedStaff.CANARY_NUMBER));
            }
            assertThat(lake.error("ana", "UNLOAD (SELECT secret AS a FROM staff" + to(options))
                            .code())
                    .isIn("COLUMN_NOT_FOUND", "PERMISSION_DENIED");
            assertThat(lake.error("out", "UNLOAD (SELECT id FROM staff" + to(options))
                            .code())
                    .isEqualTo("TABLE_NOT_FOUND");
        }
        assertThat(lake.audit.stream()
                        .filter(event -> event.kind().equals("data.export.intent"))
                        .filter(event -> "UNLOAD".equals(event.details().get("operation"))))
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.details()).containsKeys("target", "tables"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"JSON", "AVRO", "ORC"})
    void a_failure_leaves_no_file(String format) throws IOException {
        String place = ") TO 's3://failed/" + format + "/' WITH (format = '" + format + "')";
        assertThat(lake.error("ana", "UNLOAD (SELECT 1 / (id - 2) AS a FROM staff" + place)
                        .code())
                .isEqualTo("DIVISION_BY_ZERO");
        lake.done("ana", "UNLOAD (SELECT id FROM staff" + place);
        try (Stream<Path> left = Files.list(folder.resolve("unloaded/.staging"))) {
            assertThat(left).isEmpty();
        }
    }
}

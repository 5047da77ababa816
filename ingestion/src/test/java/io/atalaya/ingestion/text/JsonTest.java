package io.atalaya.ingestion.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.policies.yaml.YamlProblem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class JsonTest extends CuttingContract {
    @Nested
    class Json_lines {
        private static final String JSON = """
                format: JSONL
                columns: [id, name, tags]
                typed: {number: {from: id, type: bigint}}
                dialects: [{ignore: [extra]}]
                """;

        @Test
        void become_rows_with_nested_values_as_text() throws Exception {
            Result result = cut(
                    JSON,
                    "{\"id\": 1, \"name\": \"a\\nb\", \"tags\": [1, {\"x\": 2.50}]}\n\n{\"id\": 2, \"extra\": 1, \"name\": null}\n");
            assertThat(result.good()).containsExactly("1|1|a\nb|[1,{\"x\":2.50}]|1", "3|2|null|null|2");
        }

        @Test
        void without_a_value_where_there_must_be_one_are_damaged() throws Exception {
            Result result = cut(
                    JSON + "required: [name, number]\n",
                    "{\"id\": 1, \"name\": \"a\"}\n{\"id\": null, \"name\": \"b\"}\n{\"id\": 3, \"name\": \" \"}\n{\"id\": 4}\n");
            assertThat(result.good()).containsExactly("1|1|a|null|1");
            assertThat(result.damaged())
                    .extracting(row -> row.substring(0, row.lastIndexOf('|')))
                    .containsExactly(
                            "2|no whole number in column id", "3|no value in column name", "4|no value in column name");
        }

        @Test
        void that_are_damaged_go_to_quarantine() throws Exception {
            Result result = cut(JSON, "{\"id\": 1}\n{\"id\": \n[1]\n{\"id\": \"x\"}\n{\"other\": 1}\n{\"id\": 2} 3\n");
            assertThat(result.good()).containsExactly("1|1|null|null|1");
            assertThat(result.damaged())
                    .extracting(row -> row.substring(0, row.lastIndexOf('|')))
                    .containsExactly(
                            "2|no JSON: broken at character 8",
                            "3|no JSON object",
                            "4|no whole number in column id",
                            "5|a key that is neither in 'columns' nor in 'ignore'",
                            "6|no JSON: broken at character 11");
        }
    }

    @Nested
    class A_document {
        @Test
        void is_an_array_of_records() throws Exception {
            Result result = cut("format: JSON\ncolumns: [id, t]", "[{\"id\": 1, \"t\": \"a\"},\n {\"id\": 2}]");
            assertThat(result.good()).containsExactly("1|1|a", "2|2|null");
        }

        @Test
        void is_one_record_or_several_behind_each_other() throws Exception {
            assertThat(cut("format: JSON\ncolumns: [id]", "{\n \"id\": 1\n}").good())
                    .containsExactly("1|1");
            assertThat(cut("format: JSON\ncolumns: [id]", "{\"id\": 1}\n{\"id\": 2}")
                            .good())
                    .containsExactly("1|1", "2|2");
        }

        @Test
        void has_its_records_where_the_pipeline_says() throws Exception {
            String text = "{\"page\": {\"items\": [9]}, \"data\": {\"items\": [{\"id\": 1}, {\"id\": 2}]}}";
            assertThat(cut("format: JSON\nrecords: $.data.items\ncolumns: [id]", text)
                            .good())
                    .containsExactly("1|1", "2|2");
            assertThat(cut("format: JSON\nrecords: $.data.items[1]\ncolumns: [id]", text)
                            .good())
                    .containsExactly("1|2");
        }

        @Test
        void may_name_its_records() throws Exception {
            String extract = """
                    format: JSON
                    records: $.*[*]
                    columns: [series, begins, ends]
                    dialects: [{columns: {"~": series, "$[0]": begins, "$[1]": ends}}]
                    """;
            assertThat(cut(extract, "{\"a\": [[1, 2], [3, 4]], \"b\": [], \"c\": [[5, 6]]}")
                            .good())
                    .containsExactly("1|a|1|2", "2|a|3|4", "3|c|5|6");
        }

        @Test
        void without_records_where_they_should_be_is_refused() {
            assertThatThrownBy(() -> cut("format: JSON\nrecords: $.items\ncolumns: [id]", "{\"item\": []}"))
                    .isInstanceOf(IngestionException.BadFile.class)
                    .hasMessageContaining("delivered.csv has nothing at $.items");
        }

        @Test
        void with_an_empty_array_has_no_rows() throws Exception {
            assertThat(cut("format: JSON\nrecords: $.items\ncolumns: [id]", "{\"items\": []}")
                            .good())
                    .isEmpty();
        }

        @Test
        void that_is_cut_off_is_refused_and_says_where() {
            assertThatThrownBy(() -> cut("format: JSON\ncolumns: [id]", "[{\"id\": 1},\n{\"id\": 2}, {\"i"))
                    .isInstanceOf(IngestionException.BadFile.class)
                    .hasMessageContaining("is cut off: it ends at line 2, character ")
                    .hasMessageContaining("after 3 records");
        }

        @Test
        void that_is_broken_is_refused_and_says_where() {
            assertThatThrownBy(() -> cut("format: JSON\ncolumns: [id]", "[{\"id\": 1},\n{'id': 2}]"))
                    .hasMessageContaining("is no JSON: it is broken at line 2, character 2");
        }

        @Test
        void has_damaged_records_of_its_own() throws Exception {
            Result result = cut(
                    "format: JSON\ncolumns: [id]\ntyped: {n: {from: id, type: bigint}}",
                    "[{\"id\": 1}, {\"id\": \"x\"}, 7, {\"id\": 2, \"id\": 3}, {\"id\": 4, \"more\": {}}, {\"id\": 5}]");
            assertThat(result.good()).containsExactly("1|1|1", "6|5|5");
            assertThat(result.damaged())
                    .containsExactly(
                            "2|no whole number in column id|{\"id\": \"x\"}",
                            "3|no JSON object|7",
                            "4|a key that is there twice|{\"id\": 2, \"id\": 3}",
                            "5|a key that is neither in 'columns' nor in 'ignore'|{\"id\": 4, \"more\": {}}");
        }

        @Test
        void is_read_in_utf_16_too() throws Exception {
            byte[] text = "\ufeff[{\"id\": \"é\"}]".getBytes(StandardCharsets.UTF_16LE);
            assertThat(cut("format: JSON\ncolumns: [id]", text).good()).containsExactly("1|é");
        }

        @Test
        void of_a_million_records_is_not_held() throws Exception {
            Path file = folder.resolve("big");
            try (var out = Files.newBufferedWriter(file)) {
                out.write("{\"head\": \"" + "x".repeat(1 << 20) + "\", \"items\": [");
                for (int i = 0; i < 1_000_000; i++) {
                    out.write((i == 0 ? "" : ",") + "{\"id\": " + i + ", \"o\": {\"k\": [" + i + "]}}");
                }
                out.write("]}");
            }
            var drop = drop(folder, "format: JSON\nrecords: $.items\ncolumns: [id, o]");
            try (Cutting cutting = new TextCutter(drop, folder, (_, _, _) -> {})
                    .open(file, "big.json", java.util.List.of(), Optional.empty())) {
                cutting.tryOut();
                assertThat(cutting.good()).isEqualTo(1_000_000);
            }
        }

        @Test
        void may_have_one_record_that_is_too_long() throws Exception {
            String text = "[{\"id\": [" + "1234567,".repeat(1 << 20) + "1]}, {\"id\": 2}, {\"id\": 3}]";
            Result result = cut("format: JSON\ncolumns: [id]", text);
            assertThat(result.good()).containsExactly("2|2", "3|3");
            assertThat(result.damaged()).hasSize(1).first().asString().startsWith("1|a row of more than 4 MiB|");
        }
    }

    @Nested
    class A_value {
        @Test
        void is_taken_by_path() throws Exception {
            String extract = """
                    format: JSONL
                    columns: [id, city, first_tag, who]
                    dialects: [{columns: {"$.user.address.city": city, "$.tags[0]": first_tag, "$.user": who}, unknown: IGNORE}]
                    """;
            assertThat(cut(
                                    extract,
                                    "{\"id\": 1, \"user\": {\"address\": {\"city\": \"Oslo\"}}, \"tags\": [\"a\", \"b\"]}\n{\"id\": 2, \"user\": null}\n")
                            .good())
                    .containsExactly("1|1|Oslo|a|{\"address\":{\"city\":\"Oslo\"}}", "2|2|null|null|null");
        }

        @Test
        void that_no_column_takes_is_kept_where_the_pipeline_says_so() throws Exception {
            Result result = cut(
                    """
                    format: JSONL
                    columns: [id, name]
                    dialects: [{columns: {"$.user.name": name}, unknown: KEEP, ignore: [noise, $.user.secret]}]
                    """,
                    "{\"id\": 1, \"noise\": 7, \"user\": {\"name\": \"x\", \"age\": 3.50, \"secret\": 1}, \"z\": [1, null]}\n{\"id\": 2}\n");
            assertThat(result.how().textColumns()).containsExactly("id", "name", "_rest");
            assertThat(result.good())
                    .containsExactly("1|1|x|{\"user\":{\"age\":3.50},\"z\":[1,null]}", "2|2|null|null");
        }

        @Test
        void inside_another_that_no_column_takes_is_unknown_too() throws Exception {
            Result result = cut(
                    """
                    format: JSONL
                    columns: [name]
                    dialects: [{columns: {"$.user.name": name}}]
                    """,
                    "{\"user\": {\"name\": \"x\", \"age\": 3}}\n{\"user\": \"y\"}\n{\"user\": {\"name\": \"z\"}}\n");
            assertThat(result.good()).containsExactly("3|z");
            assertThat(result.damaged()).hasSize(2);
        }

        @Test
        void that_is_a_number_stays_as_it_was_written() throws Exception {
            String number = "123456789012345678901234567890.12345678901234567890";
            assertThat(cut(
                                    "format: JSONL\ncolumns: [id, o]",
                                    "{\"id\": " + number + ", \"o\": [" + number + ", 1E400, 2.50, -0]}\n")
                            .good())
                    .containsExactly("1|" + number + "|[" + number + ",1E400,2.50,-0]");
        }

        @Test
        void with_a_key_twice_deep_inside_is_damaged() throws Exception {
            assertThat(cut("format: JSONL\ncolumns: [o]", "{\"o\": [{\"a\": 1, \"a\": 1}]}\n")
                            .damaged())
                    .containsExactly("1|a key that is there twice|{\"o\": [{\"a\": 1, \"a\": 1}]}");
        }
    }

    @Nested
    class A_typed_value {
        private static final String TYPED = """
                format: JSONL
                columns: [o]
                typed: {v: {from: o, type: "row(id bigint, at date, parts array(row(price decimal(30,2), ok boolean)), names map(varchar, int))"}}
                dialects: [{dates: [dd.MM.yyyy]}]
                """;

        @Test
        void is_nested_as_its_type_says() throws Exception {
            Result result = cut(
                    TYPED,
                    "{\"o\": {\"id\": 9007199254740993, \"at\": \"31.12.2020\", \"parts\": [{\"price\": 1234567890123456789012345678.9, \"ok\": true}], \"names\": {\"a\": 1}}}\n");
            assertThat(result.good().getFirst())
                    .endsWith(
                            "|{\"id\":\"9007199254740993\",\"at\":\"2020-12-31\",\"parts\":[{\"price\":\"1234567890123456789012345678.90\",\"ok\":\"true\"}],\"names\":{\"a\":\"1\"}}");
        }

        @Test
        void that_is_another_is_damaged() throws Exception {
            Result result = cut(
                    TYPED,
                    "{\"o\": {\"id\": \"x\"}}\n{\"o\": {\"id\": 1, \"more\": 2}}\n{\"o\": [1]}\n{\"o\": {\"names\": {\"a\": 3000000000}}}\n{\"o\": {}}\n");
            assertThat(result.good()).containsExactly("5|{}|{\"id\":null,\"at\":null,\"parts\":null,\"names\":null}");
            assertThat(result.damaged()).hasSize(4).allMatch(row -> row.contains("|no struct<"));
        }
    }

    @Test
    void a_path_that_is_none_is_found_before_anything_runs() {
        assertThatThrownBy(() -> cut("format: JSON\nrecords: items[\ncolumns: [a]", "[]"))
                .isInstanceOf(YamlProblem.class)
                .hasMessageContaining("'items[' is no path");
        assertThatThrownBy(() -> cut("format: JSON\ncolumns: [a]\ndialects: [{columns: {\"$.x.*\": a}}]", "[]"))
                .hasMessageContaining("many values of a record");
        assertThatThrownBy(() -> cut("format: JSON", "[]")).hasMessageContaining("columns");
    }
}

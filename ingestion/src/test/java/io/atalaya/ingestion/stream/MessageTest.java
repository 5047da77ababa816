package io.atalaya.ingestion.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageTest {
    private static final Map<String, String> ABOUT = Map.of("_topic", "a/\"b\"");

    private static String line(byte[] payload) {
        return new String(Message.line(ABOUT, payload), UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "`{\"x\":1.10}` | `{\"_topic\":\"a/\\\"b\\\"\",\"x\":1.10}`",
                "`  { \"x\" : [1,\n {\"y\":\r\n\"ñ\"}] }  ` | `{\"_topic\":\"a/\\\"b\\\"\",\"x\" : [1,  {\"y\":  \"ñ\"}] }  `",
                "`{ }` | `{\"_topic\":\"a/\\\"b\\\"\"}`",
            })
    void an_object_keeps_its_text_on_one_line_behind_what_is_known_about_it(String payload, String line) {
        assertThat(line(payload.getBytes(UTF_8))).isEqualTo(line + "\n");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {"`[1]`", "`7`", "`{\"x\":`", "`{} {}`", "`{\"_topic\":\"mine\"}`", "`text`", "``"})
    void anything_else_is_no_record_and_kept_as_text(String payload) throws Exception {
        String line = line(payload.getBytes(UTF_8));
        assertThat(line).startsWith("no record: {").endsWith("}\n");
        JsonNode tree = new ObjectMapper().readTree(line.substring("no record: ".length()));
        assertThat(tree.get("_payload").textValue()).isEqualTo(payload);
        assertThat(tree.get("_topic").textValue()).isEqualTo("a/\"b\"");
        assertThat(tree.size()).isEqualTo(2);
    }

    @Test
    void bytes_that_are_no_text_are_kept_too() {
        assertThat(line("ñ".getBytes(ISO_8859_1)))
                .isEqualTo("no record: {\"_topic\":\"a/\\\"b\\\"\",\"_payload_base64\":\"8Q==\"}\n");
    }
}

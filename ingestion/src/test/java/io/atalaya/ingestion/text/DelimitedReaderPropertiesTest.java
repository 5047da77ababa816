package io.atalaya.ingestion.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DelimitedReaderPropertiesTest {
    private static final TextForm FORM = new TextForm(',', '"', '\n');

    private static final int[] PIECES = "ab ,\"\r\nü\u001e\u001f".codePoints().toArray();

    @Test
    void what_was_written_is_read() throws IOException {
        for (long seed = 0; seed < 2000; seed++) {
            writtenIsRead(seed);
        }
    }

    @Test
    void no_line_is_lost_whatever_the_text() throws IOException {
        for (long seed = 0; seed < 5000; seed++) {
            noLineIsLost(seed);
        }
    }

    @Test
    void fields_of_any_length_are_read_quoted_or_not() throws IOException {
        for (long seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            List<String> written = new ArrayList<>();
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 60; i++) {
                // Up to three words of eight bytes, now and then with a character that is none of ASCII.
                String field =
                        "x" + text(random, random.nextInt(8) == 0 ? 3 : 2, 24) + "ü".repeat(random.nextInt(20) / 19);
                written.add(field);
                String quote = random.nextInt(4) == 0 ? "\"" : "";
                text.append(quote).append(field).append(quote).append(i % 3 == 2 ? "\n" : ",");
            }
            DelimitedReader reader = reader(text.toString());
            List<String> read = new ArrayList<>();
            while (reader.next()) {
                assertThat(reader.damage()).as("seed %d", seed).isNull();
                read.addAll(List.of(reader.text(0), reader.text(1), reader.text(2)));
            }
            assertThat(read).as("seed %d", seed).isEqualTo(written);
        }
    }

    private static String text(Random random, int pieces, int most) {
        return random.ints(random.nextInt(most + 1), 0, pieces)
                .map(i -> PIECES[i])
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static void writtenIsRead(long seed) throws IOException {
        Random random = new Random(seed);
        List<List<String>> table = Stream.generate(() -> Stream.generate(() -> text(random, PIECES.length, 12))
                        .limit(3)
                        .toList())
                .limit(random.nextInt(21))
                .toList();
        StringBuilder text = new StringBuilder();
        List<Long> lines = new ArrayList<>();
        long line = 1;
        for (List<String> row : table) {
            lines.add(line);
            for (int i = 0; i < row.size(); i++) {
                text.append(i == 0 ? "" : ",")
                        .append('"')
                        .append(row.get(i).replace("\"", "\"\""))
                        .append('"');
                line += row.get(i).chars().filter(c -> c == '\n').count();
            }
            text.append("\r\n");
            line++;
        }
        DelimitedReader reader = reader(text.toString());
        List<List<String>> read = new ArrayList<>();
        List<Long> readLines = new ArrayList<>();
        while (reader.next()) {
            assertThat(reader.damage()).as("seed %d", seed).isNull();
            readLines.add(reader.line());
            read.add(List.of(reader.text(0), reader.text(1), reader.text(2)));
        }
        assertThat(read).as("seed %d", seed).isEqualTo(table);
        assertThat(readLines).as("seed %d", seed).isEqualTo(lines);
    }

    private static void noLineIsLost(long seed) throws IOException {
        String text = text(new Random(seed), 7, 80);
        DelimitedReader reader = reader(text);
        int covered = 0;
        while (reader.next()) {
            int begin = offset(text, reader.line());
            assertThat(begin).as("seed %d", seed).isGreaterThanOrEqualTo(covered);
            assertThat(text.substring(covered, begin).strip())
                    .as("seed %d", seed)
                    .isEmpty();
            covered = begin + reader.length();
        }
        assertThat(text.substring(covered).strip()).as("seed %d", seed).isEmpty();
    }

    private static int offset(String text, long line) {
        int at = 0;
        for (long i = 1; i < line; i++) {
            at = text.indexOf('\n', at) + 1;
        }
        return at;
    }

    private static DelimitedReader reader(String text) {
        return new DelimitedReader(new ByteArrayInputStream(text.getBytes(UTF_8)), FORM, 3, false, 1, "UTF-8");
    }
}

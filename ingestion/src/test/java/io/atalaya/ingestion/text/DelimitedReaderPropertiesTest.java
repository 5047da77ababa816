package io.atalaya.ingestion.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class DelimitedReaderPropertiesTest {
    private static final TextForm FORM = new TextForm(',', '"', '\n');

    @Provide
    Arbitrary<List<List<String>>> tables() {
        Arbitrary<String> value =
                Arbitraries.strings().withChars("ab ,\"\r\nü\u001e\u001f").ofMaxLength(12);
        return value.list().ofSize(3).list().ofMaxSize(20);
    }

    @Provide
    Arbitrary<String> dirt() {
        return Arbitraries.strings().withChars("ab,\"\r\n").ofMaxLength(80);
    }

    @Property(tries = 2000)
    void what_was_written_is_read(@ForAll("tables") List<List<String>> table) throws IOException {
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
            assertThat(reader.damage()).isNull();
            readLines.add(reader.line());
            read.add(List.of(reader.text(0), reader.text(1), reader.text(2)));
        }
        assertThat(read).isEqualTo(table);
        assertThat(readLines).isEqualTo(lines);
    }

    @Property(tries = 5000)
    void no_line_is_lost_whatever_the_text(@ForAll("dirt") String text) throws IOException {
        DelimitedReader reader = reader(text);
        int covered = 0;
        while (reader.next()) {
            int begin = offset(text, reader.line());
            assertThat(begin).isGreaterThanOrEqualTo(covered);
            assertThat(text.substring(covered, begin).strip()).isEmpty();
            covered = begin + reader.length();
        }
        assertThat(text.substring(covered).strip()).isEmpty();
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

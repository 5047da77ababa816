package io.atalaya.query.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The tables in {@code docs/functions.md}. {@code -Datalaya.write-docs=true} writes them. */
class FunctionsAreDocumentedTest {
    private static final Path PAGE = Path.of("../docs/functions.md");
    private static final String BEGIN = "<!-- functions -->\n";
    private static final String END = "<!-- /functions -->";

    @Test
    void as_the_catalog_has_them() throws IOException {
        String text = Files.readString(PAGE);
        String before = text.substring(0, text.indexOf(BEGIN) + BEGIN.length());
        String after = text.substring(text.indexOf(END));
        if (Boolean.getBoolean("atalaya.write-docs")) {
            Files.writeString(PAGE, before + tables() + after);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(before + tables() + after);
    }

    @Test
    void are_as_many_as_promised() {
        assertThat(FunctionTable.standard().rows().stream()
                        .filter(row -> row.way() != FunctionTable.Way.REFUSED)
                        .count())
                .isGreaterThanOrEqualTo(350);
        assertThat(FunctionTable.forms()).isGreaterThanOrEqualTo(500);
    }

    private static String tables() {
        FunctionTable table = FunctionTable.standard();
        StringBuilder text = new StringBuilder("\n");
        Map<FunctionTable.Way, Long> counts = new TreeMap<>(
                table.rows().stream().collect(Collectors.groupingBy(FunctionTable.Row::way, Collectors.counting())));
        text.append(counts.entrySet().stream()
                        .map(entry -> entry.getKey().word() + " " + entry.getValue())
                        .collect(Collectors.joining(", ", "Names: ", ". ")))
                .append("Signatures that can be called: ")
                .append(FunctionTable.forms())
                .append(".\n");
        for (String page :
                new TreeSet<>(table.rows().stream().map(FunctionTable.Row::page).toList())) {
            text.append("\n### ")
                    .append(page.substring(0, 1).toUpperCase(java.util.Locale.ROOT))
                    .append(page.substring(1).replace('-', ' '))
                    .append("\n\n| name | how | forms |\n| --- | --- | --- |\n");
            List<FunctionTable.Row> rows =
                    table.rows().stream().filter(row -> row.page().equals(page)).toList();
            for (FunctionTable.Row row : rows) {
                text.append("| `%s` | %s | %s |\n"
                        .formatted(row.name().replace("|", "\\|"), row.way().word(), row.forms()));
            }
        }
        return text.append('\n').toString();
    }
}

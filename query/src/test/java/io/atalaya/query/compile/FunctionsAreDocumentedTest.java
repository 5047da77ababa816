package io.atalaya.query.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The list of functions in {@code docs/query.md}. {@code -Datalaya.write-docs=true} writes it. */
class FunctionsAreDocumentedTest {
    private static final String BEGIN = "<!-- functions -->\n";
    private static final String END = "<!-- /functions -->";

    @Test
    void as_the_catalog_has_them() throws IOException {
        Path page = Path.of("../docs/query.md");
        String text = Files.readString(page);
        String before = text.substring(0, text.indexOf(BEGIN) + BEGIN.length());
        String after = text.substring(text.indexOf(END));
        if (Boolean.getBoolean("atalaya.write-docs")) {
            Files.writeString(page, before + list() + after);
        }
        assertThat(Files.readString(page)).isEqualTo(before + list() + after);
    }

    private static String list() {
        Map<String, String> lines = new TreeMap<>();
        FunctionCatalog.standard()
                .all()
                .forEach((name, overloads) -> lines.put(
                        name,
                        overloads.stream()
                                .map(overload -> "`" + overload.text() + "`")
                                .collect(Collectors.joining(", ", "- ", ""))));
        LambdaFunctions.NAMES.forEach(name -> lines.putIfAbsent(name, "- `" + name + "(…)`"));
        return lines.values().stream().collect(Collectors.joining("\n", "", "\n"));
    }
}

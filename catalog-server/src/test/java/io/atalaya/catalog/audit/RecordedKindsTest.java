package io.atalaya.catalog.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the sources against the table of kinds in {@code docs/audit.md}. */
class RecordedKindsTest {
    private static final Path ROOT = Path.of("..");
    private static final String KIND = "\"([a-z-]+(?:\\.[a-z-]+)*)\"";
    private static final List<Pattern> WRITTEN = List.of(
            Pattern.compile("new AuditEvent\\(\\s*" + KIND),
            Pattern.compile("recorder\\s*\\.(?:change|run|happened)\\(\\s*[^;\"]*?,\\s*" + KIND),
            Pattern.compile("recorder\\s*\\.happened\\(\\s*\"anonymous\",\\s*" + KIND));

    /** What {@code ExecutionAudit} puts together of two parts. */
    private static final List<String> COMPOSED = List.of(
            "data.read.intent",
            "data.read.outcome",
            "data.read.denied",
            "data.write.intent",
            "data.write.outcome",
            "data.export.intent",
            "data.export.outcome");

    @Test
    void every_kind_that_is_written_is_in_the_table() throws IOException {
        Set<String> written = new TreeSet<>(COMPOSED);
        for (String module : List.of("policies", "query", "ingestion", "catalog-server")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    String source = Files.readString(file);
                    WRITTEN.forEach(pattern -> pattern.matcher(source)
                            .results()
                            .map(found -> found.group(1))
                            .forEach(written::add));
                }
            }
        }
        assertThat(written).contains("policy.change", "user.create", "sign-in", "pipeline.run.start", "audit.read");
        assertThat(table()).containsAll(written);
    }

    private static Set<String> table() throws IOException {
        String section = Files.readString(ROOT.resolve("docs/audit.md"))
                .split("## What is on record", 2)[1]
                .split("\n## ", 2)[0];
        return section.lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("\\|", -1)[1])
                .flatMap(cell -> Pattern.compile("`([^`]+)`").matcher(cell).results())
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}

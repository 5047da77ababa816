package io.atalaya.catalog.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Scans a table or a database and prints what its columns seem to hold. */
@Command(
        name = "classify",
        description = {
            "Looks at some values of each column and proposes tags, which a steward confirms or dismisses.",
            "No value is printed or kept."
        },
        mixinStandardHelpOptions = true)
public final class ClassifyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "TABLE", description = "database.table, or a database for all its tables.")
    private String name = "";

    @Mixin
    private DataOption data = new DataOption();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        try (ServerLink link = ServerLink.open(data.config())) {
            JsonNode scan = link.operator()
                    .post("/classification/scans", Map.of(name.contains(".") ? "table" : "database", name));
            output.write(scan, () -> {
                List<List<String>> rows = new ArrayList<>();
                for (JsonNode one : scan.path("proposals")) {
                    rows.add(List.of(
                            one.path("table").asText(),
                            one.path("column").asText(),
                            one.path("kind").asText(),
                            one.path("tag").asText(),
                            one.path("confidence").asText() + " %",
                            one.path("sampled").asInt() == 0
                                    ? "by " + one.path("source").asText()
                                    : one.path("matched").asText() + " of "
                                            + one.path("sampled").asText() + " values"));
                }
                Output.table(List.of("table", "column", "kind", "tag", "confidence", "because"), rows);
                Console.note(scan.path("tables").size() + " tables scanned"
                        + (scan.path("complete").asBoolean() ? "" : "; there are more, scan them by name"));
            });
        }
        return 0;
    }
}

package io.atalaya.catalog.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a pipeline and waits for its end. */
@Command(name = "run", description = "Runs a pipeline and waits for its end.", mixinStandardHelpOptions = true)
public final class RunCommand implements Callable<Integer> {
    private static final Set<String> ENDED = Set.of("SUCCEEDED", "FAILED", "CANCELLED");
    private static final long PAUSE_MILLIS = 200;

    @Parameters(paramLabel = "PIPELINE", description = "Its name; or a run's id with --resume.")
    private String name = "";

    @Option(names = "--resume", description = "Let a failed run go on with the stages that did not succeed.")
    private boolean resume;

    @Mixin
    private DataOption data = new DataOption();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws InterruptedException {
        try (ServerLink link = ServerLink.open(data.config())) {
            RestClient client = link.operator();
            JsonNode run = client.post(
                    resume
                            ? "/runs/" + RestClient.segment(name) + "/resume"
                            : "/pipelines/" + RestClient.segment(name) + "/runs",
                    null);
            Map<String, String> shown = new TreeMap<>();
            while (true) {
                if (!output.isJson()) {
                    run.path("stages").forEach(stage -> show(stage, shown));
                }
                if (ENDED.contains(run.path("state").asText())) {
                    break;
                }
                Thread.sleep(PAUSE_MILLIS);
                run = client.get("/runs/" + run.path("id").asText());
            }
            JsonNode ended = run;
            String state = ended.path("state").asText();
            output.write(
                    ended,
                    () -> Console.line("Run " + ended.path("id").asText() + " of "
                            + ended.path("pipeline").asText() + ": " + state
                            + ended.path("message")
                                    .asText("")
                                    .transform(text -> text.equals("null") || text.isEmpty() ? "" : " – " + text)));
            return state.equals("SUCCEEDED") ? 0 : 1;
        }
    }

    private static void show(JsonNode stage, Map<String, String> shown) {
        String name = stage.path("name").asText();
        String state = stage.path("state").asText();
        if (!state.equals("PENDING") && !state.equals(shown.put(name, state))) {
            String message = stage.path("message").isNull()
                    ? ""
                    : "  " + stage.path("message").asText();
            Console.line("%-10s %-10s %-24s rows in %d, out %d, rejected %d%s"
                    .formatted(
                            state,
                            stage.path("kind").asText(),
                            name,
                            stage.path("rowsIn").asLong(),
                            stage.path("rowsOut").asLong(),
                            stage.path("rowsRejected").asLong(),
                            message));
        }
    }
}

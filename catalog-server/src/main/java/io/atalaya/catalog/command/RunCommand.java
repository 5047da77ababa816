package io.atalaya.catalog.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
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

    @Option(names = "--dry-run", description = "Only say what each stage would do, and why it would fail.")
    private boolean dryRun;

    @Option(
            names = "--backfill",
            paramLabel = "FROM..TO",
            description = "Run it for each day of a range such as 2026-01-01..2026-01-31.")
    private String backfill = "";

    @Option(
            names = "--concurrency",
            defaultValue = "0",
            description = "With --backfill: how many days at once; as many as the pipeline allows without.")
    private int concurrency;

    @Mixin
    private DataOption data = new DataOption();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws InterruptedException {
        try (ServerLink link = ServerLink.open(data.config())) {
            RestClient client = link.operator();
            if (dryRun) {
                return plan(client.post("/pipelines/" + RestClient.segment(name) + "/runs", Map.of("dryRun", true)));
            }
            if (!backfill.isEmpty()) {
                return backfill(client);
            }
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

    private int plan(JsonNode plan) {
        output.write(
                plan,
                () -> plan.path("stages").forEach(stage -> {
                    Console.line("%-24s %s"
                            .formatted(
                                    stage.path("stage").asText(),
                                    stage.path("kind").asText()));
                    for (String part : List.of("reads", "writes", "notes", "problems")) {
                        stage.path(part).forEach(text -> Console.line("  %-9s %s".formatted(part, text.asText())));
                    }
                }));
        return StreamSupport.stream(plan.path("stages").spliterator(), false)
                        .allMatch(stage -> stage.path("problems").isEmpty())
                ? 0
                : 1;
    }

    private int backfill(RestClient client) throws InterruptedException {
        String[] days = backfill.split("\\.\\.", -1);
        if (days.length != 2) {
            throw new CommandException("Write --backfill FROM..TO, such as 2026-01-01..2026-01-31");
        }
        Map<String, Object> request = new TreeMap<>(Map.of("from", days[0], "to", days[1]));
        if (concurrency > 0) {
            request.put("concurrency", concurrency);
        }
        JsonNode now = client.post("/pipelines/" + RestClient.segment(name) + "/backfill", request);
        String shown = "";
        while (true) {
            JsonNode runs = now.path("runs");
            String text = runs.properties().stream()
                    .map(state -> state.getValue().asLong() + " " + state.getKey())
                    .collect(Collectors.joining(", "));
            if (!output.isJson() && !text.equals(shown)) {
                Console.line(text);
            }
            shown = text;
            if (runs.properties().stream().allMatch(state -> ENDED.contains(state.getKey()))) {
                break;
            }
            Thread.sleep(PAUSE_MILLIS);
            now = client.get("/backfills/" + now.path("id").asText());
        }
        JsonNode ended = now;
        String outcome = shown;
        output.write(
                ended,
                () -> Console.line("Backfill " + ended.path("id").asText() + " of "
                        + ended.path("pipeline").asText() + ": " + outcome));
        return ended.path("runs").size() == 1 && ended.path("runs").has("SUCCEEDED") ? 0 : 1;
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

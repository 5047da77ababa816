package io.atalaya.catalog.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atalaya.catalog.config.ServerConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs SQL as a user: there is no way around policies, so the command needs to know whose they are. */
@Command(
        name = "query",
        description = {
            "Runs SQL as a user and prints the rows.",
            "The user proves itself with a token: ATALAYA_TOKEN, or, for a user of the demonstration, --user NAME."
        },
        mixinStandardHelpOptions = true)
public final class QueryCommand implements Callable<Integer> {
    private static final int WAIT_MILLIS = 5_000;

    @Parameters(paramLabel = "SQL", description = "The statement; - reads it from the standard input.")
    private String sql = "";

    @Mixin
    private UserOption user = new UserOption();

    @Option(names = "--database", paramLabel = "NAME", description = "What names without a database are looked up in.")
    private @Nullable String database;

    @Mixin
    private DataOption data = new DataOption();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws IOException {
        ServerConfig config = data.config();
        String token = user.token(config.data());
        String text = sql.equals("-") ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : sql;
        try (ServerLink link = ServerLink.open(config)) {
            RestClient client = link.operator().as(token);
            Map<String, Object> request = new HashMap<>(Map.of("sql", text, "waitMs", WAIT_MILLIS));
            if (database != null) {
                request.put("database", database);
            }
            JsonNode execution = client.post("/queries", request);
            String id = execution.path("id").asText();
            while (List.of("QUEUED", "RUNNING").contains(execution.path("state").asText())) {
                pause();
                execution = client.get("/queries/" + id);
            }
            if (!execution.path("state").asText().equals("SUCCEEDED")) {
                throw new CommandException(execution.path("state").asText() + ": "
                        + execution.path("error").path("message").asText("cancelled"));
            }
            write(execution, rows(client, id));
        }
        return 0;
    }

    private void write(JsonNode execution, JsonNode result) {
        ObjectNode answer = result.deepCopy();
        answer.set("statistics", execution.path("statistics"));
        answer.set("access", execution.path("access"));
        output.write(answer, () -> {
            List<String> names = new ArrayList<>();
            result.path("columns")
                    .forEach(column -> names.add(column.path("name").asText()));
            List<List<String>> rows = new ArrayList<>();
            for (JsonNode row : result.path("rows")) {
                List<String> cells = new ArrayList<>();
                row.forEach(cell -> cells.add(cell.isNull() ? "NULL" : cell.asText()));
                rows.add(cells);
            }
            Output.table(names, rows);
            Console.note(rows.size() + (rows.size() == 1 ? " row, " : " rows, ")
                    + execution.path("statistics").path("totalMs").asLong() + " ms");
        });
    }

    private static JsonNode rows(RestClient client, String id) {
        ObjectNode all = client.get("/queries/" + id + "/results").deepCopy();
        ArrayNode rows = (ArrayNode) all.path("rows");
        JsonNode next = all.path("nextCursor");
        while (next.isTextual()) {
            JsonNode page = client.get("/queries/" + id + "/results?cursor=" + RestClient.segment(next.asText()));
            page.path("rows").forEach(rows::add);
            next = page.path("nextCursor");
        }
        all.remove("nextCursor");
        return all;
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new CommandException("Interrupted");
        }
    }
}

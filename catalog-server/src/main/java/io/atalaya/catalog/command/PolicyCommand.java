package io.atalaya.catalog.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Policies as code: their tests, and the way back from the service into files. */
@Command(
        name = "policy",
        description = "Policies as code.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class PolicyCommand {
    private static final String WHEN = "A moment such as 2026-03-01T00:00:00Z; now if not given.";
    private static final String WHICH = "The workspace; without, all of them as they were applied last.";
    private static final String WHERE_TO = "A folder that is empty or not there; all goes to standard output without.";
    private static final int DRIFT = 2;

    @Command(
            name = "test",
            description = {
                "Runs the tests of policies/tests/*.yaml on the policies as apply would leave them; changes nothing.",
                "If all hold, names the rules that no test would miss. Exit code 1 if a test does not hold."
            },
            mixinStandardHelpOptions = true)
    int test(
            @Parameters(paramLabel = "FOLDER", description = "The workspace.") Path folder,
            @Option(names = "--strict", description = "Fail also if no test would miss some rule.") boolean strict,
            @Mixin DataOption data,
            @Mixin Output output) {
        JsonNode report;
        try (ServerLink link = ServerLink.open(data.config())) {
            report = link.operator()
                    .post(
                            "/workspaces/test",
                            Map.of("folder", folder.toAbsolutePath().normalize().toString()));
        }
        output.write(report, () -> show(report));
        boolean missed = strict && !report.path("unnoticed").isEmpty();
        return report.path("failed").asLong() > 0 || missed ? 1 : 0;
    }

    @Command(
            name = "who-could",
            description = "Names who can see a column, or could at an earlier moment, and how.",
            mixinStandardHelpOptions = true)
    int whoCould(
            @Option(names = "--table", required = true, description = "As database.name.") String table,
            @Option(names = "--column", required = true, description = "Its name, now or earlier.") String column,
            @Option(names = "--at", description = WHEN) @Nullable Instant at,
            @Mixin DataOption data,
            @Mixin Output output) {
        String path = "/datasets/" + encoded(table).replaceFirst("\\.", "/") + "/columns/" + encoded(column)
                + "/principals?limit=1000" + (at == null ? "" : "&at=" + encoded(at.toString()));
        List<JsonNode> items = new ArrayList<>();
        try (ServerLink link = ServerLink.open(data.config())) {
            RestClient client = link.operator();
            String cursor = "";
            do {
                JsonNode page = client.get(path + cursor);
                page.path("items").forEach(items::add);
                cursor = page.path("nextCursor").isTextual()
                        ? "&cursor=" + encoded(page.path("nextCursor").asText())
                        : "";
            } while (!cursor.isEmpty());
        }
        output.write(
                items,
                () -> Output.table(
                        List.of("user", "profiles", "sees", "rows", "purpose"),
                        items.stream().map(PolicyCommand::row).toList()));
        return 0;
    }

    private static List<String> row(JsonNode item) {
        List<String> profiles = new ArrayList<>();
        item.path("profiles").forEach(profile -> profiles.add(profile.asText()));
        JsonNode access = item.path("access");
        return List.of(
                item.path("user").asText(),
                String.join(", ", profiles),
                access.path("state").asText()
                        + (access.path("mask").isTextual()
                                ? ": " + access.path("mask").asText()
                                : "")
                        + (access.path("where").isTextual()
                                ? " where " + access.path("where").asText()
                                : ""),
                item.path("rows").isTextual() ? item.path("rows").asText() : "all",
                item.path("purpose").asText(""));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static void show(JsonNode report) {
        for (JsonNode test : report.path("tests")) {
            JsonNode failures = test.path("failures");
            String place = test.path("file").asText() + ":" + test.path("line").asText();
            Console.line((failures.isEmpty() ? "holds  " : "FAILS  ")
                    + test.path("subject").asText() + "  (" + place + ")");
            failures.forEach(failure -> Console.line("         " + failure.asText()));
        }
        report.path("pending").forEach(name -> Console.line("waits  " + name.asText() + " is not there yet"));
        report.path("unnoticed").forEach(rule -> Console.line("no test would miss the policies " + rule.asText()));
        Console.line(
                report.path("tests").size() + " tests, " + report.path("failed").asText() + " failed.");
    }

    @Command(
            name = "drift",
            description = {
                "Shows in what the policies of the service are not as files say, and who made it so; changes nothing.",
                "Exit code 2 if there is any drift."
            },
            mixinStandardHelpOptions = true)
    int drift(
            @Parameters(paramLabel = "FOLDER", arity = "0..1", description = WHICH) @Nullable Path folder,
            @Mixin DataOption data,
            @Mixin Output output) {
        JsonNode report;
        try (ServerLink link = ServerLink.open(data.config())) {
            report = link.operator()
                    .post(
                            "/workspaces/drift",
                            folder == null
                                    ? Map.of()
                                    : Map.of(
                                            "folder",
                                            folder.toAbsolutePath().normalize().toString()));
        }
        int drifted = report.path("drift").size();
        output.write(report, () -> {
            report.path("drift").forEach(one -> Console.line(one.path("text").asText()));
            Console.line(
                    drifted == 0
                            ? "No drift."
                            : drifted + (drifted == 1 ? " policy is" : " policies are") + " not as files say.");
            Console.line(
                    "No drift but no code either: %s of access requests, %s of broken glass, %s passed on, %s of those who made tables, %s by lineage."
                            .formatted(
                                    report.path("fromRequests").asText(),
                                    report.path("fromBrokenGlass").asText(),
                                    report.path("passedOn").asText(),
                                    report.path("ofCreators").asText(),
                                    report.path("inherited").asText()));
        });
        return drifted == 0 ? 0 : DRIFT;
    }

    @Command(
            name = "export",
            description = {
                "Writes the policies of the service as YAML: a workspace for each that was applied, and one for what was made",
                "by hand. Applied to an empty service they make the same policies. Grants of access requests and of broken",
                "glass are counted and left out."
            },
            mixinStandardHelpOptions = true)
    int export(
            @Option(names = "--to", paramLabel = "FOLDER", description = WHERE_TO) @Nullable Path folder,
            @Mixin DataOption data,
            @Mixin Output output)
            throws IOException {
        JsonNode export;
        try (ServerLink link = ServerLink.open(data.config())) {
            export = link.operator().get("/policies/export");
        }
        if (folder != null) {
            write(export, folder.toAbsolutePath().normalize());
        }
        output.write(export, () -> {
            if (folder == null) {
                each(export, (path, text) -> Console.line("--- # " + path + "\n" + text.stripTrailing()));
            } else {
                each(export, (path, _) -> Console.line(path));
                Console.line(folder.resolve("README.md") + " says what is where and what was left out.");
            }
        });
        return 0;
    }

    private static void each(JsonNode export, BiConsumer<String, String> file) {
        export.path("workspaces")
                .forEach(workspace -> workspace
                        .path("files")
                        .forEach(one -> file.accept(
                                workspace.path("name").asText() + "/"
                                        + one.path("path").asText(),
                                one.path("text").asText())));
    }

    private static void write(JsonNode export, Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> there = Files.list(folder)) {
                if (there.findAny().isPresent()) {
                    throw new CommandException(folder + " is not empty; name a folder that is, or is not there");
                }
            }
        }
        Map<Path, String> files = new LinkedHashMap<>();
        files.put(folder.resolve("README.md"), export.path("readme").asText());
        each(export, (path, text) -> files.put(folder.resolve(path).normalize(), text));
        for (Map.Entry<Path, String> file : files.entrySet()) {
            Path parent = file.getKey().getParent();
            if (parent == null || !parent.startsWith(folder)) {
                throw new CommandException("The name of a workspace leads out of " + folder + ": " + file.getKey());
            }
            Files.createDirectories(parent);
            Files.writeString(file.getKey(), file.getValue());
        }
    }
}

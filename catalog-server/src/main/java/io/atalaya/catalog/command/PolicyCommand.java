package io.atalaya.catalog.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The policies of a workspace. */
@Command(
        name = "policy",
        description = "Tests the policies of a workspace.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class PolicyCommand {
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
}

package io.atalaya.catalog.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What compares workspaces with the service and applies them. */
public final class WorkspaceCommands {
    private WorkspaceCommands() {}

    /** Shows the difference. */
    @Command(
            name = "plan",
            description = "Shows how a workspace and the service differ; changes nothing.",
            mixinStandardHelpOptions = true)
    public static final class Plan implements Callable<Integer> {
        @Parameters(paramLabel = "FOLDER", description = "The workspace: datasets/, policies/, pipelines/.")
        private Path folder = Path.of(".");

        @Mixin
        private DataOption data = new DataOption();

        @Mixin
        private Output output = new Output();

        @Override
        public Integer call() {
            return show("plan", folder, data, output);
        }
    }

    /** Makes it go away. */
    @Command(name = "apply", description = "Makes the service what a workspace says.", mixinStandardHelpOptions = true)
    public static final class Apply implements Callable<Integer> {
        @Parameters(paramLabel = "FOLDER", description = "The workspace: datasets/, policies/, pipelines/.")
        private Path folder = Path.of(".");

        @Mixin
        private DataOption data = new DataOption();

        @Mixin
        private Output output = new Output();

        @Override
        public Integer call() {
            return show("apply", folder, data, output);
        }
    }

    private static int show(String what, Path folder, DataOption data, Output output) {
        try (ServerLink link = ServerLink.open(data.config())) {
            String path = folder.toAbsolutePath().normalize().toString();
            JsonNode difference = link.operator().post("/workspaces/" + what, Map.of("folder", path));
            output.write(difference, () -> {
                difference
                        .path("changes")
                        .forEach(change -> Console.line(change.path("text").asText()));
                difference.path("consequences").forEach(consequence -> Console.line("  ⇒ " + consequence.asText()));
                long toDo = difference.path("toDo").asLong();
                String workspace = difference.path("workspace").asText();
                Console.line(
                        toDo == 0
                                ? "Workspace " + workspace + ": nothing to do."
                                : "Workspace " + workspace + ": " + toDo + (toDo == 1 ? " change " : " changes ")
                                        + (what.equals("plan") ? "to make." : "made."));
            });
        }
        return 0;
    }
}

package io.atalaya.catalog.command;

import io.atalaya.catalog.Composition;
import io.atalaya.catalog.config.ServerConfig;
import io.atalaya.catalog.log.Logs;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts the service, loads the examples that are not loaded yet, and stays up. */
@Command(
        name = "demo",
        description = "Starts the service with the example workspaces and their data, and stays up.",
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    @Mixin
    private DataOption data = new DataOption();

    @Option(names = "--port", description = "Port to listen on; 0 for any that is free (8080).")
    private @Nullable Integer port;

    @Option(names = "--bind", description = "Address to listen on (127.0.0.1).")
    private @Nullable String bind;

    @Option(names = "--only", split = ",", paramLabel = "NAME", description = "Examples to load; all without.")
    private @Nullable List<String> only;

    @Override
    public Integer call() throws InterruptedException {
        ServerConfig config = data.config(bind, port);
        config.data().create();
        Logs.forService(config.data().logs(), false);
        try (Composition composition = Composition.start(config)) {
            Path examples = Path.of(System.getProperty("atalaya.home", ".")).resolve("examples");
            boolean complete = composition
                    .demo()
                    .load(examples, Set.copyOf(Objects.requireNonNullElse(only, List.of())), Console::line);
            if (!complete) {
                Console.note("Not everything was loaded; the logs are in "
                        + config.data().logs() + ", and the next start tries again.");
            }
            Console.line("Atalaya is ready at " + composition.address() + " (credentials: "
                    + config.data().credentials() + ")");
            Foreground.stay(composition);
        }
        return 0;
    }
}

package io.atalaya.catalog.command;

import io.atalaya.catalog.Composition;
import io.atalaya.catalog.config.ServerConfig;
import io.atalaya.catalog.log.Logs;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves a data directory until it is told to stop. */
@Command(name = "serve", description = "Starts the service and stays up.", mixinStandardHelpOptions = true)
public final class ServeCommand implements Callable<Integer> {
    @Mixin
    private DataOption data = new DataOption();

    @Option(names = "--port", description = "Port to listen on; 0 for any that is free (setting 'port', 8080).")
    private @Nullable Integer port;

    @Option(names = "--bind", description = "Address to listen on (setting 'bind', 127.0.0.1).")
    private @Nullable String bind;

    @Override
    public Integer call() throws InterruptedException {
        ServerConfig config = data.config(bind, port);
        config.data().create();
        Logs.forService(config.data().logs(), true);
        try (Composition composition = Composition.start(config)) {
            Console.line("Atalaya is ready at " + composition.address());
            Foreground.stay(composition);
        }
        return 0;
    }
}

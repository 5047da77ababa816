package io.atalaya.catalog.command;

import io.atalaya.catalog.config.ServerConfig;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which data directory a command works on. */
public final class DataOption {
    @Option(names = "--data", paramLabel = "DIR", description = "The data directory (ATALAYA_DATA, .atalaya/).")
    private @Nullable Path data;

    /** The configuration with what the command line says. */
    ServerConfig config(@Nullable String bind, @Nullable Integer port) {
        return ServerConfig.read(
                System.getenv(),
                new ServerConfig.Overrides(
                        Optional.ofNullable(data), Optional.ofNullable(bind), Optional.ofNullable(port)));
    }

    ServerConfig config() {
        return config(null, null);
    }
}

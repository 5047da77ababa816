package io.atalaya.catalog.command;

import io.atalaya.catalog.Composition;
import io.atalaya.catalog.config.DataLock;
import io.atalaya.catalog.config.ServerConfig;
import io.atalaya.catalog.config.ServerFile;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;

/**
 * The service of a data directory, for one command: the one that runs, or, if none does, one of this process' own on a
 * free port for as long as the command takes. So every command does its work in one way.
 */
public final class ServerLink implements AutoCloseable {
    private final Optional<Composition> own;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final RestClient client;

    private ServerLink(Optional<Composition> own, ServerFile server) {
        this.own = own;
        this.client = new RestClient(http, server.address(), server.token());
    }

    /** Connects, or starts. */
    public static ServerLink open(ServerConfig config) {
        Optional<DataLock> lock = DataLock.tryTake(config.data());
        if (lock.isEmpty()) {
            return new ServerLink(Optional.empty(), running(config));
        }
        lock.get().close();
        Composition own = Composition.start(config.forOneCommand());
        return new ServerLink(Optional.of(own), own.serverFile());
    }

    private static ServerFile running(ServerConfig config) {
        return ServerFile.read(config.data())
                .orElseThrow(() -> new CommandException("Another process works on "
                        + config.data().root() + " and takes no commands yet; try again when it is ready"));
    }

    /** As the operator. */
    public RestClient operator() {
        return client;
    }

    @Override
    public void close() {
        http.close();
        own.ifPresent(Composition::close);
    }
}

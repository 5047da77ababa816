package io.atalaya.catalog;

import io.atalaya.catalog.command.CommandException;
import io.atalaya.catalog.config.DataLock;
import io.atalaya.catalog.config.ServerConfig;
import io.atalaya.catalog.http.ConsoleFiles;
import io.atalaya.catalog.http.Health;
import io.atalaya.catalog.http.HttpServer;
import io.atalaya.catalog.metrics.Metrics;
import io.atalaya.migrations.MetadataDatabase;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole service, wired from top to bottom. The only class that knows every other. */
public final class Composition implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Composition.class);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final String bind;
    private final HttpServer http;

    private Composition(ServerConfig config, DataLock lock) {
        opened(lock);
        bind = config.bind();
        MetadataDatabase database = opened(database(config));
        Metrics metrics = new Metrics();
        Health health = new Health(Map.of(
                "metadata",
                () -> database.jdbi()
                        .useHandle(handle ->
                                handle.select("SELECT 1").mapTo(Integer.class).one())));
        http = opened(HttpServer.start(
                config.bind(),
                config.port(),
                new HttpServer.Surfaces(
                        List.of(), List.of(), _ -> Optional.empty(), health, metrics, new ConsoleFiles("/console"))));
    }

    /**
     * Starts everything.
     *
     * @throws CommandException if another process serves the data directory
     */
    public static Composition start(ServerConfig config) {
        long started = System.nanoTime();
        DataLock lock = DataLock.tryTake(config.data())
                .orElseThrow(() -> new CommandException("Another process serves "
                        + config.data().root() + "; stop it first, or name another folder with --data"));
        Composition composition = new Composition(config, lock);
        LOG.atInfo()
                .addKeyValue("address", composition.address())
                .addKeyValue("elapsedMs", (System.nanoTime() - started) / 1_000_000)
                .log("ready");
        return composition;
    }

    /** Where it is reached from this machine. */
    public String address() {
        String host = bind.equals("0.0.0.0") || bind.equals("::") ? "127.0.0.1" : bind;
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + http.port();
    }

    /** Closes what was opened, the last first. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            while (!open.isEmpty()) {
                AutoCloseable last = open.pop();
                try {
                    last.close();
                } catch (Exception e) {
                    LOG.atError()
                            .addKeyValue("part", last.getClass().getSimpleName())
                            .setCause(e)
                            .log("not closed in order");
                }
            }
            LOG.info("stopped");
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    private static MetadataDatabase database(ServerConfig config) {
        return switch (config.metadata()) {
            case ServerConfig.Metadata.Sqlite _ ->
                MetadataDatabase.sqlite(config.data().metadata());
            case ServerConfig.Metadata.Postgresql(var url, var user, var password) ->
                MetadataDatabase.postgresql(url, user, password);
        };
    }
}

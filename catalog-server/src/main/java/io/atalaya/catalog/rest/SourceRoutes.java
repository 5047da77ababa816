package io.atalaya.catalog.rest;

import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Fields;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.ingestion.Pipelines;
import io.atalaya.ingestion.SourceSettings;
import io.atalaya.ingestion.pipeline.CapturedTable;
import io.atalaya.ingestion.pipeline.DatabaseTable;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.pipeline.KafkaTopics;
import io.atalaya.ingestion.pipeline.KinesisStream;
import io.atalaya.ingestion.pipeline.MessageStream;
import io.atalaya.ingestion.pipeline.Pipeline;
import io.atalaya.ingestion.pipeline.Source;
import io.atalaya.ingestion.pipeline.Stage;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the settings name for pipelines to read and write, for administrators: by name and kind, with who may use it and which
 * pipelines do. Addresses, users and secrets stay in the settings.
 */
public final class SourceRoutes {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Pattern JDBC =
            Pattern.compile("jdbc:(?<kind>[a-z]+)://(?<host>\\[[^]]+]|[^:/,?]+)(?::(?<port>\\d+))?.*");
    private static final Pattern BROKER =
            Pattern.compile("(?<kind>[a-z]+)://(?<host>\\[[^]]+]|[^:/,?]+)(?::(?<port>\\d+))?.*");
    private static final Map<String, Integer> PORTS = Map.of(
            "postgresql",
            5432,
            "mysql",
            3306,
            "mariadb",
            3306,
            "mqtt",
            1883,
            "mqtts",
            8883,
            "kafka",
            9092,
            "kafkas",
            9093);

    private final SourceSettings settings;
    private final Pipelines pipelines;
    private final Recorder recorder;

    /** What those settings name. */
    public SourceRoutes(SourceSettings settings, Pipelines pipelines, Recorder recorder) {
        this.settings = settings;
        this.pipelines = pipelines;
        this.recorder = recorder;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/administration/sources", this::list),
                Route.post("/administration/sources/check", this::check));
    }

    private record Use(String pipeline, String stage, boolean writes) {}

    /**
     * @param of databases, brokers, clouds or folders of the settings
     * @param kind what it speaks
     */
    private record SourceView(
            String of, String name, String kind, List<String> usedBy, List<String> publishedBy, List<Use> uses) {}

    /** One of those that the settings name. */
    private record Named(String of, String name) implements Comparable<Named> {
        @Override
        public int compareTo(Named other) {
            int order = of.compareTo(other.of);
            return order == 0 ? name.compareTo(other.name) : order;
        }
    }

    private void list(Context ctx) {
        Caller.administrator(ctx);
        Map<Named, List<Use>> uses = uses();
        List<SourceView> sources = new ArrayList<>();
        settings.databases()
                .forEach((name, one) ->
                        sources.add(view("databases", name, kind(one.url()), one.usedBy(), one.publishedBy(), uses)));
        settings.brokers()
                .forEach((name, one) -> sources.add(view(
                        "brokers", name, String.valueOf(one.address().getScheme()), one.usedBy(), Set.of(), uses)));
        settings.clouds()
                .forEach((name, one) -> sources.add(
                        view("clouds", name, one.endpoint().isPresent() ? "s3" : "aws", one.usedBy(), Set.of(), uses)));
        settings.folders()
                .forEach((name, one) -> sources.add(view("folders", name, "folder", Set.of(), one.usedBy(), uses)));
        sources.sort((one, other) -> new Named(one.of(), one.name()).compareTo(new Named(other.of(), other.name())));
        Body.write(ctx, Page.of(sources));
    }

    private static SourceView view(
            String of,
            String name,
            String kind,
            Set<String> usedBy,
            Set<String> publishedBy,
            Map<Named, List<Use>> uses) {
        return new SourceView(
                of,
                name,
                kind,
                usedBy.stream().sorted().toList(),
                publishedBy.stream().sorted().toList(),
                uses.getOrDefault(new Named(of, name), List.of()));
    }

    private Map<Named, List<Use>> uses() {
        Map<Named, List<Use>> uses = new TreeMap<>();
        for (Pipeline pipeline : pipelines.list()) {
            for (Stage stage : pipeline.stages()) {
                named(stage)
                        .ifPresent(source -> uses.computeIfAbsent(source, _ -> new ArrayList<>())
                                .add(new Use(pipeline.name(), stage.name(), !(stage instanceof Stage.Extract))));
            }
        }
        return uses;
    }

    private static Optional<Named> named(Stage stage) {
        return switch (stage) {
            case Stage.Extract extract -> named(extract.source());
            case Stage.Publish publish ->
                switch (publish.to()) {
                    case Stage.Publish.Destination.Files files -> Optional.of(new Named("folders", files.folder()));
                    case Stage.Publish.Destination.Table table ->
                        Optional.of(new Named("databases", table.connection()));
                    case Stage.Publish.Destination.Webhook _ -> Optional.empty();
                };
            case Stage.Notify notify -> notify.sns().map(topic -> new Named("clouds", topic.cloud()));
            default -> Optional.empty();
        };
    }

    private static Optional<Named> named(Source source) {
        return switch (source) {
            case DatabaseTable table -> Optional.of(new Named("databases", table.connection()));
            case CapturedTable table -> Optional.of(new Named("databases", table.connection()));
            case KafkaTopics topics -> Optional.of(new Named("brokers", topics.broker()));
            case KinesisStream stream -> Optional.of(new Named("clouds", stream.cloud()));
            case MessageStream stream ->
                stream.from() instanceof MessageStream.Mqtt mqtt
                        ? Optional.of(new Named("brokers", mqtt.broker()))
                        : Optional.empty();
            case FileDrop drop ->
                drop.place() instanceof FileDrop.Place.Bucket bucket
                        ? Optional.of(new Named("clouds", bucket.cloud()))
                        : Optional.empty();
        };
    }

    private record CheckRequest(
            @Nullable String of, @Nullable String name) {}

    /** @param problem {@code unknown-host}, {@code timeout}, {@code refused} or {@code not-writable} */
    private record Checked(boolean reachable, Optional<String> problem, long millis) {}

    private void check(Context ctx) {
        Caller actor = Caller.administrator(ctx);
        CheckRequest request = Body.read(ctx, CheckRequest.class);
        String of = Fields.required("of", request.of());
        String name = Fields.required("name", request.name());
        Reach reach = reach(of, name).orElseThrow(() -> new RequestException.NotFound("Source '{0}.{1}'", of, name));
        recorder.happened(actor, "source.check", of + "." + name, Map.of());
        long started = System.nanoTime();
        Optional<String> problem = soon(reach);
        Body.write(
                ctx,
                new Checked(
                        problem.isEmpty(),
                        problem,
                        Duration.ofNanos(System.nanoTime() - started).toMillis()));
    }

    /** Looks whether something is there, without showing it who asks; says what is wrong. */
    @FunctionalInterface
    private interface Reach {
        Optional<String> problem();
    }

    /** Also looking a name up, or a folder that another machine has, must not take for ever. */
    private static Optional<String> soon(Reach reach) {
        FutureTask<Optional<String>> look = new FutureTask<>(reach::problem);
        Thread.ofVirtual().name("source-check").start(look);
        try {
            return look.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return Optional.of("timeout");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("timeout");
        } finally {
            look.cancel(true);
        }
    }

    private Optional<Reach> reach(String of, String name) {
        return switch (of) {
            case "databases" ->
                Optional.ofNullable(settings.databases().get(name)).map(one -> () -> answers(JDBC, one.url()));
            case "brokers" ->
                Optional.ofNullable(settings.brokers().get(name))
                        .map(one -> () -> answers(BROKER, one.address().toString()));
            case "clouds" ->
                Optional.ofNullable(settings.clouds().get(name))
                        .map(one -> () -> answers(
                                one.endpoint().orElse(URI.create("https://s3." + one.region() + ".amazonaws.com"))));
            case "folders" ->
                Optional.ofNullable(settings.folders().get(name))
                        .map(one -> () -> Files.isDirectory(one.path()) && Files.isWritable(one.path())
                                ? Optional.empty()
                                : Optional.of("not-writable"));
            default -> Optional.empty();
        };
    }

    private static String kind(String url) {
        Matcher matcher = JDBC.matcher(url);
        return matcher.matches() ? matcher.group("kind") : "jdbc";
    }

    private static Optional<String> answers(Pattern pattern, String address) {
        Matcher matcher = pattern.matcher(address.strip());
        if (!matcher.matches()) {
            return Optional.of("unknown-host");
        }
        String port = matcher.group("port");
        return answers(
                matcher.group("host"),
                port == null
                        ? PORTS.getOrDefault(matcher.group("kind").toLowerCase(Locale.ROOT), 0)
                        : Integer.parseInt(port));
    }

    private static Optional<String> answers(URI address) {
        int port = address.getPort() >= 0 ? address.getPort() : "http".equals(address.getScheme()) ? 80 : 443;
        return answers(String.valueOf(address.getHost()), port);
    }

    private static Optional<String> answers(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) PATIENCE.toMillis());
            return Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.of("unknown-host");
        } catch (SocketTimeoutException e) {
            return Optional.of("timeout");
        } catch (IOException | IllegalArgumentException e) {
            return Optional.of("refused");
        }
    }
}

package io.atalaya.catalog.config;

import com.sun.management.OperatingSystemMXBean;
import io.atalaya.ingestion.SourceSettings;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.Period;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * All the server is told, read once at start from {@code atalaya.yaml} and {@code ATALAYA_*}.
 *
 * @param bind address to listen on
 * @param port to listen on; 0 for any that is free
 * @param data where everything of this server lies
 * @param metadata the database of the catalog, the policies and everything else but data
 * @param engine limits of the embedded engine
 * @param queries limits of queries
 * @param sessions how long a browser stays signed in
 * @param secureCookies whether cookies are for HTTPS only; set it behind a proxy that ends TLS
 * @param scheduler whether pipelines start by themselves
 * @param runs how many runs of pipelines at once, on all nodes that share the metadata; empty: as many as the nodes can
 * @param webhooks what pipelines may post to, and how they sign it
 * @param sources where pipelines may take data from
 * @param workspaceSources which of the folders in {@code sources/} of a workspace is its own here
 * @param requests the rules of access requests
 * @param reviews the rules of access reviews
 * @param classification what columns are proposed to be, and when
 * @param mail where mail leaves the service; empty for none
 * @param checkpoints where those of the audit log are published
 * @param lineage where events of it go
 * @param auditRetention how long the audit log's records are kept; empty for ever
 * @param vectors what keeps the indexes of vectors; empty: the data directory
 */
public record ServerConfig(
        String bind,
        int port,
        DataDirectory data,
        Metadata metadata,
        EngineLimits engine,
        QueryLimits queries,
        SessionLimits sessions,
        boolean secureCookies,
        boolean scheduler,
        OptionalInt runs,
        Webhooks webhooks,
        SourceSettings sources,
        String workspaceSources,
        RequestConfig requests,
        ReviewConfig reviews,
        ClassificationConfig classification,
        Optional<MailConfig> mail,
        Checkpoints checkpoints,
        LineageConfig lineage,
        Optional<Period> auditRetention,
        Optional<VectorDatabase> vectors) {
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern SOURCES = Pattern.compile("[a-z0-9_-]{1,100}");
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_./-]*");

    /** Where the metadata is kept. */
    public sealed interface Metadata {
        /** A file in the data directory. */
        record Sqlite() implements Metadata {}

        /** A server; {@code url} is a JDBC URL. */
        record Postgresql(String url, String user, String password) implements Metadata {
            @Override
            public String toString() {
                return "Postgresql[url=" + url + ", user=" + user + "]";
            }
        }
    }

    /** What the embedded engine may take. */
    public record EngineLimits(int threads, long memoryBytes) {}

    /**
     * What queries may take.
     *
     * @param concurrent how many run at once
     * @param queued how many wait
     * @param timeout after which one is stopped
     * @param keepResults how long results can be fetched
     */
    public record QueryLimits(int concurrent, int queued, Duration timeout, Duration keepResults) {}

    /**
     * When a session ends.
     *
     * @param idle after the last request
     * @param absolute after sign-in
     */
    public record SessionLimits(Duration idle, Duration absolute) {}

    /** The same on a free port of this machine only, for as long as one command takes. */
    public ServerConfig forOneCommand() {
        return new ServerConfig(
                "127.0.0.1",
                0,
                data,
                metadata,
                engine,
                queries,
                sessions,
                secureCookies,
                scheduler,
                runs,
                webhooks,
                sources,
                workspaceSources,
                requests,
                reviews,
                classification,
                mail,
                checkpoints,
                lineage,
                auditRetention,
                vectors);
    }

    private enum Catalog {
        EMBEDDED
    }

    private enum Storage {
        FILE
    }

    private enum Engine {
        EMBEDDED
    }

    private enum Database {
        SQLITE,
        POSTGRESQL
    }

    private enum Identity {
        LOCAL
    }

    /**
     * The settings of the environment, of {@code atalaya.yaml} in the data directory or where {@code ATALAYA_CONFIG} says,
     * and of the command line, which wins.
     *
     * @throws ConfigException naming the setting at fault
     * @throws io.atalaya.policies.yaml.YamlProblem if the file is no YAML
     */
    public static ServerConfig read(Map<String, String> environment, Overrides overrides) {
        Path data = overrides
                .data()
                .or(() -> Optional.ofNullable(environment.get("ATALAYA_DATA")).map(Path::of))
                .orElse(Path.of(".atalaya"));
        Path file = Optional.ofNullable(environment.get("ATALAYA_CONFIG"))
                .map(Path::of)
                .orElse(data.resolve("atalaya.yaml"));
        Settings settings = Settings.of(file, environment);
        overrides.bind().ifPresent(bind -> settings.override("bind", bind, "--bind"));
        overrides.port().ifPresent(port -> settings.override("port", Integer.toString(port), "--port"));
        settings.text("data");
        settings.text("config");
        settings.choice("catalog", Catalog.EMBEDDED, Map.of("glue", "the AWS Glue catalog comes later"));
        settings.choice("storage", Storage.FILE, Map.of("s3", "S3 storage comes later"));
        settings.choice(
                "engine",
                Engine.EMBEDDED,
                Map.of("trino", "running on Trino comes later", "athena", "running on Athena comes later"));
        settings.choice("identity", Identity.LOCAL, Map.of("oidc", "OpenID Connect comes later"));
        int processors = Runtime.getRuntime().availableProcessors();
        SecretReferences secrets = new SecretReferences(environment, data);
        Webhooks webhooks =
                new Webhooks(settings.truth("webhooks.private", false), secrets.read(settings, "webhooks.secrets"));
        ServerConfig config = new ServerConfig(
                settings.text("bind").orElse("127.0.0.1"),
                settings.integer("port", 8080, 0, 65535),
                new DataDirectory(data.toAbsolutePath().normalize()),
                metadata(settings),
                new EngineLimits(
                        settings.integer("engine.threads", Math.max(2, processors), 1, 1024),
                        settings.bytes("engine.memory", defaultMemory())),
                new QueryLimits(
                        settings.integer("query.concurrent", Math.max(4, processors * 2), 1, 1000),
                        settings.integer("query.queued", 100, 0, 100_000),
                        settings.duration("query.timeout", Duration.ofMinutes(30)),
                        settings.duration("query.keep", Duration.ofDays(1))),
                new SessionLimits(
                        settings.duration("session.idle", Duration.ofHours(2)),
                        settings.duration("session.absolute", Duration.ofHours(12))),
                settings.truth("cookies.secure", false),
                settings.truth("scheduler", true),
                settings.text("runs.concurrent").isPresent()
                        ? OptionalInt.of(settings.integer("runs.concurrent", 1, 1, 10_000))
                        : OptionalInt.empty(),
                webhooks,
                new SourceConfig(settings, secrets, data.toAbsolutePath().normalize()).read(),
                workspaceSources(settings),
                RequestConfig.read(settings),
                ReviewConfig.read(settings),
                ClassificationConfig.read(settings),
                MailConfig.read(settings),
                checkpoints(settings, webhooks, data),
                lineage(settings, webhooks, data),
                auditRetention(settings),
                VectorDatabase.read(settings, secrets));
        settings.refuseUnknown();
        return config;
    }

    private static String workspaceSources(Settings settings) {
        String name = settings.text("workspaces.sources").orElse("files");
        if (!SOURCES.matcher(name).matches()) {
            throw settings.fault("workspaces.sources", "has other characters than lower case letters, digits, _ and -");
        }
        return name;
    }

    /** What reviews call unused must still be on record. */
    private static Optional<Period> auditRetention(Settings settings) {
        Optional<Period> retention = settings.period("audit.retention");
        Duration window = ReviewConfig.read(settings).window();
        if (retention
                .filter(period -> Duration.ofDays(LocalDate.EPOCH.plus(period).toEpochDay())
                                .compareTo(window)
                        < 0)
                .isPresent()) {
            throw settings.fault("audit.retention", "is shorter than reviews.window, " + window.toDays() + " days");
        }
        return retention;
    }

    private static Checkpoints checkpoints(Settings settings, Webhooks webhooks, Path data) {
        Optional<String> secret = settings.text("checkpoints.secret");
        secret.ifPresent(name -> secret(settings, webhooks, "checkpoints.secret", name));
        return new Checkpoints(
                settings.text("checkpoints.file").map(data::resolve),
                address(settings, "checkpoints.url"),
                secret,
                bucket(settings, webhooks),
                settings.duration("checkpoints.every", Duration.ofMinutes(1)));
    }

    private static LineageConfig lineage(Settings settings, Webhooks webhooks, Path data) {
        Optional<String> secret = settings.text("lineage.secret");
        secret.ifPresent(name -> secret(settings, webhooks, "lineage.secret", name));
        return new LineageConfig(
                settings.text("lineage.namespace").orElse("atalaya"),
                settings.text("lineage.file").map(data::resolve),
                address(settings, "lineage.url"),
                secret);
    }

    private static Optional<Checkpoints.Bucket> bucket(Settings settings, Webhooks webhooks) {
        Optional<String> name = settings.text("checkpoints.s3.bucket");
        String prefix = settings.text("checkpoints.s3.prefix").orElse("");
        String region = settings.text("checkpoints.s3.region").orElse("us-east-1");
        Optional<URI> endpoint = address(settings, "checkpoints.s3.endpoint");
        Optional<String> key = settings.text("checkpoints.s3.key");
        Optional<String> secret = settings.text("checkpoints.s3.secret")
                .map(one -> secret(settings, webhooks, "checkpoints.s3.secret", one));
        return name.map(bucket -> {
            if (!BUCKET.matcher(bucket).matches()) {
                throw settings.fault("checkpoints.s3.bucket", "is no name of a bucket");
            }
            if (!PREFIX.matcher(prefix).matches()) {
                throw settings.fault("checkpoints.s3.prefix", "has other characters than letters, digits, _ . - and /");
            }
            if (key.isEmpty() || secret.isEmpty()) {
                throw settings.fault("checkpoints.s3.bucket", "needs checkpoints.s3.key and checkpoints.s3.secret");
            }
            return new Checkpoints.Bucket(bucket, prefix, region, endpoint, key.get(), secret.get());
        });
    }

    private static String secret(Settings settings, Webhooks webhooks, String key, String name) {
        String found = webhooks.secrets().get(name);
        if (found == null) {
            throw settings.fault(key, "names no secret of webhooks.secrets");
        }
        return found;
    }

    private static Optional<URI> address(Settings settings, String key) {
        return settings.text(key).map(text -> {
            if (!text.startsWith("http://") && !text.startsWith("https://")) {
                throw settings.fault(key, "is no http or https address");
            }
            return URI.create(text);
        });
    }

    private static Metadata metadata(Settings settings) {
        Database database = settings.choice("metadata", Database.SQLITE, Map.of());
        Optional<String> url = settings.text("postgresql.url");
        Optional<String> user = settings.text("postgresql.user");
        Optional<String> password = settings.text("postgresql.password");
        return switch (database) {
            case SQLITE -> new Metadata.Sqlite();
            case POSTGRESQL -> {
                String address = settings.required("postgresql.url", "metadata: postgresql needs a JDBC URL");
                if (!address.startsWith("jdbc:postgresql:")) {
                    throw settings.fault("postgresql.url", "must begin with jdbc:postgresql:");
                }
                yield new Metadata.Postgresql(url.orElseThrow(), user.orElse(""), password.orElse(""));
            }
        };
    }

    /** A quarter of the machine: the engine works outside the Java heap. */
    private static long defaultMemory() {
        long machine = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 4L << 30;
        return Math.max(256L << 20, machine / 4);
    }

    /** What the command line says. */
    public record Overrides(Optional<Path> data, Optional<String> bind, Optional<Integer> port) {
        /** Nothing. */
        public static Overrides none() {
            return new Overrides(Optional.empty(), Optional.empty(), Optional.empty());
        }

        /** Only where the data is. */
        public static Overrides data(Path data) {
            return new Overrides(Optional.of(data), Optional.empty(), Optional.empty());
        }
    }
}

package io.atalaya.catalog;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.atalaya.catalog.athena.AthenaApi;
import io.atalaya.catalog.athena.GovernedMetadata;
import io.atalaya.catalog.audit.AuditIndex;
import io.atalaya.catalog.audit.AuditLogConfig;
import io.atalaya.catalog.audit.AuditProjection;
import io.atalaya.catalog.audit.AuditRetention;
import io.atalaya.catalog.audit.AuditTable;
import io.atalaya.catalog.audit.CheckpointPublisher;
import io.atalaya.catalog.audit.LegalHolds;
import io.atalaya.catalog.audit.MerkleAuditLog;
import io.atalaya.catalog.chart.ChartSight;
import io.atalaya.catalog.chart.Dashboards;
import io.atalaya.catalog.chart.SavedCharts;
import io.atalaya.catalog.classify.Classification;
import io.atalaya.catalog.command.CommandException;
import io.atalaya.catalog.config.Checkpoints;
import io.atalaya.catalog.config.DataLock;
import io.atalaya.catalog.config.LineageConfig;
import io.atalaya.catalog.config.ServerConfig;
import io.atalaya.catalog.config.ServerFile;
import io.atalaya.catalog.config.VectorDatabase;
import io.atalaya.catalog.dataset.CertificationStore;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.dataset.NamedChanges;
import io.atalaya.catalog.dataset.RegistrationStore;
import io.atalaya.catalog.demo.DemoLoad;
import io.atalaya.catalog.demo.DemoUsers;
import io.atalaya.catalog.http.Health;
import io.atalaya.catalog.http.HttpServer;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.Route;
import io.atalaya.catalog.identity.Identity;
import io.atalaya.catalog.identity.MasterKey;
import io.atalaya.catalog.identity.PurposeKeys;
import io.atalaya.catalog.identity.Users;
import io.atalaya.catalog.lineage.EventOutlet;
import io.atalaya.catalog.lineage.LineageEvents;
import io.atalaya.catalog.metrics.MeteredAudit;
import io.atalaya.catalog.metrics.Metrics;
import io.atalaya.catalog.request.MailChannel;
import io.atalaya.catalog.request.Messages;
import io.atalaya.catalog.request.RequestDesk;
import io.atalaya.catalog.request.WebhookChannel;
import io.atalaya.catalog.review.ReviewDesk;
import io.atalaya.catalog.workbench.KeptQueries;
import io.atalaya.catalog.workspace.CatalogNames;
import io.atalaya.catalog.workspace.Workspaces;
import io.atalaya.ingestion.Ingestion;
import io.atalaya.ingestion.notify.Notifier;
import io.atalaya.ingestion.notify.WebhookAddress;
import io.atalaya.ingestion.run.StageListener;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.maintenance.OrphanSweep;
import io.atalaya.lakehouse.maintenance.SweepSchedule;
import io.atalaya.lakehouse.vector.LuceneVectorIndex;
import io.atalaya.lakehouse.vector.PgVectorIndex;
import io.atalaya.lakehouse.vector.VectorIndex;
import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.policies.Policies;
import io.atalaya.query.Compiler;
import io.atalaya.query.QueryService;
import io.atalaya.query.TextVectors;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.engine.EngineFunctions;
import io.atalaya.query.lineage.LineageStore;
import io.atalaya.query.workgroup.NamedQueries;
import io.atalaya.query.workgroup.PreparedStatements;
import io.atalaya.query.workgroup.Workgroups;
import io.atalaya.query.write.Commands;
import io.atalaya.query.write.Governance;
import io.atalaya.query.write.Unloads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole service, wired from top to bottom; the routes on top of it are the {@link HttpWiring}'s. */
public final class Composition implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Composition.class);
    private static final int VECTOR_CONNECTIONS = 8;
    private static final Duration FIRST_SWEEP = Duration.ofMinutes(10);
    private static final Duration REQUESTS_EVERY = Duration.ofSeconds(10);
    private static final Duration CLASSIFY_EVERY = Duration.ofSeconds(30);
    private static final Duration SWEEP_EVERY = Duration.ofDays(1);

    private final Clock clock;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ServerConfig config;
    private final ModuleSettings settings;
    private final Notifier notifier;
    private final Services services;
    private final AthenaApi athena;
    private final List<Route> routes;
    private final HttpServer http;
    private final ServerFile serverFile;
    private @Nullable CheckpointPublisher publisher;

    private Composition(ServerConfig config, DataLock lock, Clock clock) {
        this.config = config;
        this.settings = new ModuleSettings(config);
        this.clock = clock;
        this.notifier =
                new Notifier(config.webhooks().secrets(), config.webhooks().privateAddresses());
        opened(lock);
        try {
            services = services();
            String operatorToken = HexFormat.of().formatHex(new SecureRandom().generateSeed(32));
            athena = athena();
            HttpServer.Surfaces surfaces =
                    new HttpWiring(config, services, athena, clock).surfaces(health(), operatorToken);
            routes = surfaces.api();
            http = opened(HttpServer.start(config.bind(), config.port(), surfaces));
            serverFile = new ServerFile(
                    address(), operatorToken, ProcessHandle.current().pid());
            serverFile.write(config.data());
            opened(() -> ServerFile.remove(config.data()));
            services.ingestion().start();
            publishCheckpoints();
            services.index().warmUp();
            if (config.scheduler()) {
                services.requests().start(REQUESTS_EVERY);
                services.reviews().start(REQUESTS_EVERY);
                services.classification().start(CLASSIFY_EVERY);
                services.retention().start();
                opened(SweepSchedule.start(sweep(), FIRST_SWEEP, SWEEP_EVERY));
            }
        } catch (IOException e) {
            close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Starts everything.
     *
     * @throws CommandException if another process serves the data directory
     */
    public static Composition start(ServerConfig config) {
        return start(config, Clock.systemUTC());
    }

    /** Starts everything by another clock. */
    static Composition start(ServerConfig config, Clock clock) {
        long started = System.nanoTime();
        Thread.ofPlatform().daemon().name("engine-load").start(Composition::loadEngine);
        DataLock lock = DataLock.tryTake(config.data())
                .orElseThrow(() -> new CommandException("Another process serves "
                        + config.data().root() + "; stop it first, or name another folder with --data"));
        Composition composition = new Composition(config, lock, clock);
        LOG.atInfo()
                .addKeyValue("address", composition.address())
                .addKeyValue("elapsedMs", millisSince(started))
                .log("ready");
        return composition;
    }

    /** The engine's native library takes a while to load; meanwhile the metadata is opened. */
    private static void loadEngine() {
        try {
            DriverManager.getConnection("jdbc:duckdb:").close();
        } catch (SQLException e) {
            LOG.atWarn().setCause(e).log("engine not loaded ahead");
        }
    }

    private Services services() throws IOException {
        long started = System.nanoTime();
        MetadataDatabase database = opened(settings.database());
        step("metadata", started);
        Metrics metrics = new Metrics();
        opened(notifier);
        opened(this::stopPublishing);
        MerkleAuditLog auditLog =
                opened(MerkleAuditLog.open(AuditLogConfig.in(config.data().root()), clock));
        MeteredAudit audit = new MeteredAudit(auditLog, metrics);
        AuditIndex auditIndex = opened(AuditIndex.follow(database.jdbi(), auditLog));
        metrics.gauge("atalaya.audit.records", "Durable records of the audit log", auditLog::size);
        step("audit", started);
        NamedChanges changes = new NamedChanges(audit);
        Policies policies = new Policies(database.jdbi(), clock, changes, Users.in(database.jdbi()));
        policies.keepHistory();
        MasterKey masterKey = MasterKey.in(config.data().root());
        ExecutorService beside = opened(Executors.newVirtualThreadPerTaskExecutor());
        Identity identity = new Identity(
                database.jdbi(),
                masterKey,
                settings.identity(),
                name -> policies.current().principal(name),
                beside,
                clock);
        step("identity", started);
        Lakehouse lakehouse = opened(Lakehouse.open(
                database.jdbi(),
                settings.lakehouse(),
                List.of(new EngineFunctions(new PurposeKeys(masterKey)::key)),
                List.of(config.data().system()),
                vectorIndex()));
        changes.nameFrom(lakehouse.catalog());
        step("lakehouse", started);
        TableAccess tables = new TableAccess(lakehouse.catalog());
        Workgroups workgroups = new Workgroups(database.jdbi(), policies::current, audit, clock);
        AuditProjection auditProjection =
                opened(AuditProjection.follow(config.data().system().resolve("audit_events"), auditLog));
        RegistrationStore registrations = new RegistrationStore(database.jdbi());
        DatasetIndex index = new DatasetIndex(
                lakehouse.catalog(), tables, registrations, new CertificationStore(database.jdbi(), clock));
        Classification classification = opened(
                new Classification(database.jdbi(), lakehouse, index, policies, audit, config.classification(), clock));
        AtomicReference<TextVectors> texts = new AtomicReference<>(TextVectors.NONE);
        Compiler compiler = new Compiler(
                lakehouse,
                tables,
                policies::current,
                new AuditTable(auditProjection),
                // Models are read by the compiler that looks for texts by them.
                (principal, governed, table, column, text) -> texts.get().of(principal, governed, table, column, text));
        LineageStore lineage = new LineageStore(database.jdbi(), tables, clock);
        ChartSight sight = new ChartSight(tables, compiler, policies::current);
        StageListener told = told(lineage, tables);
        Governance governance = new Governance(policies, tables, classification::derived);
        QueryService queries = opened(new QueryService(
                compiler,
                new Commands(
                        lakehouse, tables, governance, new Unloads(config.data().unloaded()), told),
                lakehouse.reader()::connect,
                workgroups,
                database.jdbi(),
                audit,
                settings.execution(),
                clock));
        step("queries", started);
        RequestDesk requests = opened(new RequestDesk(
                new RequestDesk.Neighbours(
                        database.jdbi(), policies, index, lakehouse.catalog(), identity.users(), audit),
                config.requests(),
                messages(),
                clock));
        Ingestion ingestion = opened(Ingestion.open(
                new Ingestion.Neighbours(
                        database.jdbi(),
                        lakehouse,
                        policies,
                        tables,
                        governance,
                        compiler,
                        audit,
                        lineage,
                        told,
                        requests.people()),
                settings.ingestion(),
                clock));
        texts.set(ingestion.texts());
        Dashboards dashboards = new Dashboards(database.jdbi(), sight, clock);
        Workspaces workspaces = new Workspaces(
                lakehouse.catalog(),
                registrations,
                policies,
                tables,
                () -> new CatalogNames(lakehouse.catalog(), tables),
                ingestion.pipelines(),
                dashboards,
                clock,
                config.workspaceSources());
        ReviewDesk reviews = opened(new ReviewDesk(
                new ReviewDesk.Neighbours(
                        database.jdbi(),
                        policies,
                        index,
                        lakehouse.catalog(),
                        identity.users(),
                        requests,
                        audit,
                        auditLog),
                config.reviews(),
                config.requests().steward(),
                clock));
        LegalHolds holds = new LegalHolds(database.jdbi(), clock);
        AuditRetention retention = opened(new AuditRetention(
                auditLog,
                config.auditRetention(),
                holds,
                List.of(
                        auditIndex::forget,
                        auditProjection::forget,
                        reviews::forgetUse,
                        horizon -> policies.forgetHistory(horizon.newest())),
                clock));
        step("services", started);
        return new Services(
                database,
                auditLog,
                auditIndex,
                auditProjection,
                metrics,
                new Recorder(audit),
                policies,
                identity,
                masterKey,
                lakehouse,
                tables,
                queries,
                workgroups,
                ingestion,
                lineage,
                index,
                classification,
                workspaces,
                requests,
                reviews,
                holds,
                retention,
                new SavedCharts(database.jdbi(), new NamedQueries(database.jdbi(), workgroups, clock), sight),
                new KeptQueries(database.jdbi(), new NamedQueries(database.jdbi(), workgroups, clock), sight),
                dashboards);
    }

    private AthenaApi athena() {
        Services all = services;
        Jdbi jdbi = all.database().jdbi();
        return new AthenaApi(
                all.queries(),
                all.workgroups(),
                new NamedQueries(jdbi, all.workgroups(), clock),
                new PreparedStatements(jdbi, all.workgroups(), clock),
                new GovernedMetadata(all.lakehouse().catalog(), all.tables(), all.policies()::current));
    }

    private void publishCheckpoints() {
        Checkpoints wanted = config.checkpoints();
        List<CheckpointPublisher.Place> places = Stream.of(
                        wanted.file().map(CheckpointPublisher::file),
                        wanted.url().map(url -> CheckpointPublisher.webhook(notifier, url, wanted.secret())),
                        wanted.bucket().map(CheckpointPublisher::bucket))
                .flatMap(Optional::stream)
                .toList();
        if (!places.isEmpty()) {
            publisher = CheckpointPublisher.start(services.auditLog(), places, wanted.every());
        }
    }

    /** After the log, so that the checkpoint which closes it is published too. */
    private void stopPublishing() {
        CheckpointPublisher started = publisher;
        if (started != null) {
            started.close();
        }
    }

    private OrphanSweep sweep() {
        return new OrphanSweep(
                services.lakehouse().catalog(), services.lakehouse().warehouse(), clock);
    }

    private Health health() {
        Map<String, Health.Check> checks = new LinkedHashMap<>();
        checks.put("metadata", () -> services.policies().current().epoch());
        checks.put("engine", () -> services.lakehouse().reader().connect().close());
        checks.put("audit", () -> {
            if (!java.nio.file.Files.isWritable(config.data().audit())) {
                throw new IOException("the audit log's folder is not writable");
            }
        });
        return new Health(checks);
    }

    /** What loads the demonstration. */
    public DemoLoad demo() {
        return new DemoLoad(
                config.data(),
                new DemoUsers(services.identity(), services.policies(), services.recorder()),
                services.workspaces(),
                services.ingestion(),
                services.policies()::current);
    }

    /** The tables, for tests that fill them without a pipeline. */
    Lakehouse lakehouse() {
        return services.lakehouse();
    }

    /** The requests, for tests that have no time to wait. */
    RequestDesk requests() {
        return services.requests();
    }

    /** The proposals for columns, for tests that have no time to wait. */
    Classification classification() {
        return services.classification();
    }

    /** The reviews, for tests that have no time to wait. */
    ReviewDesk reviews() {
        return services.reviews();
    }

    /** The routes of the REST API, for the test that compares them with their description. */
    List<Route> routes() {
        return routes;
    }

    /** The operations of Athena's protocol, for the test that asks each of them. */
    Set<String> athenaOperations() {
        return athena.operations();
    }

    /** Where it is reached from this machine. */
    public String address() {
        String bind = config.bind();
        String host = bind.equals("0.0.0.0") || bind.equals("::") ? "127.0.0.1" : bind;
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + http.port();
    }

    /** How commands reach it. */
    public ServerFile serverFile() {
        return serverFile;
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

    private static void step(String part, long started) {
        LOG.atInfo()
                .addKeyValue("part", part)
                .addKeyValue("elapsedMs", millisSince(started))
                .log("opened");
    }

    private static long millisSince(long started) {
        return (System.nanoTime() - started) / 1_000_000;
    }

    private VectorIndex vectorIndex() {
        if (config.vectors().isEmpty()) {
            return new LuceneVectorIndex(settings.lakehouse().vectors());
        }
        VectorDatabase vectors = config.vectors().get();
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(vectors.url());
        pool.setUsername(vectors.user());
        pool.setPassword(vectors.password());
        pool.setMaximumPoolSize(VECTOR_CONNECTIONS);
        return new PgVectorIndex(opened(new HikariDataSource(pool)));
    }

    /** The ways out of the service that the configuration names. */
    private Messages messages() {
        Map<String, Messages.Channel> channels = new LinkedHashMap<>();
        config.mail().ifPresent(mail -> channels.put("mail", new MailChannel(mail)));
        config.requests().webhook().ifPresent(webhook -> {
            channels.put(
                    "webhook", new WebhookChannel(notifier, WebhookAddress.parse(webhook.url()), webhook.secret()));
        });
        return new Messages(channels);
    }

    /** Who hears of what flows from tables into tables. */
    private StageListener told(LineageStore lineage, TableAccess tables) {
        LineageConfig wanted = config.lineage();
        if (!wanted.isWanted()) {
            return lineage::flowed;
        }
        EventOutlet outlet = opened(EventOutlet.start(wanted, notifier));
        return new LineageEvents(wanted.namespace(), tables, lineage, clock, outlet);
    }
}

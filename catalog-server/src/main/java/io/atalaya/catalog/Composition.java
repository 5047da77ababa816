package io.atalaya.catalog;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.atalaya.catalog.athena.AthenaApi;
import io.atalaya.catalog.athena.GovernedMetadata;
import io.atalaya.catalog.audit.AuditExport;
import io.atalaya.catalog.audit.AuditIndex;
import io.atalaya.catalog.audit.AuditLogConfig;
import io.atalaya.catalog.audit.AuditProjection;
import io.atalaya.catalog.audit.AuditRetention;
import io.atalaya.catalog.audit.AuditTable;
import io.atalaya.catalog.audit.AuditViews;
import io.atalaya.catalog.audit.CheckpointPublisher;
import io.atalaya.catalog.audit.Erasures;
import io.atalaya.catalog.audit.LegalHolds;
import io.atalaya.catalog.audit.MerkleAuditLog;
import io.atalaya.catalog.audit.PolicyAuthors;
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
import io.atalaya.catalog.dataset.CatalogTables;
import io.atalaya.catalog.dataset.CertificationStore;
import io.atalaya.catalog.dataset.DatasetEdits;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.dataset.DatasetOwners;
import io.atalaya.catalog.dataset.DatasetSearch;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.catalog.dataset.NamedChanges;
import io.atalaya.catalog.dataset.RegistrationStore;
import io.atalaya.catalog.dataset.SavedViews;
import io.atalaya.catalog.demo.DemoLoad;
import io.atalaya.catalog.demo.DemoUsers;
import io.atalaya.catalog.discussion.Comments;
import io.atalaya.catalog.http.AthenaRoute;
import io.atalaya.catalog.http.ConsoleFiles;
import io.atalaya.catalog.http.Cursors;
import io.atalaya.catalog.http.Health;
import io.atalaya.catalog.http.HttpServer;
import io.atalaya.catalog.http.RecordedRoutes;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RestAuthentication;
import io.atalaya.catalog.http.Route;
import io.atalaya.catalog.identity.Identity;
import io.atalaya.catalog.identity.IdentityConfig;
import io.atalaya.catalog.identity.MasterKey;
import io.atalaya.catalog.identity.PurposeKeys;
import io.atalaya.catalog.identity.Users;
import io.atalaya.catalog.lineage.EventOutlet;
import io.atalaya.catalog.lineage.LineageEvents;
import io.atalaya.catalog.metrics.MeteredAudit;
import io.atalaya.catalog.metrics.Metrics;
import io.atalaya.catalog.request.Actor;
import io.atalaya.catalog.request.MailChannel;
import io.atalaya.catalog.request.Messages;
import io.atalaya.catalog.request.Proposals;
import io.atalaya.catalog.request.RequestDesk;
import io.atalaya.catalog.request.WebhookChannel;
import io.atalaya.catalog.rest.AccessRoutes;
import io.atalaya.catalog.rest.AuditRoutes;
import io.atalaya.catalog.rest.BackfillRoutes;
import io.atalaya.catalog.rest.CertificationRoutes;
import io.atalaya.catalog.rest.ChartRoutes;
import io.atalaya.catalog.rest.CheckRoutes;
import io.atalaya.catalog.rest.ClassificationRoutes;
import io.atalaya.catalog.rest.ConsequenceRoutes;
import io.atalaya.catalog.rest.DashboardRoutes;
import io.atalaya.catalog.rest.DatasetRoutes;
import io.atalaya.catalog.rest.DiscussionRoutes;
import io.atalaya.catalog.rest.EditRoutes;
import io.atalaya.catalog.rest.ErasureRoutes;
import io.atalaya.catalog.rest.FunctionRoutes;
import io.atalaya.catalog.rest.GrantRoutes;
import io.atalaya.catalog.rest.GuardRoutes;
import io.atalaya.catalog.rest.HealthRoutes;
import io.atalaya.catalog.rest.HistoryRoutes;
import io.atalaya.catalog.rest.LineageRoutes;
import io.atalaya.catalog.rest.MatrixRoutes;
import io.atalaya.catalog.rest.ModelRoutes;
import io.atalaya.catalog.rest.NamedQueryRoutes;
import io.atalaya.catalog.rest.NearestRoutes;
import io.atalaya.catalog.rest.OpenApiRoutes;
import io.atalaya.catalog.rest.PastAccess;
import io.atalaya.catalog.rest.PipelineRoutes;
import io.atalaya.catalog.rest.PolicyExportRoutes;
import io.atalaya.catalog.rest.PolicyRoutes;
import io.atalaya.catalog.rest.PrincipalRoutes;
import io.atalaya.catalog.rest.ProfileRoutes;
import io.atalaya.catalog.rest.QualityRoutes;
import io.atalaya.catalog.rest.QueryRoutes;
import io.atalaya.catalog.rest.QueryTabRoutes;
import io.atalaya.catalog.rest.RequestRoutes;
import io.atalaya.catalog.rest.RetentionRoutes;
import io.atalaya.catalog.rest.ReviewRoutes;
import io.atalaya.catalog.rest.RunReportRoutes;
import io.atalaya.catalog.rest.Samples;
import io.atalaya.catalog.rest.SavedViewRoutes;
import io.atalaya.catalog.rest.SessionRoutes;
import io.atalaya.catalog.rest.SourceRoutes;
import io.atalaya.catalog.rest.StorageRoutes;
import io.atalaya.catalog.rest.StreamRoutes;
import io.atalaya.catalog.rest.UsageRoutes;
import io.atalaya.catalog.rest.UserRoutes;
import io.atalaya.catalog.rest.WorkgroupRoutes;
import io.atalaya.catalog.rest.WorkspaceRoutes;
import io.atalaya.catalog.review.ReviewDesk;
import io.atalaya.catalog.workbench.KeptQueries;
import io.atalaya.catalog.workbench.QueryTabs;
import io.atalaya.catalog.workspace.CatalogNames;
import io.atalaya.catalog.workspace.Workspaces;
import io.atalaya.ingestion.Ingestion;
import io.atalaya.ingestion.IngestionConfig;
import io.atalaya.ingestion.notify.Notifier;
import io.atalaya.ingestion.notify.WebhookAddress;
import io.atalaya.ingestion.run.StageListener;
import io.atalaya.lakehouse.Lakehouse;
import io.atalaya.lakehouse.LakehouseConfig;
import io.atalaya.lakehouse.maintenance.OrphanSweep;
import io.atalaya.lakehouse.maintenance.SweepSchedule;
import io.atalaya.lakehouse.vector.LuceneVectorIndex;
import io.atalaya.lakehouse.vector.PgVectorIndex;
import io.atalaya.lakehouse.vector.VectorIndex;
import io.atalaya.migrations.MetadataDatabase;
import io.atalaya.policies.Policies;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.store.PolicyLists;
import io.atalaya.query.Compiler;
import io.atalaya.query.QueryService;
import io.atalaya.query.TextVectors;
import io.atalaya.query.access.TableAccess;
import io.atalaya.query.engine.EngineFunctions;
import io.atalaya.query.execution.ExecutionConfig;
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
import java.util.HashSet;
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
import java.util.function.Function;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole service, wired from top to bottom. The only class that knows every other. */
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
    private final Notifier notifier;
    private final Services services;
    private final AthenaApi athena;
    private final List<Route> routes;
    private final HttpServer http;
    private final ServerFile serverFile;
    private @Nullable CheckpointPublisher publisher;

    /** What more than one surface stands on. */
    private record Services(
            MetadataDatabase database,
            MerkleAuditLog auditLog,
            AuditIndex auditIndex,
            AuditProjection auditProjection,
            Metrics metrics,
            Recorder recorder,
            Policies policies,
            Identity identity,
            MasterKey masterKey,
            Lakehouse lakehouse,
            TableAccess tables,
            QueryService queries,
            Workgroups workgroups,
            Ingestion ingestion,
            LineageStore lineage,
            DatasetIndex index,
            Classification classification,
            Workspaces workspaces,
            RequestDesk requests,
            ReviewDesk reviews,
            LegalHolds holds,
            AuditRetention retention,
            SavedCharts charts,
            KeptQueries named,
            Dashboards dashboards) {}

    private Composition(ServerConfig config, DataLock lock, Clock clock) {
        this.config = config;
        this.clock = clock;
        this.notifier =
                new Notifier(config.webhooks().secrets(), config.webhooks().privateAddresses());
        opened(lock);
        try {
            services = services();
            String operatorToken = HexFormat.of().formatHex(new SecureRandom().generateSeed(32));
            athena = athena();
            HttpServer.Surfaces surfaces = surfaces(operatorToken);
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
        MetadataDatabase database = opened(database(config));
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
                identityConfig(),
                name -> policies.current().principal(name),
                beside,
                clock);
        step("identity", started);
        Lakehouse lakehouse = opened(Lakehouse.open(
                database.jdbi(),
                lakehouseConfig(),
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
                executionConfig(),
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
                ingestionConfig(),
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

    private HttpServer.Surfaces surfaces(String operatorToken) {
        Services all = services;
        Policies policies = all.policies();
        Cursors cursors = new Cursors(all.masterKey().derive("atalaya/cursor"));
        DatasetSearch search = new DatasetSearch(all.index(), clock);
        Jdbi jdbi = all.database().jdbi();
        Function<PolicySnapshot, DatasetOwners> owners = now -> DatasetOwners.of(all.index(), now);
        PastAccess past = new PastAccess(policies, all.index(), all.auditLog()::horizon, clock);
        Health health = health();
        RecordedRoutes recorded = new RecordedRoutes(all.recorder());
        Stream<List<Route>> api = Stream.of(
                new OpenApiRoutes().routes(),
                new SessionRoutes(
                                all.identity(),
                                policies::current,
                                all.recorder(),
                                all.metrics(),
                                config.secureCookies(),
                                (who, administrator) ->
                                        all.reviews().reviews().concern(new Actor(who, administrator, true)),
                                this::there,
                                owners)
                        .routes(),
                new DatasetRoutes(
                                all.index(),
                                search,
                                all.lakehouse().catalog(),
                                policies::current,
                                all.queries(),
                                new Samples(all.queries()),
                                cursors,
                                clock)
                        .routes(),
                new HistoryRoutes(all.index(), all.lakehouse().catalog(), policies::current, cursors).routes(),
                new QualityRoutes(
                                all.index(),
                                all.ingestion().runs(),
                                all.ingestion().pipelines(),
                                all.ingestion().checks(),
                                policies::current,
                                clock)
                        .routes(),
                new UsageRoutes(all.index(), all.reviews(), policies::current, owners, clock).routes(),
                new EditRoutes(
                                all.index(),
                                new DatasetEdits(jdbi, all.lakehouse().catalog(), new RegistrationStore(jdbi), clock),
                                policies::current,
                                owners,
                                Users.in(jdbi),
                                all.recorder())
                        .routes(),
                new CertificationRoutes(
                                all.index(),
                                search,
                                new CertificationStore(jdbi, clock),
                                policies::current,
                                all.recorder(),
                                clock)
                        .routes(),
                new DiscussionRoutes(
                                all.index(),
                                new Comments(jdbi, clock),
                                policies::current,
                                all.identity().users(),
                                all.requests().notices(),
                                cursors,
                                all.recorder())
                        .routes(),
                new SavedViewRoutes(new SavedViews(jdbi, clock), all.recorder()).routes(),
                new NearestRoutes(all.index(), policies::current, all.queries()).routes(),
                new LineageRoutes(all.index(), all.lineage(), all.ingestion().runs(), policies::current).routes(),
                new ProfileRoutes(all.index(), all.ingestion().profiles(), policies::current, all.recorder()).routes(),
                new ModelRoutes(
                                all.index(),
                                all.ingestion().models(),
                                all.queries(),
                                policies::current,
                                cursors,
                                all.recorder())
                        .routes(),
                new QueryRoutes(
                                all.queries(),
                                policies::current,
                                all.recorder(),
                                new Proposals(all.tables(), policies::current))
                        .routes(),
                new FunctionRoutes().routes(),
                new QueryTabRoutes(new QueryTabs(jdbi, clock)).routes(),
                new NamedQueryRoutes(all.named(), all.recorder()).routes(),
                new ChartRoutes(all.charts(), all.recorder()).routes(),
                new DashboardRoutes(all.dashboards()).routes(),
                new WorkgroupRoutes(all.workgroups(), all.queries()).routes(),
                new PipelineRoutes(
                                all.ingestion().runs(),
                                all.ingestion().dryRuns(),
                                all.ingestion().deadlines(),
                                all.recorder(),
                                clock)
                        .routes(),
                new CheckRoutes(all.ingestion().runs(), all.ingestion().checks()).routes(),
                new BackfillRoutes(all.ingestion().runs(), all.ingestion().backfills(), all.recorder()).routes(),
                new RunReportRoutes(
                                all.ingestion().runs(),
                                all.ingestion().maintained(),
                                all.lakehouse().catalog(),
                                all.tables(),
                                all.policies()::current)
                        .routes(),
                new StreamRoutes(all.ingestion().pipelines(), all.ingestion().streams()).routes(),
                new ErasureRoutes(
                                new Erasures(all.auditLog(), all.auditProjection(), all.holds()),
                                all.identity().users(),
                                all.recorder())
                        .routes(),
                new RetentionRoutes(all.retention(), all.holds(), all.tables()::table, all.recorder()).routes(),
                new AuditRoutes(
                                all.auditLog(),
                                all.auditIndex(),
                                new AuditExport(
                                        all.auditLog(),
                                        all.auditIndex(),
                                        config.data().temp()),
                                new AuditViews(jdbi),
                                all.recorder())
                        .routes(),
                new UserRoutes(all.identity(), policies, all.recorder()).routes(),
                new HealthRoutes(config, health, all.auditLog(), all.lakehouse(), all.queries(), all.ingestion(), clock)
                        .routes(),
                new SourceRoutes(config.sources(), all.ingestion().pipelines(), all.recorder()).routes(),
                new StorageRoutes(all.index(), all.lakehouse().catalog(), all.ingestion(), policies::current, cursors)
                        .routes(),
                new GrantRoutes(policies, all.lakehouse().catalog(), all.tables(), cursors).routes(),
                new RequestRoutes(all.requests(), all.index(), policies::current, cursors, clock).routes(),
                new ReviewRoutes(all.reviews(), policies::current, cursors, all.recorder()).routes(),
                new AccessRoutes(policies, all.lakehouse().catalog(), all.tables(), past).routes(),
                new PrincipalRoutes(policies, all.tables(), past, cursors, clock).routes(),
                new PolicyRoutes(
                                policies,
                                new PolicyLists(jdbi),
                                all.lakehouse().catalog(),
                                all.tables(),
                                owners,
                                cursors)
                        .routes(),
                new GuardRoutes(policies, all.tables()).routes(),
                new MatrixRoutes(search, policies::current, all.lakehouse().catalog(), all.tables(), owners, cursors)
                        .routes(),
                new PolicyExportRoutes(
                                policies,
                                () -> new CatalogNames(all.lakehouse().catalog(), all.tables()),
                                all.recorder())
                        .routes(),
                new ConsequenceRoutes(policies, all.lakehouse().catalog(), all.tables(), all.tables(), clock).routes(),
                new ClassificationRoutes(
                                all.classification(),
                                all.index(),
                                policies::current,
                                new CatalogTables(all.lakehouse().catalog(), all.tables()::table),
                                cursors,
                                clock)
                        .routes(),
                new WorkspaceRoutes(all.workspaces(), new PolicyAuthors(all.auditIndex()), all.recorder()).routes());
        return new HttpServer.Surfaces(
                api.flatMap(List::stream).map(recorded::of).toList(),
                new AthenaRoute(athena, all.identity(), all.metrics()).routes(),
                new RestAuthentication(all.identity(), policies::current, operatorToken),
                health,
                all.metrics(),
                new ConsoleFiles("/console"));
    }

    /** The pages that somebody has anything on. */
    private Set<String> there(Principal who) {
        Set<String> words = new HashSet<>();
        if (services.dashboards().any(who) || services.charts().any(who)) {
            words.add("dashboards");
        }
        PolicySnapshot now = services.policies().current();
        if (services.ingestion().models().all().stream()
                .anyMatch(uuid -> services.index()
                        .find(uuid)
                        .flatMap(dataset -> Knowledge.of(dataset.table(), who, now))
                        .isPresent())) {
            words.add("models");
        }
        return words;
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

    private static MetadataDatabase database(ServerConfig config) {
        return switch (config.metadata()) {
            case ServerConfig.Metadata.Sqlite _ ->
                MetadataDatabase.sqlite(config.data().metadata());
            case ServerConfig.Metadata.Postgresql(var url, var user, var password) ->
                MetadataDatabase.postgresql(url, user, password);
        };
    }

    private IdentityConfig identityConfig() {
        IdentityConfig standard = IdentityConfig.DEFAULT;
        return new IdentityConfig(
                standard.passwordCost(),
                config.sessions().idle(),
                config.sessions().absolute(),
                standard.userLimit(),
                standard.sourceLimit());
    }

    private VectorIndex vectorIndex() {
        if (config.vectors().isEmpty()) {
            return new LuceneVectorIndex(lakehouseConfig().vectors());
        }
        VectorDatabase vectors = config.vectors().get();
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(vectors.url());
        pool.setUsername(vectors.user());
        pool.setPassword(vectors.password());
        pool.setMaximumPoolSize(VECTOR_CONNECTIONS);
        return new PgVectorIndex(opened(new HikariDataSource(pool)));
    }

    private LakehouseConfig lakehouseConfig() {
        LakehouseConfig standard = LakehouseConfig.of(
                config.data().warehouse(), config.data().temp().resolve("engine"));
        return new LakehouseConfig(
                standard.warehouse(),
                standard.vectors(),
                standard.temp(),
                config.engine().threads(),
                config.engine().memoryBytes(),
                standard.tempLimitBytes(),
                standard.settings());
    }

    private IngestionConfig ingestionConfig() {
        IngestionConfig standard = IngestionConfig.in(config.data().root());
        return new IngestionConfig(
                config.data().raw(),
                standard.temp(),
                standard.poll(),
                standard.runs(),
                config.runs(),
                config.scheduler(),
                config.metadata() instanceof ServerConfig.Metadata.Sqlite,
                config.webhooks().privateAddresses(),
                config.webhooks().secrets(),
                config.sources());
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

    private ExecutionConfig executionConfig() {
        ExecutionConfig standard = ExecutionConfig.standard(config.data().results());
        return new ExecutionConfig(
                standard.results(),
                config.queries().concurrent(),
                config.queries().queued(),
                config.queries().timeout(),
                config.queries().keepResults(),
                standard.keepHistory(),
                standard.maxResultBytes());
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

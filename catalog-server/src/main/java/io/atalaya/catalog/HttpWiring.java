package io.atalaya.catalog;

import io.atalaya.catalog.athena.AthenaApi;
import io.atalaya.catalog.audit.AuditExport;
import io.atalaya.catalog.audit.AuditViews;
import io.atalaya.catalog.audit.Erasures;
import io.atalaya.catalog.audit.PolicyAuthors;
import io.atalaya.catalog.config.ServerConfig;
import io.atalaya.catalog.dataset.CatalogTables;
import io.atalaya.catalog.dataset.CertificationStore;
import io.atalaya.catalog.dataset.DatasetEdits;
import io.atalaya.catalog.dataset.DatasetOwners;
import io.atalaya.catalog.dataset.DatasetSearch;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.catalog.dataset.RegistrationStore;
import io.atalaya.catalog.dataset.SavedViews;
import io.atalaya.catalog.discussion.Comments;
import io.atalaya.catalog.http.AthenaRoute;
import io.atalaya.catalog.http.ConsoleFiles;
import io.atalaya.catalog.http.Cursors;
import io.atalaya.catalog.http.Health;
import io.atalaya.catalog.http.HttpServer;
import io.atalaya.catalog.http.RecordedRoutes;
import io.atalaya.catalog.http.RestAuthentication;
import io.atalaya.catalog.http.Route;
import io.atalaya.catalog.identity.Users;
import io.atalaya.catalog.request.Actor;
import io.atalaya.catalog.request.Proposals;
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
import io.atalaya.catalog.rest.DeliveryRoutes;
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
import io.atalaya.catalog.workbench.QueryTabs;
import io.atalaya.catalog.workspace.CatalogNames;
import io.atalaya.policies.Policies;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.store.PolicyLists;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;

/** What is reached over HTTP: the routes of the REST API and of Athena's protocol, and the console. */
final class HttpWiring {
    private final ServerConfig config;
    private final Services all;
    private final AthenaApi athena;
    private final Clock clock;

    HttpWiring(ServerConfig config, Services all, AthenaApi athena, Clock clock) {
        this.config = config;
        this.all = all;
        this.athena = athena;
        this.clock = clock;
    }

    /** All of them; who shows {@code operatorToken} is the operator. */
    HttpServer.Surfaces surfaces(Health health, String operatorToken) {
        Policies policies = all.policies();
        Cursors cursors = new Cursors(all.masterKey().derive("atalaya/cursor"));
        DatasetSearch search = new DatasetSearch(all.index(), clock);
        Jdbi jdbi = all.database().jdbi();
        Function<PolicySnapshot, DatasetOwners> owners = now -> DatasetOwners.of(all.index(), now);
        PastAccess past = new PastAccess(policies, all.index(), all.auditLog()::horizon, clock);
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
                                all.ingestion().backlogs(),
                                all.recorder(),
                                clock)
                        .routes(),
                new DeliveryRoutes(all.ingestion().runs(), all.ingestion().deliveries(), all.recorder()).routes(),
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
        if (all.dashboards().any(who) || all.charts().any(who)) {
            words.add("dashboards");
        }
        PolicySnapshot now = all.policies().current();
        if (all.ingestion().models().all().stream()
                .anyMatch(uuid -> all.index()
                        .find(uuid)
                        .flatMap(dataset -> Knowledge.of(dataset.table(), who, now))
                        .isPresent())) {
            words.add("models");
        }
        return words;
    }
}

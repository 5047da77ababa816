package io.atalaya.catalog.rest;

import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.dataset.DatasetOwners;
import io.atalaya.catalog.dataset.DatasetSearch;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Cursors;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.query.AccessSummary;
import io.atalaya.query.QueryService;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.iceberg.Table;

/** The catalog: finding datasets and looking at one. */
public final class DatasetRoutes {
    private static final int MOST_TAGS = 10;
    private static final int LATEST_QUERIES = 200;

    private final DatasetIndex index;
    private final DatasetSearch search;
    private final LakeCatalog catalog;
    private final Supplier<PolicySnapshot> policies;
    private final QueryService queries;
    private final Samples samples;
    private final Cursors cursors;
    private final Clock clock;

    public DatasetRoutes(
            DatasetIndex index,
            DatasetSearch search,
            LakeCatalog catalog,
            Supplier<PolicySnapshot> policies,
            QueryService queries,
            Samples samples,
            Cursors cursors,
            Clock clock) {
        this.index = index;
        this.search = search;
        this.catalog = catalog;
        this.policies = policies;
        this.queries = queries;
        this.samples = samples;
        this.cursors = cursors;
        this.clock = clock;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/datasets", this::list),
                Route.get("/datasets/facets", this::facets),
                Route.get("/datasets/used", this::used),
                Route.get("/datasets/{database}/{name}", this::get),
                Route.get("/datasets/{database}/{name}/sample", this::sample));
    }

    private void list(Context ctx) {
        Principal principal = Caller.of(ctx).principal();
        PolicySnapshot now = policies.get();
        DatasetSearch.Question question = question(ctx);
        LocalDate today = today();
        int limit = Parameters.integer(ctx, "limit", 50, 1, 500);
        String list = "datasets " + question;
        Optional<String> after =
                Parameters.text(ctx, "cursor").map(cursor -> cursors.read(list, principal, now.epoch(), cursor));
        DatasetSearch.Found found = search.find(principal, now, question);
        List<DatasetSearch.Hit> page = found.page(after, limit);
        List<DatasetViews.Item> items = new ArrayList<>();
        for (DatasetSearch.Hit hit : page) {
            Knowledge.of(hit.dataset().table(), principal, now)
                    .ifPresent(knowledge -> items.add(DatasetViews.item(hit, knowledge, now, today)));
        }
        Optional<String> next = page.isEmpty()
                ? Optional.empty()
                : Optional.of(page.getLast().position())
                        .filter(found::goesOnAfter)
                        .map(position -> cursors.write(list, principal, now.epoch(), position));
        Body.write(ctx, new DatasetViews.Items(items, next, found.hits().size()));
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private static DatasetSearch.Question question(Context ctx) {
        return new DatasetSearch.Question(
                Parameters.text(ctx, "q"),
                lower(ctx, "zone"),
                lower(ctx, "database"),
                Parameters.text(ctx, "owner"),
                ctx.queryParams("tag").stream()
                        .map(tag -> tag.strip().toLowerCase(Locale.ROOT))
                        .filter(tag -> !tag.isEmpty())
                        .distinct()
                        .limit(MOST_TAGS)
                        .toList(),
                lower(ctx, "access").map(word -> switch (word) {
                    case "read" -> DatasetSearch.Access.READ;
                    case "ask" -> DatasetSearch.Access.ASK;
                    default -> throw new RequestException.BadRequest("'access' must be read or ask");
                }),
                lower(ctx, "certified").map(word -> switch (word) {
                    case "yes" -> true;
                    case "no" -> false;
                    default -> throw new RequestException.BadRequest("'certified' must be yes or no");
                }),
                switch (lower(ctx, "sort").orElse("best")) {
                    case "best" -> DatasetSearch.Order.BEST;
                    case "newest" -> DatasetSearch.Order.NEWEST;
                    default -> throw new RequestException.BadRequest("'sort' must be best or newest");
                });
    }

    private static Optional<String> lower(Context ctx, String name) {
        return Parameters.text(ctx, name).map(text -> text.toLowerCase(Locale.ROOT));
    }

    private void facets(Context ctx) {
        Body.write(ctx, search.facets(Caller.of(ctx).principal(), policies.get(), question(ctx)));
    }

    /** What the caller's latest statements read, as far as they may still know of it, the last read first. */
    private void used(Context ctx) {
        Principal principal = Caller.of(ctx).principal();
        int limit = Parameters.integer(ctx, "limit", 10, 1, 50);
        PolicySnapshot now = policies.get();
        DatasetIndex.Contents contents = index.contents();
        LocalDate today = today();
        List<DatasetViews.Item> items =
                queries.list(principal, Optional.empty(), Optional.empty(), LATEST_QUERIES).executions().stream()
                        .flatMap(execution -> execution.access().tables().stream())
                        .map(AccessSummary.TableSummary::table)
                        .distinct()
                        .flatMap(name -> contents.find(name).stream())
                        .flatMap(dataset -> Knowledge.of(dataset.table(), principal, now)
                                .map(knowledge -> DatasetViews.item(dataset, List.of(), knowledge, now, today))
                                .stream())
                        .limit(limit)
                        .toList();
        Body.write(ctx, Page.of(items));
    }

    private void get(Context ctx) {
        Caller caller = Caller.of(ctx);
        PolicySnapshot now = policies.get();
        KnownDataset known = KnownDataset.of(ctx, index, now);
        Dataset dataset = known.dataset();
        Table table = catalog.loadTable(dataset.table().name());
        Body.write(
                ctx,
                DatasetViews.page(
                        dataset,
                        known.knowledge(),
                        table,
                        now,
                        caller,
                        today(),
                        Editing.of(caller, dataset.table(), now, DatasetOwners.of(index, now))));
    }

    private void sample(Context ctx) {
        Caller caller = Caller.of(ctx);
        Knowledge knowledge = KnownDataset.of(ctx, index, policies.get()).toRead();
        Body.write(ctx, samples.of(caller.principal(), knowledge, Parameters.integer(ctx, "limit", 50, 1, 500)));
    }
}

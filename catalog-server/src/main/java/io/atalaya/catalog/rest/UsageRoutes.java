package io.atalaya.catalog.rest;

import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.dataset.DatasetOwners;
import io.atalaya.catalog.dataset.Knowledge;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Route;
import io.atalaya.catalog.review.DatasetUse;
import io.atalaya.catalog.review.ReviewDesk;
import io.atalaya.policies.PolicySnapshot;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How a dataset is used. Who uses it is told to those who watch over it or may read the audit; how often, and which of the columns that
 * they may know of, also to those who may read it; to others nothing.
 */
public final class UsageRoutes {
    private final DatasetIndex index;
    private final ReviewDesk reviews;
    private final Supplier<PolicySnapshot> policies;
    private final Function<PolicySnapshot, DatasetOwners> owners;
    private final Clock clock;

    public UsageRoutes(
            DatasetIndex index,
            ReviewDesk reviews,
            Supplier<PolicySnapshot> policies,
            Function<PolicySnapshot, DatasetOwners> owners,
            Clock clock) {
        this.index = index;
        this.reviews = reviews;
        this.policies = policies;
        this.owners = owners;
        this.clock = clock;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(Route.get("/datasets/{database}/{name}/usage", this::usage));
    }

    private record Usage(
            LocalDate since,
            String told,
            Optional<Long> statements,
            Optional<Integer> people,
            List<DayView> days,
            List<ColumnView> columns,
            List<DatasetUse.Reader> who) {}

    private record DayView(LocalDate day, long statements) {}

    private record ColumnView(String column, long statements) {}

    private void usage(Context ctx) {
        Caller caller = Caller.of(ctx);
        PolicySnapshot now = policies.get();
        KnownDataset known = KnownDataset.of(ctx, index, now);
        Dataset dataset = known.dataset();
        Knowledge knowledge = known.knowledge();
        LocalDate since = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(DatasetUse.DAYS - 1);
        boolean watches = Oversight.of(caller, dataset.table(), now, owners.apply(now));
        if (!watches && !knowledge.mayRead()) {
            Body.write(
                    ctx,
                    new Usage(since, "nothing", Optional.empty(), Optional.empty(), List.of(), List.of(), List.of()));
            return;
        }
        DatasetUse use = reviews.use(dataset.table().uuid(), since);
        Body.write(
                ctx,
                new Usage(
                        since,
                        watches ? "people" : "numbers",
                        Optional.of(use.statements()),
                        Optional.of(use.byPerson().size()),
                        use.byDay().entrySet().stream()
                                .map(day -> new DayView(day.getKey(), day.getValue()))
                                .toList(),
                        knowledge.columns().stream()
                                .map(column -> new ColumnView(
                                        column.name(), use.byColumn().getOrDefault(column.fieldId(), 0L)))
                                .sorted(Comparator.comparingLong(ColumnView::statements)
                                        .reversed())
                                .toList(),
                        watches ? use.byPerson() : List.of()));
    }
}

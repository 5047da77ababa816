package io.atalaya.catalog.rest;

import io.atalaya.catalog.classify.Classification;
import io.atalaya.catalog.classify.Kind;
import io.atalaya.catalog.classify.Proposal;
import io.atalaya.catalog.dataset.CatalogTables;
import io.atalaya.catalog.dataset.ConsequenceText;
import io.atalaya.catalog.dataset.Dataset;
import io.atalaya.catalog.dataset.DatasetIndex;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Cursors;
import io.atalaya.catalog.http.Fields;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.policies.PolicyException;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.impact.Comparison;
import io.atalaya.policies.tag.LfTag;
import io.javalin.http.Context;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** What columns seem to hold. Whoever may not classify a table is answered as if nothing were proposed for it. */
public final class ClassificationRoutes {
    private static final int LONGEST_REASON = 2_000;

    /** The UUID of no table. */
    private static final UUID NOTHING = new UUID(0, 0);

    private final Classification classification;
    private final DatasetIndex datasets;
    private final Supplier<PolicySnapshot> policies;
    private final CatalogTables tables;
    private final Cursors cursors;
    private final Clock clock;

    public ClassificationRoutes(
            Classification classification,
            DatasetIndex datasets,
            Supplier<PolicySnapshot> policies,
            CatalogTables tables,
            Cursors cursors,
            Clock clock) {
        this.classification = classification;
        this.datasets = datasets;
        this.policies = policies;
        this.tables = tables;
        this.cursors = cursors;
        this.clock = clock;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/classification/proposals", this::list),
                Route.get("/classification/proposals/{id}", this::get),
                Route.post("/classification/proposals/{id}/confirm", this::confirm),
                Route.post("/classification/proposals/{id}/dismiss", this::dismiss),
                Route.post("/classification/scans", this::scan),
                Route.post("/classification/lowerings", this::lower));
    }

    private record View(
            UUID id,
            String table,
            String column,
            String source,
            Optional<String> kind,
            String tag,
            Optional<String> tagNow,
            int confidence,
            int matched,
            int sampled,
            String state,
            String proposedBy,
            Instant proposedAt,
            String reason,
            Optional<Proposal.Ruling> ruling,
            boolean mayDecide) {}

    private record Detail(View proposal, List<Sentence> consequences) {}

    private record Views(List<View> items, Optional<String> nextCursor, int total) {}

    private record Verdict(@Nullable String reason) {}

    private record Scan(@Nullable String table, @Nullable String database) {}

    private record Scans(List<String> tables, List<View> proposals, boolean complete) {}

    private record Lowering(
            @Nullable String table,
            @Nullable String column,
            @Nullable String tag,
            @Nullable String reason) {}

    private void list(Context ctx) {
        Principal principal = Caller.of(ctx).principal();
        Proposal.State state =
                Parameters.text(ctx, "state").map(ClassificationRoutes::state).orElse(Proposal.State.OPEN);
        Optional<TableIdentifier> table = Parameters.text(ctx, "table").map(ClassificationRoutes::table);
        int limit = Parameters.integer(ctx, "limit", 50, 1, 500);
        long epoch = policies.get().epoch();
        String list = "proposals " + state + " " + table;
        Optional<Proposal.Position> after = Parameters.text(ctx, "cursor")
                .map(cursor -> Proposal.Position.parse(cursors.read(list, principal, epoch, cursor)));
        Optional<UUID> uuid = table.map(name ->
                datasets.find(name).map(dataset -> dataset.table().uuid()).orElse(NOTHING));
        Classification.Page page = classification.page(principal, state, uuid, after, limit);
        List<View> views = page.proposals().stream()
                .flatMap(one -> Optional.ofNullable(page.datasets().get(one.table()))
                        .flatMap(dataset -> view(principal, dataset, one))
                        .stream())
                .toList();
        Body.write(
                ctx,
                new Views(
                        views,
                        page.next().map(next -> cursors.write(list, principal, epoch, next.text())),
                        page.total()));
    }

    private List<View> views(Principal principal, List<Proposal> proposals) {
        Map<UUID, Dataset> seen = classification.classifiable(principal, proposals);
        List<View> views = new ArrayList<>();
        for (Proposal one : proposals) {
            Dataset dataset = seen.get(one.table());
            if (dataset != null) {
                view(principal, dataset, one).ifPresent(views::add);
            }
        }
        return views;
    }

    /** Empty if the column has gone. */
    private Optional<View> view(Principal principal, Dataset dataset, Proposal one) {
        Types.NestedField column = dataset.table().schema().findField(one.fieldId());
        if (column == null) {
            return Optional.empty();
        }
        return Optional.of(new View(
                one.id(),
                dataset.table().name().toString(),
                column.name(),
                word(one.source()),
                one.kind().map(Kind::text),
                one.tag().toString(),
                Optional.ofNullable(policies.get()
                                .tags(dataset.table(), one.fieldId())
                                .get(one.tag().key()))
                        .map(tag -> tag.tag().toString()),
                one.confidence(),
                one.matched(),
                one.sampled(),
                word(one.state()),
                one.proposedBy(),
                one.proposedAt(),
                one.reason(),
                one.ruling(),
                one.state() == Proposal.State.OPEN && !one.proposedBy().equals(principal.name())));
    }

    private record Found(Proposal proposal, Dataset dataset, View view) {}

    private Found found(Context ctx) {
        Principal principal = Caller.of(ctx).principal();
        UUID id = Parameters.id(ctx, "id", "Proposal");
        return classification
                .find(id)
                .flatMap(one -> Optional.ofNullable(classification
                                .classifiable(principal, List.of(one))
                                .get(one.table()))
                        .flatMap(dataset -> view(principal, dataset, one).map(view -> new Found(one, dataset, view))))
                .orElseThrow(() -> new RequestException.NotFound("Proposal '{0}'", id));
    }

    private void get(Context ctx) {
        Found found = found(ctx);
        Body.write(
                ctx,
                new Detail(
                        found.view(),
                        found.view().mayDecide() ? consequences(Caller.of(ctx).principal(), found) : List.of()));
    }

    /** What confirming it would change, or why it cannot be. */
    private List<Sentence> consequences(Principal principal, Found found) {
        try {
            return ConsequenceText.of(Comparison.of(
                    classification.rehearse(principal, found.dataset(), found.proposal()), tables, clock.instant()));
        } catch (PolicyException.Conflict e) {
            return List.of(e.sentence());
        }
    }

    private void confirm(Context ctx) {
        Found found = found(ctx);
        Principal principal = Caller.of(ctx).principal();
        Proposal decided = classification.confirm(
                principal, found.dataset(), found.proposal(), reason(Body.read(ctx, Verdict.class)));
        Body.write(ctx, view(principal, found.dataset(), decided).orElseThrow());
    }

    private void dismiss(Context ctx) {
        Found found = found(ctx);
        Principal principal = Caller.of(ctx).principal();
        Proposal decided = classification.dismiss(
                principal, found.dataset(), found.proposal(), reason(Body.read(ctx, Verdict.class)));
        Body.write(ctx, view(principal, found.dataset(), decided).orElseThrow());
    }

    private void scan(Context ctx) throws SQLException {
        Principal principal = Caller.of(ctx).principal();
        Scan scan = Body.read(ctx, Scan.class);
        if ((scan.table() == null) == (scan.database() == null)) {
            throw new RequestException.BadRequest("Send one of 'table' and 'database'");
        }
        PolicySnapshot now = policies.get();
        Stream<Dataset> wanted = scan.table() != null
                ? Stream.of(known(scan.table(), principal, now))
                : datasets.datasets().stream()
                        .filter(dataset -> dataset.databaseName().equals(scan.database())
                                && now.mayClassify(principal, dataset.table()));
        List<Dataset> some = wanted.limit(Classification.AT_ONCE + 1L).toList();
        List<String> names = new ArrayList<>();
        List<Proposal> proposals = new ArrayList<>();
        for (Dataset dataset : some.subList(0, Math.min(Classification.AT_ONCE, some.size()))) {
            proposals.addAll(classification.scan(principal, dataset));
            names.add(dataset.table().name().toString());
        }
        Body.write(ctx, new Scans(names, views(principal, proposals), some.size() == names.size()));
    }

    private void lower(Context ctx) {
        Principal principal = Caller.of(ctx).principal();
        Lowering lowering = Body.read(ctx, Lowering.class);
        PolicySnapshot now = policies.get();
        Dataset dataset = known(Fields.required("table", lowering.table()).strip(), principal, now);
        String name = Fields.required("column", lowering.column()).strip();
        Set<Integer> known = now.knownColumns(principal, dataset.table());
        Types.NestedField column = dataset.table().schema().columns().stream()
                .filter(one -> one.name().equals(name) && known.contains(one.fieldId()))
                .findFirst()
                .orElseThrow(() -> new RequestException.NotFound(
                        "Column '{0}' of {1}", name, dataset.table().name()));
        Proposal proposal = classification.lower(
                principal,
                dataset.table(),
                column.fieldId(),
                LfTag.parse(Fields.required("tag", lowering.tag()).strip()),
                Fields.required("reason", lowering.reason()).strip());
        Body.write(ctx, 201, view(principal, dataset, proposal).orElseThrow());
    }

    private Dataset known(String text, Principal principal, PolicySnapshot now) {
        TableIdentifier name = table(text);
        return datasets.find(name)
                .filter(dataset -> now.mayDescribe(principal, dataset.table()))
                .orElseThrow(() -> new RequestException.NotFound("Dataset '{0}'", name));
    }

    private static TableIdentifier table(String text) {
        String[] parts = text.toLowerCase(Locale.ROOT).split("\\.", -1);
        if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw new RequestException.BadRequest("'table' is written database.table");
        }
        return TableIdentifier.of(parts[0], parts[1]);
    }

    private static Proposal.State state(String text) {
        return Stream.of(Proposal.State.values())
                .filter(state -> word(state).equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new RequestException.BadRequest("'state' is one of open, confirmed, dismissed, superseded"));
    }

    private static String reason(Verdict verdict) {
        String reason = verdict.reason() == null ? "" : verdict.reason().strip();
        if (reason.length() > LONGEST_REASON) {
            throw new RequestException.BadRequest("'reason' is longer than {0} characters", LONGEST_REASON);
        }
        return reason;
    }

    private static String word(Enum<?> one) {
        return one.name().toLowerCase(Locale.ROOT);
    }
}

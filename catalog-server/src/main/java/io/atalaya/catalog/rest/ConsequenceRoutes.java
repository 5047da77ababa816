package io.atalaya.catalog.rest;

import io.atalaya.catalog.dataset.AccessView;
import io.atalaya.catalog.dataset.CatalogTables;
import io.atalaya.catalog.dataset.ConsequenceText;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Fields;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Policies;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.Source;
import io.atalaya.policies.code.PolicyFile;
import io.atalaya.policies.code.PolicyResolver;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.impact.Comparison;
import io.atalaya.policies.impact.Effect;
import io.atalaya.policies.impact.Impact;
import io.atalaya.policies.impact.Rehearsal;
import io.atalaya.policies.profile.Membership;
import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.query.access.TableAccess;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/** What a change of policies would do, before it is made; for administrators, who may know of everything. */
public final class ConsequenceRoutes {
    private static final int MOST_EFFECTS = 1_000;

    private final Policies policies;
    private final LakeCatalog catalog;
    private final TableAccess tables;
    private final GrantRequests requests;
    private final PolicyResolver names;
    private final Clock clock;

    public ConsequenceRoutes(
            Policies policies, LakeCatalog catalog, TableAccess tables, PolicyResolver names, Clock clock) {
        this.policies = policies;
        this.catalog = catalog;
        this.tables = tables;
        this.requests = new GrantRequests(catalog, tables);
        this.names = names;
        this.clock = clock;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(Route.post("/policies/consequences", this::consequences));
    }

    private record MemberPart(
            @Nullable String user,
            @Nullable String profile,
            @Nullable Boolean remove) {}

    private record Change(
            GrantRequests.@Nullable NewGrant grant,
            @Nullable String revoke,
            @Nullable TagRequest tag,
            @Nullable MemberPart member,
            @Nullable Map<String, PolicyFile.Guard> guard,
            @Nullable RulePart removeGuard,
            @Nullable Map<String, PolicyFile.Filter> filter,
            @Nullable RulePart removeFilter) {
        boolean isOne() {
            return Stream.of(grant, revoke, tag, member, guard, removeGuard, filter, removeFilter)
                            .filter(Objects::nonNull)
                            .count()
                    == 1;
        }
    }

    /** A guard or filter, by name, and by source if several have one of that name. */
    private record RulePart(
            @Nullable String table,
            @Nullable String name,
            @Nullable String source) {}

    private record ColumnView(String name, AccessView.Column before, AccessView.Column after) {}

    private record RowsView(
            @Nullable String before, @Nullable String after) {}

    private record EffectView(
            List<GrantRequests.GranteePart> who,
            Optional<String> purpose,
            String table,
            List<ColumnView> columns,
            Optional<RowsView> rows,
            List<String> voidedFilters,
            Sentence text) {
        static EffectView of(Effect effect) {
            Schema schema = effect.table().schema();
            return new EffectView(
                    effect.who().stream().map(GrantRequests.GranteePart::of).toList(),
                    effect.purpose(),
                    effect.table().name().toString(),
                    effect.columns().stream()
                            .map(column -> new ColumnView(
                                    schema.findColumnName(column.fieldId()),
                                    view(column.before(), schema),
                                    view(column.after(), schema)))
                            .toList(),
                    effect.rows()
                            .map(rows -> new RowsView(
                                    AccessView.rows(rows.before(), schema, _ -> true),
                                    AccessView.rows(rows.after(), schema, _ -> true))),
                    effect.voided().stream().map(DataCellsFilter::name).sorted().toList(),
                    ConsequenceText.of(effect));
        }

        private static AccessView.Column view(ColumnAccess access, Schema schema) {
            return AccessView.column(access, schema, _ -> true);
        }
    }

    private record ImpactView(Instant at, boolean complete, List<EffectView> effects) {}

    private void consequences(Context ctx) {
        Caller caller = Caller.administrator(ctx);
        Change change = Body.read(ctx, Change.class);
        if (!change.isOne()) {
            throw new RequestException.BadRequest(
                    "Send one of 'grant', 'revoke', 'tag', 'member', 'guard', 'removeGuard',"
                            + " 'filter' and 'removeFilter'");
        }
        Impact impact = Comparison.of(
                rehearse(change, caller.principal()), new CatalogTables(catalog, tables::table), clock.instant());
        Body.write(
                ctx,
                new ImpactView(
                        impact.at(),
                        impact.isComplete() && impact.effects().size() <= MOST_EFFECTS,
                        impact.effects().stream()
                                .limit(MOST_EFFECTS)
                                .map(EffectView::of)
                                .toList()));
    }

    private Rehearsal rehearse(Change change, Principal actor) {
        PolicySnapshot now = policies.current();
        if (change.grant() != null) {
            return policies.rehearseGrant(actor, requests.grant(change.grant(), actor, now));
        }
        if (change.revoke() != null) {
            String id = change.revoke();
            Grant grant = policies.grant(id).orElseThrow(() -> new RequestException.NotFound("Grant '{0}'", id));
            return policies.rehearseRevoke(actor, grant.grantee(), grant.resource(), grant.permissions());
        }
        if (change.tag() != null) {
            TagAssignment assignment = new TagAssignment(
                    change.tag().target(requests, actor, now), change.tag().tag(), new Source.Hand());
            return change.tag().value() == null
                    ? policies.rehearseRemove(actor, new PolicyItem.OfAssignment(assignment))
                    : policies.rehearsePut(actor, new PolicyItem.OfAssignment(assignment));
        }
        return change.member() == null ? rehearseRule(change, actor, now) : rehearseMember(change.member(), actor);
    }

    private Rehearsal rehearseRule(Change change, Principal actor, PolicySnapshot now) {
        if (change.removeGuard() != null) {
            return policies.rehearseRemove(
                    actor,
                    new PolicyItem.OfGuard(
                            one("Guard", change.removeGuard(), now.guards().stream(), Guard::name, Guard::source)));
        }
        if (change.removeFilter() != null) {
            GovernedTable table = requests.table(
                    Fields.required("removeFilter.table", change.removeFilter().table()), actor, now);
            return policies.rehearseRemove(
                    actor,
                    new PolicyItem.OfFilter(one(
                            "Filter",
                            change.removeFilter(),
                            now.filters(table.uuid()).stream(),
                            DataCellsFilter::name,
                            DataCellsFilter::source)));
        }
        if (change.guard() != null) {
            String name = single("guard", change.guard());
            return policies.rehearsePut(
                    actor,
                    new PolicyFile(null, null, null, null, null, null, null, null, change.guard()),
                    now.guards().stream()
                            .filter(guard -> guard.name().equals(name))
                            .findFirst()
                            .map(Guard::source)
                            .orElse(new Source.Hand()),
                    names);
        }
        Map<String, PolicyFile.Filter> filter = Objects.requireNonNull(change.filter());
        String name = single("filter", filter);
        GovernedTable table = requests.table(
                Fields.required(
                        "filter." + name + ".table",
                        Objects.requireNonNull(filter.get(name)).table()),
                actor,
                now);
        return policies.rehearsePut(
                actor,
                new PolicyFile(null, null, null, null, null, null, filter, null, null),
                now.filters(table.uuid()).stream()
                        .filter(one -> one.name().equals(name))
                        .findFirst()
                        .map(DataCellsFilter::source)
                        .orElse(new Source.Hand()),
                names);
    }

    private static <T> String single(String key, Map<String, T> rules) {
        if (rules.size() != 1 || rules.containsValue(null)) {
            throw new RequestException.BadRequest("'{0}' has one name, and what is under it in a policy file", key);
        }
        return rules.keySet().iterator().next();
    }

    private static <T> T one(
            String kind, RulePart wanted, Stream<T> all, Function<T, String> nameOf, Function<T, Source> sourceOf) {
        String name = Fields.required("name", wanted.name());
        List<T> found = all.filter(rule -> nameOf.apply(rule).equals(name)
                        && (wanted.source() == null
                                || sourceOf.apply(rule).text().equals(wanted.source())))
                .toList();
        if (found.isEmpty()) {
            throw new RequestException.NotFound("{0} '{1}'", kind, name);
        }
        if (found.size() > 1) {
            throw new RequestException.BadRequest(
                    "Say the 'source' of '{0}': {1}",
                    name,
                    found.stream()
                            .map(rule -> sourceOf.apply(rule).text())
                            .sorted()
                            .toList());
        }
        return found.getFirst();
    }

    private Rehearsal rehearseMember(MemberPart member, Principal actor) {
        PolicyItem item = new PolicyItem.OfMembership(new Membership(
                Fields.required("member.user", member.user()),
                Fields.required("member.profile", member.profile()),
                new Source.Hand()));
        return Boolean.TRUE.equals(member.remove())
                ? policies.rehearseRemove(actor, item)
                : policies.rehearsePut(actor, item);
    }
}

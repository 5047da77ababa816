package io.atalaya.policies.snapshot;

import io.atalaya.policies.Draws;
import io.atalaya.policies.Lake;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Source;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Condition;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Terms;
import io.atalaya.policies.grant.Validity;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Operand;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.predicate.Predicates;
import io.atalaya.policies.profile.Inclusion;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.NamedTagExpression;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.policies.tag.TagExpression;
import io.atalaya.policies.tag.TagTarget;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Policies and requests at random, from few values so that they meet. */
final class RandomPolicies {
    private static final List<String> PROFILES = List.of("p0", "p1", "p2", "p3");
    private static final Source HAND = new Source.Hand();
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private final Draws draws;
    private final List<DataCellsFilter> filters = new ArrayList<>();

    RandomPolicies(Draws draws) {
        this.draws = draws;
    }

    /** Draws them and asks both. */
    void agree() {
        for (int i = draws.below(3); i > 0; i--) {
            filters.add(new DataCellsFilter(
                    new UUID(3, i),
                    Lake.DATABASE,
                    Lake.ORDERS_UUID,
                    "f" + i,
                    columns(),
                    Predicates.any(draws, true),
                    HAND));
        }
        ReferenceEvaluation reference = new ReferenceEvaluation(
                IntStream.range(0, draws.below(6)).mapToObj(this::grant).toList(),
                filters,
                tags(),
                draws.some(0, 2, this::expression).stream()
                        .map(one -> new NamedTagExpression("n" + draws.below(2), one, HAND))
                        .collect(Collectors.toMap(NamedTagExpression::name, one -> one, (a, b) -> a))
                        .values()
                        .stream()
                        .toList(),
                IntStream.range(0, draws.below(4)).mapToObj(this::guard).toList(),
                inclusions(),
                NOW);
        World world = new World()
                .filter(filters.toArray(DataCellsFilter[]::new))
                .tag(reference.tags().toArray(TagAssignment[]::new));
        reference.grants().forEach(world::grant);
        reference.named().forEach(named -> world.name(named.name(), named.expression()));
        reference.inclusions().forEach(one -> world.include(one.profile(), one.included()));
        reference
                .guards()
                .forEach(guard ->
                        world.guard(guard.on(), guard.effect(), guard.exempt().toArray(String[]::new)));
        for (int i = 0; i < 2; i++) {
            world.user(user("u" + i));
        }
        PolicyState state = world.state();
        PolicySnapshot snapshot = new IndexedSnapshot(state, Clock.fixed(NOW, ZoneOffset.UTC));
        for (String name : List.of("u0", "u1")) {
            Principal user = snapshot.principal(name).to(Optional.ofNullable(draws.ofOrNull("churn", "billing")));
            ReferenceEvaluationTest.agree(reference, snapshot, user, Predicates.row(draws));
            ReferenceEvaluationTest.agree(reference, snapshot, user.to(Optional.of("churn")), Predicates.row(draws));
        }
    }

    private Principal user(String name) {
        Map<String, String> attributes = new TreeMap<>();
        for (String key : List.of("here", "Odd \"name\"", "region")) {
            String value = draws.ofOrNull("a", "2", "EU", "-3");
            if (value != null) {
                attributes.put(key, value);
            }
        }
        return new Principal(name, new TreeSet<>(draws.some(0, 2, () -> draws.of(PROFILES))), attributes);
    }

    private ColumnSelection columns() {
        Set<Integer> ids = new TreeSet<>(
                draws.some(1, 4, () -> draws.of(Lake.SCHEMA.columns()).fieldId()));
        return draws.coin() ? new ColumnSelection.Include(ids) : new ColumnSelection.Exclude(ids);
    }

    private Grant grant(int number) {
        Resource resource = resource();
        Set<Permission> possible = new TreeSet<>(resource.grantable());
        possible.remove(Permission.BREAK_GLASS);
        Set<Permission> permissions = new TreeSet<>(draws.some(1, 2, () -> draws.of(List.copyOf(possible))));
        if (possible.contains(Permission.SELECT) && draws.below(4) > 0) {
            permissions.add(Permission.SELECT);
        }
        Grantee grantee =
                draws.coin() ? new Grantee.User("u" + draws.below(2)) : new Grantee.Profile(draws.of(PROFILES));
        return new Grant("g" + number, grantee, resource, permissions, Set.of(), terms(), "", HAND);
    }

    private Resource resource() {
        if (!filters.isEmpty() && draws.below(3) == 0) {
            return Lake.cells(draws.of(filters));
        }
        return draws.<Resource>by(
                Lake::orders,
                () -> new Resource.OfColumns(Lake.DATABASE, Lake.ORDERS_UUID, columns()),
                () -> new Resource.OfTable(Lake.DATABASE, new UUID(2, 9)),
                () -> new Resource.AllTables(new UUID(1, draws.of(1, 1, 9))),
                () -> new Resource.OfDatabase(Lake.DATABASE),
                () -> new Resource.Tagged(kind(), expression()),
                () -> new Resource.Tagged(Resource.Tagged.Kind.TABLE, expression()),
                () -> new Resource.TaggedAs(kind(), "n" + draws.below(2)));
    }

    private Resource.Tagged.Kind kind() {
        return draws.below(4) == 0 ? Resource.Tagged.Kind.DATABASE : Resource.Tagged.Kind.TABLE;
    }

    private TagExpression expression() {
        Map<String, List<String>> values = new TreeMap<>();
        draws.some(1, 2, () -> draws.of("k", "l")).forEach(key -> values.put(key, draws.some(1, 2, this::value)));
        return TagExpression.of(values);
    }

    private String value() {
        return draws.of("x", "y", "z");
    }

    private List<TagAssignment> tags() {
        Map<String, TagAssignment> tags = new TreeMap<>();
        for (int i = draws.below(8); i > 0; i--) {
            TagTarget target = draws.by(
                    () -> new TagTarget.OfDatabase(Lake.DATABASE),
                    () -> new TagTarget.OfTable(Lake.DATABASE, Lake.ORDERS_UUID),
                    () -> new TagTarget.OfColumn(
                            Lake.DATABASE,
                            Lake.ORDERS_UUID,
                            draws.of(Lake.SCHEMA.columns()).fieldId()));
            String key = draws.of("k", "l");
            tags.put(target.text() + key, new TagAssignment(target, new LfTag(key, value()), HAND));
        }
        return List.copyOf(tags.values());
    }

    private Terms terms() {
        if (draws.coin()) {
            return Terms.NONE;
        }
        List<Instant> edges = draws.some(2, 2, () -> NOW.plusSeconds(draws.below(5) - 2)).stream()
                .sorted(Comparator.naturalOrder())
                .toList();
        Optional<Instant> from = draws.coin() ? Optional.of(edges.getFirst()) : Optional.empty();
        Optional<Instant> until = draws.coin() && !edges.getFirst().equals(edges.getLast())
                ? Optional.of(edges.getLast())
                : Optional.empty();
        Condition condition =
                draws.below(3) > 0 ? Condition.NONE : Condition.of(Map.of("region", draws.some(1, 2, this::place)));
        return new Terms(new Validity(from, until), condition, draws.of("", "", "churn", "billing"));
    }

    private String place() {
        return draws.of("EU", "a", "2");
    }

    private Guard guard(int number) {
        Guard.Selector on = draws.<Guard.Selector>by(
                () -> new Guard.Selector.Tagged(expression()),
                () -> new Guard.Selector.Columns(Lake.DATABASE, Lake.ORDERS_UUID, columns()),
                () -> new Guard.Selector.Table(Lake.DATABASE, new UUID(2, draws.of(1, 9))),
                () -> new Guard.Selector.Database(new UUID(1, draws.of(1, 9))));
        Guard.Effect effect = on instanceof Guard.Selector.Table && draws.coin()
                ? new Guard.Effect.Rows(Predicates.any(draws, true))
                : on instanceof Guard.Selector.Columns && draws.below(3) == 0 ? overTexts() : masking();
        if (on instanceof Guard.Selector.Columns && effect instanceof Guard.Effect.Rows) {
            on = new Guard.Selector.Columns(
                    Lake.DATABASE,
                    Lake.ORDERS_UUID,
                    new ColumnSelection.Include(
                            new TreeSet<>(draws.some(1, 2, () -> draws.of(Lake.A, Lake.C, Lake.REGION)))));
        }
        return new Guard(
                "guard" + number,
                "guard" + number,
                "",
                on,
                effect,
                new TreeSet<>(draws.some(0, 1, () -> draws.of(PROFILES))),
                HAND);
    }

    private Guard.Effect overTexts() {
        Predicate equal = new Predicate.Comparison(
                Guard.VALUE,
                Predicate.Operator.EQUAL,
                draws.coin() ? new Operand.UserAttribute("region") : new Operand.Text("a"));
        return new Guard.Effect.Rows(draws.coin() ? equal : new Predicate.Not(equal));
    }

    private Guard.Effect masking() {
        return draws.by(
                Guard.Effect.Hide::new,
                () -> new Guard.Effect.Masks(new Mask.Redact()),
                () -> new Guard.Effect.Masks(new Mask.RedactNumbers(1 + draws.below(3))),
                () -> new Guard.Effect.Masks(new Mask.Constant(draws.of("one", "two"))),
                () -> new Guard.Effect.Masks(new Mask.Null()));
    }

    /** A few, from lower to higher numbers, so that there is no circle. */
    private List<Inclusion> inclusions() {
        return draws.some(0, 3, () -> draws.below(3)).stream()
                .distinct()
                .map(from -> new Inclusion("p" + from, "p" + (from + 1 + draws.below(3 - from)), HAND))
                .toList();
    }
}

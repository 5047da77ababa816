package io.atalaya.policies.snapshot;

import static io.atalaya.policies.Lake.ORDERS;
import static io.atalaya.policies.Lake.SCHEMA;
import static io.atalaya.policies.Permission.SELECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.Lake;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Source;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.predicate.PredicateBinding;
import io.atalaya.policies.predicate.PredicateEvaluation;
import io.atalaya.policies.predicate.Predicates;
import io.atalaya.policies.tag.TagExpression;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** The decision against an oracle that looks at every cell and every grant, with nothing clever in it. */
class DecisionPropertiesTest {
    private static final Principal ANA = new Principal("ana", Set.of("analyst"), Map.of("here", "a"));
    private static final Set<Integer> TAGGED = Set.of(Lake.A, Lake.REGION, Lake.AMOUNT);

    /** A grant to be made; a filter where {@code rows} are not all. */
    record Given(ColumnSelection columns, Predicate rows, boolean byTag) {
        boolean gives(int column) {
            return byTag ? TAGGED.contains(column) : columns.contains(column);
        }
    }

    @Provide
    Arbitrary<Given> grants() {
        Arbitrary<ColumnSelection> columns = Combinators.combine(
                        Arbitraries.of(SCHEMA.columns().stream()
                                        .map(Types.NestedField::fieldId)
                                        .toList())
                                .set()
                                .ofMinSize(1)
                                .ofMaxSize(4),
                        Arbitraries.of(true, false))
                .as((ids, include) -> include ? new ColumnSelection.Include(ids) : new ColumnSelection.Exclude(ids));
        Arbitrary<Predicate> rows = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(3, Predicates.any(true)),
                net.jqwik.api.Tuple.of(1, Arbitraries.just(new Predicate.Always())));
        return Combinators.combine(columns, rows, Arbitraries.of(true, false, false, false))
                .as((some, predicate, byTag) -> byTag
                        ? new Given(ColumnSelection.all(), new Predicate.Always(), true)
                        : new Given(some, predicate, false));
    }

    @Provide
    Arbitrary<List<Given>> someGrants() {
        return grants().list().ofMaxSize(4);
    }

    @Provide
    Arbitrary<Map<Integer, @Nullable Object>> rows() {
        return Predicates.rows();
    }

    @Provide
    Arbitrary<Guard> guards() {
        Arbitrary<Guard.Selector> on = Arbitraries.of(
                new Guard.Selector.Tagged(TagExpression.of(Map.of("t", List.of("x")))),
                new Guard.Selector.Columns(
                        Lake.DATABASE, Lake.ORDERS_UUID, new ColumnSelection.Include(Set.of(Lake.A, Lake.B))),
                new Guard.Selector.Database(Lake.DATABASE));
        Arbitrary<Guard.Effect> columns = Arbitraries.of(
                new Guard.Effect.Hide(),
                new Guard.Effect.Masks(new Mask.Redact()),
                new Guard.Effect.Masks(new Mask.ShowFirst(1, 1)),
                new Guard.Effect.Masks(new Mask.Null()));
        Arbitrary<Guard> onColumns = Combinators.combine(on, columns).as(DecisionPropertiesTest::guard);
        Arbitrary<Guard> onRows = Predicates.any(true)
                .map(rows ->
                        guard(new Guard.Selector.Table(Lake.DATABASE, Lake.ORDERS_UUID), new Guard.Effect.Rows(rows)));
        return Arbitraries.oneOf(onColumns, onRows);
    }

    private static Guard guard(Guard.Selector on, Guard.Effect effect) {
        return new Guard("g", "g", "", on, effect, Set.of("steward"), new Source.Hand());
    }

    private static World world(List<Given> grants) {
        World world = new World();
        TAGGED.forEach(column -> world.tag(Lake.onColumn(column, "t=x")));
        for (int i = 0; i < grants.size(); i++) {
            Given given = grants.get(i);
            if (given.byTag()) {
                world.grant("analyst", World.tagged("t", "x"), SELECT);
            } else if (given.rows() instanceof Predicate.Always) {
                world.grant(
                        "analyst", new Resource.OfColumns(Lake.DATABASE, Lake.ORDERS_UUID, given.columns()), SELECT);
            } else {
                UUID id = new UUID(3, i);
                world.filter(new DataCellsFilter(
                        id,
                        Lake.DATABASE,
                        Lake.ORDERS_UUID,
                        id.toString(),
                        given.columns(),
                        given.rows(),
                        new Source.Hand()));
                world.grant("analyst", new Resource.OfCells(Lake.DATABASE, Lake.ORDERS_UUID, id), SELECT);
            }
        }
        return world;
    }

    /** The columns whose value the row shows; empty if it is not there at all. A row without any column may be there. */
    private static Set<Integer> shown(PolicySnapshot snapshot, Map<Integer, @Nullable Object> row) {
        return seen(snapshot, row, false);
    }

    private static Set<Integer> seen(PolicySnapshot snapshot, Map<Integer, @Nullable Object> row, boolean alsoMasked) {
        if (!(snapshot.decide(ANA, SELECT, ORDERS) instanceof Decision.Allowed allowed)
                || !PredicateEvaluation.matches(allowed.rows(), row)) {
            return Set.of();
        }
        return allowed.columns().entrySet().stream()
                .filter(column -> switch (column.getValue()) {
                    case ColumnAccess.Visible _ -> true;
                    case ColumnAccess.VisibleWhere(var where, var _) -> PredicateEvaluation.matches(where, row);
                    case ColumnAccess.Masked(var _, var where, var _) ->
                        alsoMasked && PredicateEvaluation.matches(where, row);
                    case ColumnAccess.Hidden _ -> false;
                })
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static boolean holds(Predicate rows, Map<Integer, @Nullable Object> row) {
        return PredicateEvaluation.matches(
                PredicateBinding.bind(rows, SCHEMA, ANA).orElseThrow(), row);
    }

    @Property(tries = 800)
    void shows_exactly_the_cells_that_some_grant_gives(
            @ForAll("someGrants") List<Given> grants, @ForAll("rows") Map<Integer, @Nullable Object> row) {
        Set<Integer> expected = SCHEMA.columns().stream()
                .map(Types.NestedField::fieldId)
                .filter(column -> grants.stream().anyMatch(given -> given.gives(column) && holds(given.rows(), row)))
                .collect(Collectors.toSet());
        assertThat(shown(world(grants).snapshot(), row)).isEqualTo(expected);
    }

    @Property(tries = 300)
    void another_grant_never_takes_a_cell_away(
            @ForAll("someGrants") List<Given> grants,
            @ForAll("grants") Given more,
            @ForAll("rows") Map<Integer, @Nullable Object> row) {
        Set<Integer> before = shown(world(grants).snapshot(), row);
        List<Given> all = new java.util.ArrayList<>(grants);
        all.add(more);
        assertThat(shown(world(all).snapshot(), row)).containsAll(before);
    }

    @Property(tries = 300)
    void another_guard_never_gives_a_cell_or_a_row(
            @ForAll("someGrants") List<Given> grants,
            @ForAll("guards") Guard first,
            @ForAll("guards") Guard second,
            @ForAll("rows") Map<Integer, @Nullable Object> row) {
        PolicySnapshot none = world(grants).snapshot();
        PolicySnapshot one =
                world(grants).guard(first.on(), first.effect(), "steward").snapshot();
        PolicySnapshot both = world(grants)
                .guard(first.on(), first.effect(), "steward")
                .guard(second.on(), second.effect(), "steward")
                .snapshot();
        assertThat(shown(none, row)).containsAll(shown(one, row));
        assertThat(shown(one, row)).containsAll(shown(both, row));
        assertThat(seen(one, row, true)).containsAll(seen(both, row, true));
        Principal steward = new Principal("ana", Set.of("analyst", "steward"), ANA.attributes());
        assertThat(both.decide(steward, SELECT, ORDERS))
                .usingRecursiveComparison()
                .ignoringFields("principal")
                .isEqualTo(none.decide(steward, SELECT, ORDERS));
    }

    @Property(tries = 200)
    void every_answer_has_a_reason_and_no_user_attribute(
            @ForAll("someGrants") List<Given> grants, @ForAll("guards") Guard guard) {
        Decision decision =
                world(grants).guard(guard.on(), guard.effect()).snapshot().decide(ANA, SELECT, ORDERS);
        assertThat(decision.because()).isNotEmpty();
        assertThat(decision.permission()).isEqualTo(Permission.SELECT);
        if (decision instanceof Decision.Allowed allowed) {
            assertThat(allowed.columns().keySet())
                    .isEqualTo(SCHEMA.columns().stream()
                            .map(Types.NestedField::fieldId)
                            .collect(Collectors.toSet()));
            allowed.columns()
                    .values()
                    .forEach(column -> assertThat(column.because())
                            .isNotEmpty()
                            .allSatisfy(cause -> assertThat(cause.text()).endsWith(".")));
            // Evaluation refuses user attributes.
            PredicateEvaluation.matches(allowed.rows(), Map.of());
        }
    }
}

package io.atalaya.policies.snapshot;

import static io.atalaya.policies.Lake.ORDERS;
import static io.atalaya.policies.Lake.SCHEMA;
import static io.atalaya.policies.Permission.SELECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.Draws;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

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

    private static Given grant(Draws draws) {
        if (draws.below(4) == 0) {
            return new Given(ColumnSelection.all(), new Predicate.Always(), true);
        }
        Set<Integer> ids = Set.copyOf(
                new HashSet<>(draws.some(1, 4, () -> draws.of(SCHEMA.columns()).fieldId())));
        ColumnSelection columns = draws.coin() ? new ColumnSelection.Include(ids) : new ColumnSelection.Exclude(ids);
        return new Given(columns, draws.below(4) == 0 ? new Predicate.Always() : Predicates.any(draws, true), false);
    }

    private static List<Given> grants(Draws draws) {
        return draws.some(0, 4, () -> grant(draws));
    }

    private static Guard aGuard(Draws draws) {
        if (draws.coin()) {
            return guard(
                    new Guard.Selector.Table(Lake.DATABASE, Lake.ORDERS_UUID),
                    new Guard.Effect.Rows(Predicates.any(draws, true)));
        }
        return guard(
                draws.of(
                        new Guard.Selector.Tagged(TagExpression.of(Map.of("t", List.of("x")))),
                        new Guard.Selector.Columns(
                                Lake.DATABASE, Lake.ORDERS_UUID, new ColumnSelection.Include(Set.of(Lake.A, Lake.B))),
                        new Guard.Selector.Database(Lake.DATABASE)),
                draws.of(
                        new Guard.Effect.Hide(),
                        new Guard.Effect.Masks(new Mask.Redact()),
                        new Guard.Effect.Masks(new Mask.ShowFirst(1, 1)),
                        new Guard.Effect.Masks(new Mask.Null())));
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

    @Test
    void shows_exactly_the_cells_that_some_grant_gives() {
        Draws.times(800, draws -> showsExactly(grants(draws), Predicates.row(draws)));
    }

    private static void showsExactly(List<Given> grants, Map<Integer, @Nullable Object> row) {
        Set<Integer> expected = SCHEMA.columns().stream()
                .map(Types.NestedField::fieldId)
                .filter(column -> grants.stream().anyMatch(given -> given.gives(column) && holds(given.rows(), row)))
                .collect(Collectors.toSet());
        assertThat(shown(world(grants).snapshot(), row)).isEqualTo(expected);
    }

    @Test
    void another_grant_never_takes_a_cell_away() {
        Draws.times(300, draws -> takesNothing(grants(draws), grant(draws), Predicates.row(draws)));
    }

    private static void takesNothing(List<Given> grants, Given more, Map<Integer, @Nullable Object> row) {
        Set<Integer> before = shown(world(grants).snapshot(), row);
        List<Given> all = new java.util.ArrayList<>(grants);
        all.add(more);
        assertThat(shown(world(all).snapshot(), row)).containsAll(before);
    }

    @Test
    void another_guard_never_gives_a_cell_or_a_row() {
        Draws.times(300, draws -> givesNothing(grants(draws), aGuard(draws), aGuard(draws), Predicates.row(draws)));
    }

    private static void givesNothing(
            List<Given> grants, Guard first, Guard second, Map<Integer, @Nullable Object> row) {
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

    @Test
    void every_answer_has_a_reason_and_no_user_attribute() {
        Draws.times(200, draws -> hasReasons(grants(draws), aGuard(draws)));
    }

    private static void hasReasons(List<Given> grants, Guard guard) {
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

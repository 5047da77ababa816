package io.atalaya.policies.snapshot;

import io.atalaya.policies.Cause;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.Principal;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.predicate.PredicateBinding;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.types.Types;

/**
 * Who may read what of one table: the union of all grants, as in Lake Formation, then the guards.
 *
 * <p>Each grant gives some columns in some rows. A row is let through if some grant gives something in it; a cell of it if
 * some grant gives that column in that row. Guards take rows away for everybody they hold for, and mask or hide columns.
 */
final class SelectDecision {
    private final PolicyState state;
    private final Principal principal;
    private final GovernedTable table;
    private final Sentences sentences;
    private final List<Grant> grants;

    SelectDecision(PolicyState state, Principal principal, GovernedTable table, List<Grant> grants) {
        this.state = state;
        this.principal = principal;
        this.table = table;
        this.sentences = new Sentences(state, table);
        this.grants =
                grants.stream().filter(grant -> grant.gives(Permission.SELECT)).toList();
    }

    /** What one grant gives. */
    private record Reach(Grant grant, Set<Integer> columns, Predicate rows) {}

    Decision decide(boolean visible) {
        if (state.pending().contains(table.name().toString())
                || state.pending().contains(table.name().namespace().toString())) {
            return denied(visible, sentences.pending());
        }
        List<Reach> reaches =
                grants.stream().flatMap(grant -> reach(grant).stream()).toList();
        if (reaches.isEmpty()) {
            return denied(visible, sentences.noGrant(principal));
        }
        GuardsOnTable guards = GuardsOnTable.of(state, principal, table, sentences);
        Map<Integer, ColumnAccess> columns = columns(reaches, guards);
        if (columns.values().stream().allMatch(ColumnAccess.Hidden.class::isInstance)) {
            return denied(
                    visible,
                    columns.values().stream()
                            .flatMap(column -> column.because().stream())
                            .distinct()
                            .toArray(Cause[]::new));
        }
        List<Predicate> rows = new ArrayList<>();
        rows.add(Predicate.or(reaches.stream().map(Reach::rows).toList()));
        rows.addAll(guards.rows());
        List<Cause> because = Stream.concat(
                        reaches.stream().map(reach -> sentences.grant(reach.grant())), guards.rowCauses().stream())
                .distinct()
                .toList();
        return new Decision.Allowed(
                principal, Permission.SELECT, table, state.epoch(), Predicate.and(rows), columns, because);
    }

    private Decision denied(boolean visible, Cause... causes) {
        return new Decision.Denied(principal, Permission.SELECT, table, state.epoch(), visible, List.of(causes));
    }

    private Optional<Reach> reach(Grant grant) {
        Optional<Reach> reach = switch (grant.resource()) {
            case Resource.OfTable _, Resource.AllTables _ ->
                Optional.of(new Reach(grant, columns(_ -> true), new Predicate.Always()));
            case Resource.OfColumns(var _, var _, var chosen) ->
                Optional.of(new Reach(grant, columns(chosen::contains), new Predicate.Always()));
            case Resource.OfCells(var _, var _, var id) ->
                Optional.ofNullable(state.filters().get(id)).flatMap(filter -> cells(grant, filter));
            case Resource.Tagged _, Resource.TaggedAs _ ->
                state.tablesTagged(grant.resource())
                        .map(expression -> new Reach(
                                grant,
                                columns(state.tags().columnsMatching(expression, table.databaseUuid(), table.uuid())),
                                new Predicate.Always()));
            case Resource.OfCatalog _, Resource.OfDatabase _, Resource.OfLocation _ -> Optional.empty();
        };
        // A grant that gives no column gives no row either: it must not widen the row filter.
        return reach.filter(some -> !some.columns().isEmpty());
    }

    private Optional<Reach> cells(Grant grant, DataCellsFilter filter) {
        return filter.table().equals(table.uuid())
                ? PredicateBinding.bind(filter.rows(), table.schema(), principal)
                        .map(rows -> new Reach(grant, columns(filter.columns()::contains), rows))
                : Optional.empty();
    }

    private Set<Integer> columns(java.util.function.IntPredicate chosen) {
        return table.schema().columns().stream()
                .map(Types.NestedField::fieldId)
                .filter(chosen::test)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Map<Integer, ColumnAccess> columns(List<Reach> reaches, GuardsOnTable guards) {
        Set<Predicate> allRows = reaches.stream().map(Reach::rows).collect(Collectors.toSet());
        // Columns that the same grants give are the same before the guards.
        Map<BitSet, ColumnAccess> alike = new HashMap<>();
        Map<Integer, ColumnAccess> columns = new HashMap<>();
        for (Types.NestedField column : table.schema().columns()) {
            BitSet giving = new BitSet(reaches.size());
            for (int i = 0; i < reaches.size(); i++) {
                giving.set(i, reaches.get(i).columns().contains(column.fieldId()));
            }
            ColumnAccess granted = giving.isEmpty()
                    ? new ColumnAccess.Hidden(sentences.notGiven(column, grants))
                    : alike.computeIfAbsent(giving, some -> granted(reaches, some, allRows));
            columns.put(column.fieldId(), guards.on(column, granted));
        }
        return columns;
    }

    private ColumnAccess granted(List<Reach> reaches, BitSet giving, Set<Predicate> allRows) {
        List<Cause> because = new ArrayList<>();
        Set<Predicate> rows = new LinkedHashSet<>();
        giving.stream().mapToObj(reaches::get).forEach(reach -> {
            because.add(sentences.grant(reach.grant()));
            rows.add(reach.rows());
        });
        boolean everywhere = rows.contains(new Predicate.Always()) || rows.equals(allRows);
        return everywhere
                ? new ColumnAccess.Visible(because)
                : new ColumnAccess.VisibleWhere(Predicate.or(List.copyOf(rows)), because);
    }
}

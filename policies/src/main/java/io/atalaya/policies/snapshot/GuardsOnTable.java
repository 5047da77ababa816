package io.atalaya.policies.snapshot;

import io.atalaya.policies.Cause;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.predicate.PredicateBinding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.apache.iceberg.types.Types;

/** What the guards that hold for one principal take away from one table. */
final class GuardsOnTable {
    private final PolicyState state;
    private final Principal principal;
    private final GovernedTable table;
    private final Sentences sentences;
    private final List<Predicate> rows = new ArrayList<>();
    private final List<Cause> rowCauses = new ArrayList<>();
    private final Set<Integer> hidden = new HashSet<>();
    private final Map<Integer, Mask> masks = new HashMap<>();
    private final Map<Integer, List<Cause>> causes = new HashMap<>();

    private GuardsOnTable(PolicyState state, Principal principal, GovernedTable table, Sentences sentences) {
        this.state = state;
        this.principal = principal;
        this.table = table;
        this.sentences = sentences;
    }

    static GuardsOnTable of(PolicyState state, Principal principal, GovernedTable table, Sentences sentences) {
        GuardsOnTable guards = new GuardsOnTable(state, principal, table, sentences);
        for (Guard guard : state.guards()) {
            if (guards.concerns(guard.on()) && Collections.disjoint(guard.exempt(), principal.profiles())) {
                guards.add(guard);
            }
        }
        return guards;
    }

    /** Each to be ANDed. */
    List<Predicate> rows() {
        return rows;
    }

    List<Cause> rowCauses() {
        return rowCauses;
    }

    /** What is left of the access that the grants give to a column. */
    ColumnAccess on(Types.NestedField column, ColumnAccess granted) {
        List<Cause> because = Stream.concat(
                        granted.because().stream(), causes.getOrDefault(column.fieldId(), List.of()).stream())
                .toList();
        if (granted instanceof ColumnAccess.Hidden || hidden.contains(column.fieldId())) {
            return new ColumnAccess.Hidden(because);
        }
        Mask mask = masks.get(column.fieldId());
        if (mask == null) {
            return granted;
        }
        Predicate where = switch (granted) {
            case ColumnAccess.VisibleWhere(var given, var _) -> given;
            case ColumnAccess.Visible _, ColumnAccess.Masked _, ColumnAccess.Hidden _ -> new Predicate.Always();
        };
        return new ColumnAccess.Masked(mask, where, because);
    }

    /** Of a guard that concerns the table. */
    private void add(Guard guard) {
        List<Types.NestedField> guarded = guarded(guard.on());
        boolean wholeTable = switch (guard.on()) {
            case Guard.Selector.Table(var _, var uuid) -> uuid.equals(table.uuid());
            case Guard.Selector.Database(var uuid) -> uuid.equals(table.databaseUuid());
            case Guard.Selector.Tagged _, Guard.Selector.Columns _ -> false;
        };
        switch (guard.effect()) {
            case Guard.Effect.Hide _ ->
                guarded.forEach(column -> {
                    hidden.add(column.fieldId());
                    because(column, sentences.guard(guard, Sentence.of("is hidden")));
                });
            case Guard.Effect.Masks(var mask) -> guarded.forEach(column -> mask(guard, column, mask));
            case Guard.Effect.Rows(var predicate) -> {
                if (wholeTable) {
                    rows(guard, predicate);
                } else {
                    guarded.forEach(
                            column -> rows(guard, PredicateBinding.move(predicate, Guard.VALUE, column.fieldId())));
                }
            }
        }
    }

    private boolean concerns(Guard.Selector selector) {
        return switch (selector) {
            case Guard.Selector.Tagged _ -> true;
            case Guard.Selector.Columns(var _, var uuid, var _) -> uuid.equals(table.uuid());
            case Guard.Selector.Table(var _, var uuid) -> uuid.equals(table.uuid());
            case Guard.Selector.Database(var uuid) -> uuid.equals(table.databaseUuid());
        };
    }

    private List<Types.NestedField> guarded(Guard.Selector selector) {
        IntPredicate chosen = switch (selector) {
            case Guard.Selector.Tagged(var expression) ->
                state.tags().columnsMatching(expression, table.databaseUuid(), table.uuid());
            case Guard.Selector.Columns(var _, var _, var columns) -> columns::contains;
            case Guard.Selector.Table _, Guard.Selector.Database _ -> _ -> true;
        };
        List<Types.NestedField> guarded = new ArrayList<>();
        for (Types.NestedField column : table.schema().columns()) {
            if (chosen.test(column.fieldId())) {
                guarded.add(column);
            }
        }
        return guarded;
    }

    private void mask(Guard guard, Types.NestedField column, Mask wanted) {
        // A mask that cannot keep the column's type hides the value instead of letting it through.
        Mask mask = wanted.fits(column.type()) ? wanted : new Mask.Null();
        Mask before = masks.get(column.fieldId());
        masks.put(column.fieldId(), before == null ? mask : before.and(mask));
        because(column, sentences.guard(guard, Sentence.of("shows {0}", mask.sentence())));
    }

    private void rows(Guard guard, Predicate predicate) {
        Predicate bound =
                PredicateBinding.bind(predicate, table.schema(), principal).orElseGet(Predicate.Never::new);
        rows.add(bound);
        rowCauses.add(sentences.guardedRows(guard, bound));
    }

    private void because(Types.NestedField column, Cause cause) {
        causes.computeIfAbsent(column.fieldId(), _ -> new ArrayList<>()).add(cause);
    }
}

package io.atalaya.query.execution;

import io.atalaya.policies.Cause;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.Principal;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.predicate.PredicateText;
import io.atalaya.query.AccessSummary;
import io.atalaya.query.CompiledStatement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Decisions, counted and put into words for the one who asked. What a view reads with its owner's rights is not told. */
final class AccessSummaries {
    private AccessSummaries() {}

    static AccessSummary of(Principal principal, CompiledStatement statement) {
        List<AccessSummary.TableSummary> tables = new ArrayList<>();
        for (int index = 0; index < statement.decisions().size(); index++) {
            Decision.Allowed decision = statement.decisions().get(index);
            if (decision.principal().equals(principal)) {
                tables.add(table(decision, statement.inputs().get(index).known()));
            }
        }
        return new AccessSummary(tables);
    }

    private static AccessSummary.TableSummary table(Decision.Allowed decision, Set<Integer> known) {
        int visible = 0;
        int masked = 0;
        int conditional = 0;
        int hidden = 0;
        Set<Sentence> because = new LinkedHashSet<>();
        decision.because().stream().map(Cause::sentence).forEach(because::add);
        for (var column : decision.columns().entrySet()) {
            ColumnAccess access = column.getValue();
            switch (access) {
                case ColumnAccess.Visible _ -> visible++;
                case ColumnAccess.Masked _ -> masked++;
                case ColumnAccess.VisibleWhere _ -> conditional++;
                case ColumnAccess.Hidden _ -> hidden += known.contains(column.getKey()) ? 1 : 0;
            }
            if (!(access instanceof ColumnAccess.Hidden)) {
                access.because().stream().map(Cause::sentence).forEach(because::add);
            }
        }
        return new AccessSummary.TableSummary(
                decision.table().name().toString(),
                visible,
                masked,
                conditional,
                hidden,
                rows(decision),
                new ArrayList<>(because));
    }

    private static String rows(Decision.Allowed decision) {
        return decision.rows() instanceof Predicate.Always
                ? "all"
                : PredicateText.named(
                        decision.rows(),
                        decision.table().schema(),
                        id -> !(decision.columns().get(id) instanceof ColumnAccess.Hidden));
    }
}

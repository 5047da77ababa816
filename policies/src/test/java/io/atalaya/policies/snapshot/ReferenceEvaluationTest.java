package io.atalaya.policies.snapshot;

import static io.atalaya.policies.Lake.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.Draws;
import io.atalaya.policies.Horizon;
import io.atalaya.policies.Lake;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.predicate.PredicateEvaluation;
import io.atalaya.policies.snapshot.ReferenceEvaluation.Cell;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random policies and requests: what {@code decide} says is what the {@link ReferenceEvaluation} says of each cell.
 * {@code -Datalaya.policySets=100000} tries that many.
 */
class ReferenceEvaluationTest {
    private static final int SETS = Integer.getInteger("atalaya.policySets", 2_000);
    private static final List<Permission> PERMISSIONS = List.of(
            Permission.SELECT,
            Permission.INSERT,
            Permission.DELETE,
            Permission.ALTER,
            Permission.DROP,
            Permission.DESCRIBE,
            Permission.ALL);

    @Test
    void every_cell_is_decided_as_by_the_reference() {
        Draws.times(SETS, draws -> new RandomPolicies(draws).agree());
    }

    static void agree(
            ReferenceEvaluation reference,
            PolicySnapshot snapshot,
            Principal user,
            Map<Integer, @Nullable Object> row) {
        for (Permission permission : PERMISSIONS) {
            assertThat(snapshot.decide(user, permission, ORDERS) instanceof Decision.Allowed)
                    .as("%s for %s", permission, user)
                    .isEqualTo(reference.may(user, permission));
        }
        assertThat(isWithin(snapshot.horizon(user), snapshot))
                .as("horizon of %s", user)
                .isEqualTo(reference.may(user, Permission.DESCRIBE))
                .isEqualTo(snapshot.mayDescribe(user, ORDERS));
        if (snapshot.decide(user, Permission.SELECT, ORDERS) instanceof Decision.Allowed allowed) {
            boolean visible = PredicateEvaluation.matches(allowed.rows(), row);
            assertThat(visible).as("row %s for %s of %s", row, user, reference).isEqualTo(reference.row(user, row));
            for (Types.NestedField column : Lake.SCHEMA.columns()) {
                Cell expected = reference.cell(user, column, row);
                Cell decided = cell(allowed.column(column.fieldId()), row);
                // In a row that is not there no cell is asked for; a column is there or not in every row.
                if (visible || expected instanceof Cell.Gone || decided instanceof Cell.Gone) {
                    assertThat(decided)
                            .as("%s of %s for %s", column.name(), row, user)
                            .isEqualTo(expected);
                }
            }
        }
    }

    private static boolean isWithin(Horizon horizon, PolicySnapshot snapshot) {
        return horizon.everything()
                || horizon.tables().contains(ORDERS.uuid())
                || horizon.databases().contains(ORDERS.databaseUuid())
                || horizon.tagged().stream()
                        .anyMatch(expression -> snapshot.tagging()
                                .someOfTableMatches(expression, ORDERS.databaseUuid(), ORDERS.uuid()));
    }

    private static Cell cell(ColumnAccess access, Map<Integer, @Nullable Object> row) {
        return switch (access) {
            case ColumnAccess.Visible _ -> new Cell.Shown();
            case ColumnAccess.VisibleWhere(var where, var _) ->
                PredicateEvaluation.matches(where, row) ? new Cell.Shown() : new Cell.Withheld();
            case ColumnAccess.Masked(var mask, var where, var _) ->
                PredicateEvaluation.matches(where, row) ? new Cell.Replaced(mask) : new Cell.Withheld();
            case ColumnAccess.Hidden _ -> new Cell.Gone();
        };
    }
}

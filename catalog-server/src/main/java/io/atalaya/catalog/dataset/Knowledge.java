package io.atalaya.catalog.dataset;

import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Types;

/**
 * What one principal may know of one table: that it exists, and which of its columns do. A column it may not read is
 * known to it only if a grant describes it expressly.
 *
 * @param select the decision on reading it
 * @param columns those it may know of, in the order of the schema
 */
public record Knowledge(GovernedTable table, Decision select, List<Types.NestedField> columns) {
    public Knowledge {
        columns = List.copyOf(columns);
    }

    /** Empty if the table does not exist for this principal. */
    public static Optional<Knowledge> of(GovernedTable table, Principal principal, PolicySnapshot policies) {
        if (!policies.mayDescribe(principal, table)) {
            return Optional.empty();
        }
        Decision select = policies.decide(principal, Permission.SELECT, table);
        Set<Integer> ids = policies.knownColumns(principal, table);
        List<Types.NestedField> known = table.schema().columns().stream()
                .filter(column -> ids.contains(column.fieldId()))
                .toList();
        return Optional.of(new Knowledge(table, select, known));
    }

    /** What the column is to the principal. */
    public ColumnAccess access(Types.NestedField column) {
        return access(select, column);
    }

    /** Whether it may read anything of it. */
    public boolean mayRead() {
        return select instanceof Decision.Allowed;
    }

    private static ColumnAccess access(Decision select, Types.NestedField column) {
        return switch (select) {
            case Decision.Denied denied -> new ColumnAccess.Hidden(denied.because());
            case Decision.Allowed allowed -> {
                ColumnAccess access = allowed.columns().get(column.fieldId());
                yield access == null ? new ColumnAccess.Hidden(allowed.because()) : access;
            }
        };
    }
}

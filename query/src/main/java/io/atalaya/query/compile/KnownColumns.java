package io.atalaya.query.compile;

import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import java.util.List;
import org.apache.iceberg.types.Types;

/** The columns of a table that a principal may know of. */
final class KnownColumns {
    private KnownColumns() {}

    /** In their order; none if the principal may not even know of the table. */
    static List<Types.NestedField> of(Principal principal, PolicySnapshot policies, GovernedTable table) {
        if (policies.mayDescribe(principal, table)) {
            return table.schema().columns();
        }
        return switch (policies.decide(principal, Permission.SELECT, table)) {
            case Decision.Denied _ -> List.of();
            case Decision.Allowed allowed ->
                table.schema().columns().stream()
                        .filter(column -> {
                            ColumnAccess access = allowed.columns().get(column.fieldId());
                            return access != null && !(access instanceof ColumnAccess.Hidden);
                        })
                        .toList();
        };
    }
}

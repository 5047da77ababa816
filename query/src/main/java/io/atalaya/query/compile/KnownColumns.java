package io.atalaya.query.compile;

import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.types.Types;

/** The columns of a table that a principal may know of: policies say which, for every way out alike. */
final class KnownColumns {
    private KnownColumns() {}

    /** In their order; none if the principal may not even know of the table. */
    static List<Types.NestedField> of(Principal principal, PolicySnapshot policies, GovernedTable table) {
        Set<Integer> known = policies.knownColumns(principal, table);
        return table.schema().columns().stream()
                .filter(column -> known.contains(column.fieldId()))
                .toList();
    }
}

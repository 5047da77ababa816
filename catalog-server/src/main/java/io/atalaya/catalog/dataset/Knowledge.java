package io.atalaya.catalog.dataset;

import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.types.Types;

/**
 * What one principal may know of one table: that it exists, and which of its columns do. A column it may not read is
 * known to it only if a grant describes the table to it expressly, or if it administers the service: that somebody may
 * read some columns does not tell them what the others are called.
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
        boolean expressly = isDescribed(principal, table, policies);
        List<Types.NestedField> known = new ArrayList<>();
        for (Types.NestedField column : table.schema().columns()) {
            if (expressly || !(access(select, column) instanceof ColumnAccess.Hidden)) {
                known.add(column);
            }
        }
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

    /** Whether a grant that holds now gives DESCRIBE on the whole table, and not only along with something else. */
    private static boolean isDescribed(Principal principal, GovernedTable table, PolicySnapshot policies) {
        if (policies.isAdministrator(principal)) {
            return true;
        }
        if (!(policies.decide(principal, Permission.DESCRIBE, table) instanceof Decision.Allowed describe)) {
            return false;
        }
        Set<String> holding =
                describe.because().stream().map(cause -> cause.id()).collect(Collectors.toCollection(HashSet::new));
        Stream<Grantee> selves = Stream.concat(
                Stream.of(new Grantee.User(principal.name())),
                principal.profiles().stream().map(Grantee.Profile::new));
        return selves.flatMap(self -> policies.grants(self).stream())
                .filter(grant -> holding.contains(grant.id()))
                .anyMatch(Knowledge::describesWhole);
    }

    private static boolean describesWhole(Grant grant) {
        return grant.gives(Permission.DESCRIBE)
                && switch (grant.resource()) {
                    case Resource.OfTable _, Resource.AllTables _, Resource.Tagged _ -> true;
                    case Resource.OfCatalog _,
                            Resource.OfDatabase _,
                            Resource.OfColumns _,
                            Resource.OfCells _,
                            Resource.OfLocation _ -> false;
                };
    }
}

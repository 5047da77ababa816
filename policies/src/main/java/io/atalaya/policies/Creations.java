package io.atalaya.policies;

import io.atalaya.policies.code.DriftReport;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import io.atalaya.policies.grant.Terms;
import io.atalaya.policies.store.PolicyEdit;
import io.atalaya.policies.store.PolicyItem;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What whoever makes something may do with it from then on. */
final class Creations {
    /** What whoever makes a table may do with it: all but classify it, which would let values into a laxer place. */
    private static final Set<Permission> MADE_TABLE = Set.of(
            Permission.SELECT,
            Permission.INSERT,
            Permission.DELETE,
            Permission.ALTER,
            Permission.DROP,
            Permission.DESCRIBE);

    private static final Set<Permission> MADE_DATABASE =
            Set.of(Permission.ALTER, Permission.DROP, Permission.DESCRIBE, Permission.CREATE_TABLE);

    private Creations() {}

    static Grant ofTable(Principal creator, UUID database, UUID table) {
        return of(creator, new Resource.OfTable(database, table), MADE_TABLE);
    }

    static Grant ofDatabase(Principal creator, UUID database) {
        return of(creator, new Resource.OfDatabase(database), MADE_DATABASE);
    }

    private static Grant of(Principal creator, Resource made, Set<Permission> rights) {
        return new Grant(
                "",
                new Grantee.User(creator.name()),
                made,
                rights,
                rights,
                Terms.NONE,
                DriftReport.CREATED,
                new Source.Hand());
    }

    /** Takes back what was put there for a table that did not come to be. */
    static void undo(PolicyEdit edit, Principal creator, UUID database, UUID table, List<PolicyItem> inherited) {
        inherited.forEach(item -> edit.replace(Optional.of(item), Optional.empty()));
        edit.before().grantsOf(new Grantee.User(creator.name())).stream()
                .filter(grant -> grant.resource().equals(new Resource.OfTable(database, table)))
                .forEach(grant -> edit.replace(Optional.of(new PolicyItem.OfGrant(grant)), Optional.empty()));
    }
}

package io.atalaya.catalog.rest;

import io.atalaya.catalog.audit.AuditReaders;
import io.atalaya.catalog.dataset.DatasetOwners;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.policies.grant.Grantee;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Which parts of the service somebody has any use for; what is in them is decided elsewhere, item by item. */
final class Capabilities {
    private static final String AUDITOR = "auditor";
    private static final String ANALYST = "analyst";

    private Capabilities() {}

    static List<String> of(
            Principal principal, boolean administrator, boolean reviews, PolicySnapshot now, DatasetOwners owners) {
        List<String> words = new ArrayList<>(List.of("catalog", "query", "requests"));
        boolean onlyReads =
                principal.profiles().stream().allMatch(name -> name.equals(AUDITOR) || name.equals(ANALYST));
        if (administrator || !onlyReads) {
            words.add("pipelines");
        }
        if (reviews) {
            words.add("reviews");
        }
        if (Oversight.has(principal, administrator, now, owners)) {
            words.add("policies");
        }
        if (mayReadAudit(principal, administrator)) {
            words.add("audit");
        }
        if (administrator || classifies(principal, now)) {
            words.add("classification");
        }
        if (administrator) {
            words.add("administration");
        }
        return words;
    }

    /** Whether there is anything that they may classify. */
    private static boolean classifies(Principal principal, PolicySnapshot policies) {
        return Stream.concat(
                        Stream.of((Grantee) new Grantee.User(principal.name())),
                        principal.profiles().stream().map(Grantee.Profile::new))
                .flatMap(grantee -> policies.grants(grantee).stream())
                .anyMatch(grant -> grant.gives(Permission.ASSOCIATE));
    }

    /** Whether the record of what others did is theirs to read. */
    static boolean mayReadAudit(Principal principal, boolean administrator) {
        return AuditReaders.include(principal, administrator);
    }
}

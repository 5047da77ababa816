package io.atalaya.catalog.audit;

import io.atalaya.policies.Principal;

/**
 * Who may read the record of what others did: administrators and auditors, all of it. Records name columns and tables that were
 * hidden from whoever they are about, so nobody else reads even their own.
 */
public final class AuditReaders {
    private static final String AUDITOR = "auditor";

    private AuditReaders() {}

    /** Whether the principal is one of them. */
    public static boolean include(Principal principal, boolean administrator) {
        return administrator || principal.profiles().contains(AUDITOR);
    }
}

package io.atalaya.policies;

import io.atalaya.policies.code.PolicyDifference;
import io.atalaya.policies.code.PolicyResolver;
import io.atalaya.policies.code.PolicySet;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.grant.Resource;
import java.time.Clock;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;

/** The policies of the service: what they are now, and every way to change them. Safe for many threads and nodes. */
@SuppressWarnings("DoNotCallSuggester")
public final class Policies {
    private final Jdbi jdbi;
    private final Clock clock;
    private final AppliedChange.Recorder recorder;

    /** The policies in that database, changed without a record. */
    public Policies(Jdbi jdbi) {
        this(jdbi, Clock.systemUTC(), _ -> {});
    }

    /**
     * The policies in that database.
     *
     * @param clock what the validity of grants is measured by
     * @param recorder called inside the transaction of every change; if it throws, the change does not happen
     */
    public Policies(Jdbi jdbi, Clock clock, AppliedChange.Recorder recorder) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.recorder = recorder;
    }

    /** The policies as they stand; one cheap query unless they changed since the last call. */
    public PolicySnapshot current() {
        throw new UnsupportedOperationException(jdbi + " " + clock + " " + recorder);
    }

    /**
     * Makes the service's policies of that workspace what its files say, in one transaction. Policies of other sources
     * stay. What speaks of tables that do not exist yet waits: until {@link #bindPending} such a table gives no rows.
     *
     * @throws io.atalaya.policies.yaml.YamlProblem if a policy speaks of a column, tag or profile that is not there
     * @throws PolicyException.Conflict if it contradicts policies of another source
     */
    public AppliedChange apply(PolicySet desired, PolicyResolver names) {
        throw new UnsupportedOperationException();
    }

    /** What {@link #apply} would do, and what was changed by hand since. */
    public PolicyDifference difference(PolicySet desired, PolicyResolver names) {
        throw new UnsupportedOperationException();
    }

    /** Binds what waited for tables that exist now; to be called after tables were created. Cheap if nothing waits. */
    public void bindPending(PolicyResolver names) {
        throw new UnsupportedOperationException();
    }

    /**
     * Grants, if the actor may.
     *
     * @throws PolicyException.NotPermitted unless the actor is an administrator or may pass all of it on
     * @throws PolicyException.Conflict if a right to write would meet a SELECT on only some columns
     */
    public AppliedChange grant(Principal actor, Grant grant) {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes back these permissions on the resource, whoever granted them; an included column on its own too.
     *
     * @throws PolicyException.NotFound if nothing of it was granted
     */
    public AppliedChange revoke(Principal actor, Grantee grantee, Resource resource, Set<Permission> permissions) {
        throw new UnsupportedOperationException();
    }

    /** Gives the user the profile, by hand; the actor must be an administrator. */
    public AppliedChange addMember(Principal actor, String user, String profile) {
        throw new UnsupportedOperationException();
    }

    /** Takes back the profile that the user was given by hand; the actor must be an administrator. */
    public AppliedChange removeMember(Principal actor, String user, String profile) {
        throw new UnsupportedOperationException();
    }

    /** Gives the user the built-in profile {@code administrator}, if nobody has it yet; else does nothing. */
    public void makeFirstAdministrator(String user) {
        throw new UnsupportedOperationException();
    }
}

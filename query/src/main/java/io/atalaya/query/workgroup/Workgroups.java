package io.atalaya.query.workgroup;

import io.atalaya.policies.Principal;
import io.atalaya.query.QueryException;
import java.util.Optional;

/** The workgroups; everyone may read and use them, administrators may change them. */
@SuppressWarnings("DoNotCallSuggester")
public final class Workgroups {
    /**
     * The workgroup of that name.
     *
     * @throws QueryException.NotFound if there is none
     */
    public Workgroup get(String name) {
        throw new QueryException.Unavailable("No workgroups yet");
    }

    /** In name order. */
    public WorkgroupPage list(Optional<String> token, int max) {
        throw new QueryException.Unavailable("No workgroups yet");
    }

    /**
     * Adds a workgroup; its creation time is now.
     *
     * @throws QueryException.InvalidRequest if the name is taken or a value is out of range
     * @throws QueryException.NotAllowed unless the principal is an administrator
     */
    public Workgroup create(Principal principal, Workgroup workgroup) {
        throw new QueryException.Unavailable("No workgroups yet");
    }

    /** Replaces what is stored under the name; the creation time stays. */
    public Workgroup update(Principal principal, Workgroup workgroup) {
        throw new QueryException.Unavailable("No workgroups yet");
    }

    /**
     * Removes it; {@code primary} stays.
     *
     * @throws QueryException.InvalidRequest if it has executions and {@code withExecutions} is false
     */
    public void delete(Principal principal, String name, boolean withExecutions) {
        throw new QueryException.Unavailable("No workgroups yet");
    }
}

package io.atalaya.query.write;

import io.atalaya.policies.Principal;
import io.atalaya.query.CompiledCommand;
import io.atalaya.query.QueryException;

/** Carries out statements that change something. */
@FunctionalInterface
public interface Commands {
    /** Where nothing may change. */
    Commands NONE = (_, _, _) -> {
        throw new QueryException.NotAllowed("Nothing can be changed here");
    };

    /**
     * Does it, whole or not at all.
     *
     * @throws QueryException saying why not
     */
    CommandOutcome run(Principal principal, CompiledCommand statement, CommandControl control);
}

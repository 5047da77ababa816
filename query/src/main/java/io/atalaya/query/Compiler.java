package io.atalaya.query;

import io.atalaya.policies.Principal;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.catalog.Namespace;

/** Turns SQL text into a statement that is safe to run for one principal. */
@SuppressWarnings("DoNotCallSuggester")
public final class Compiler {
    /**
     * Checks, resolves and secures one statement at one policy epoch and one snapshot of each table.
     *
     * @param defaultDatabase what names without a database are looked up in
     * @throws QueryException saying what is wrong and where
     */
    public CompiledQuery compile(Principal principal, String sql, Optional<Namespace> defaultDatabase) {
        return compile(principal, sql, defaultDatabase, List.of());
    }

    /**
     * Like {@link #compile(Principal, String, Optional)}, with values for each {@code ?} of the text.
     *
     * @param parameters literals as SQL writes them
     */
    public CompiledQuery compile(
            Principal principal, String sql, Optional<Namespace> defaultDatabase, List<String> parameters) {
        throw new QueryException.Unavailable("No statement can be compiled yet");
    }
}

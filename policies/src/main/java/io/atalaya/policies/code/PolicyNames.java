package io.atalaya.policies.code;

import io.atalaya.policies.GovernedTable;
import java.util.Optional;
import java.util.UUID;

/** What identities are called now; how policies bound to identities are written with names again. */
public interface PolicyNames {
    /** The table or view of that identity. */
    Optional<GovernedTable> table(UUID uuid);

    /** The name of the database of that identity. */
    Optional<String> database(UUID uuid);
}

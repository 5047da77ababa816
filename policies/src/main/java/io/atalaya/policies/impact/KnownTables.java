package io.atalaya.policies.impact;

import io.atalaya.policies.GovernedTable;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** The tables there are, by identity. */
public interface KnownTables {
    /** The table of that identity. */
    Optional<GovernedTable> table(UUID uuid);

    /** Those of a database, in an order that stays. */
    Stream<UUID> of(UUID database);

    /** All, in an order that stays. */
    Stream<UUID> all();
}

package io.atalaya.policies.code;

import io.atalaya.policies.GovernedTable;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/** What names stand for now; how policies written with names are bound to identities. */
public interface PolicyResolver {
    /** The table of that name. */
    Optional<GovernedTable> table(TableIdentifier name);

    /** The identity of the database of that name. */
    Optional<UUID> database(Namespace name);
}

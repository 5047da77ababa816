package io.atalaya.query.access;

import io.atalaya.policies.GovernedTable;
import java.util.Optional;
import org.apache.iceberg.catalog.TableIdentifier;

/** Tables of the lakehouse as policies see them, cached for as long as their metadata does not change. */
@SuppressWarnings("DoNotCallSuggester")
public final class TableAccess {
    /** The table with its current schema; empty if there is none of that name. */
    public Optional<GovernedTable> table(TableIdentifier name) {
        throw new UnsupportedOperationException(name.toString());
    }
}

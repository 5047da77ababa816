package io.atalaya.catalog.dataset;

import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.TableEntry;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.impact.KnownTables;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * The tables of the catalog, by name.
 *
 * @param named finds a table as policies see it
 */
public record CatalogTables(LakeCatalog catalog, Function<TableIdentifier, Optional<GovernedTable>> named)
        implements KnownTables {
    @Override
    public Optional<GovernedTable> table(UUID uuid) {
        return catalog.nameOf(uuid).flatMap(named);
    }

    @Override
    public Stream<UUID> of(UUID database) {
        return catalog.namespaces().stream()
                .filter(entry -> entry.uuid().equals(database))
                .flatMap(entry -> catalog.tables(entry.namespace()).stream())
                .map(TableEntry::uuid);
    }

    @Override
    public Stream<UUID> all() {
        return catalog.tables().stream().map(TableEntry::uuid);
    }
}

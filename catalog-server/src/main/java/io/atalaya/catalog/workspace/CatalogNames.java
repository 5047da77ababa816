package io.atalaya.catalog.workspace;

import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.NamespaceEntry;
import io.atalaya.lakehouse.catalog.ViewEntry;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.code.PolicyNames;
import io.atalaya.query.access.TableAccess;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** What the tables, views and databases of the catalog are called at the moment it is made. */
public final class CatalogNames implements PolicyNames {
    private final LakeCatalog catalog;
    private final TableAccess tables;
    private final Map<UUID, String> databases;
    private final Map<UUID, ViewEntry> views;
    private final Map<UUID, Optional<GovernedTable>> known = new HashMap<>();

    public CatalogNames(LakeCatalog catalog, TableAccess tables) {
        this.catalog = catalog;
        this.tables = tables;
        this.databases = catalog.namespaces().stream()
                .collect(Collectors.toMap(
                        NamespaceEntry::uuid, entry -> entry.namespace().toString()));
        this.views = catalog.namespaces().stream()
                .flatMap(entry -> catalog.views(entry.namespace()).stream())
                .collect(Collectors.toMap(ViewEntry::uuid, view -> view));
    }

    @Override
    public Optional<GovernedTable> table(UUID uuid) {
        return known.computeIfAbsent(uuid, this::find);
    }

    private Optional<GovernedTable> find(UUID uuid) {
        return Optional.ofNullable(views.get(uuid))
                .map(TableAccess::governed)
                .or(() -> catalog.nameOf(uuid).flatMap(tables::table));
    }

    @Override
    public Optional<String> database(UUID uuid) {
        return Optional.ofNullable(databases.get(uuid));
    }
}

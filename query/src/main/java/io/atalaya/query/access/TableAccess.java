package io.atalaya.query.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.NamespaceEntry;
import io.atalaya.lakehouse.catalog.TableEntry;
import io.atalaya.lakehouse.catalog.ViewEntry;
import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.code.PolicyResolver;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/** Tables of the lakehouse as policies see them, cached for as long as their metadata does not change. */
public final class TableAccess implements PolicyResolver {
    private static final int KEPT = 2_000;

    private final LakeCatalog catalog;
    private final Cache<String, Loaded> byMetadataLocation =
            Caffeine.newBuilder().maximumSize(KEPT).build();

    public TableAccess(LakeCatalog catalog) {
        this.catalog = catalog;
    }

    /**
     * A table at one version of its metadata.
     *
     * @param table never refreshed
     * @param governed with its current schema
     * @param metadataLocation changes with every commit
     */
    public record Loaded(Table table, GovernedTable governed, String metadataLocation) {
        /** As policies see it when the snapshot that has {@code schema} is read. */
        public GovernedTable governed(Schema schema) {
            return new GovernedTable(
                    governed.uuid(), governed.databaseUuid(), governed.name(), schema, governed.partitionSources());
        }
    }

    /** The table with its current schema, or the view; empty if there is none of that name. */
    @Override
    public Optional<GovernedTable> table(TableIdentifier name) {
        return load(name).map(Loaded::governed).or(() -> view(name).map(TableAccess::governed));
    }

    /** The view of that name. */
    public Optional<ViewEntry> view(TableIdentifier name) {
        return catalog.view(name);
    }

    /** Every view of a database, in name order, whoever may know of it. */
    public List<ViewEntry> views(Namespace database) {
        return catalog.views(database);
    }

    /** A view as policies see it. */
    public static GovernedTable governed(ViewEntry view) {
        return new GovernedTable(view.uuid(), view.namespaceUuid(), view.identifier(), view.columns(), Set.of());
    }

    /** The table with what reads it; empty if there is none of that name. */
    public Optional<Loaded> load(TableIdentifier name) {
        return catalog.find(name).flatMap(this::load);
    }

    /** The tables with what reads them, as they are at one moment; empty where there is none of that name. */
    public Map<TableIdentifier, Optional<Loaded>> load(Set<TableIdentifier> names) {
        Map<TableIdentifier, Optional<Loaded>> loaded = new HashMap<>();
        names.forEach(name -> loaded.put(name, Optional.empty()));
        catalog.find(names).forEach(entry -> loaded.put(entry.identifier(), load(entry)));
        return loaded;
    }

    /** The table of an entry; empty if it has been dropped since. */
    public Optional<Loaded> load(TableEntry entry) {
        Loaded cached = byMetadataLocation.getIfPresent(entry.metadataLocation());
        if (cached != null && cached.governed().name().equals(entry.identifier())) {
            return Optional.of(cached);
        }
        try {
            Loaded loaded = read(entry);
            byMetadataLocation.put(loaded.metadataLocation(), loaded);
            return Optional.of(loaded);
        } catch (NoSuchTableException dropped) {
            return Optional.empty();
        }
    }

    private Loaded read(TableEntry entry) {
        Table table = catalog.loadTable(entry.identifier());
        Set<Integer> sources = new HashSet<>();
        for (PartitionSpec spec : table.specs().values()) {
            spec.fields().stream().map(PartitionField::sourceId).forEach(sources::add);
        }
        GovernedTable governed =
                new GovernedTable(table.uuid(), entry.namespaceUuid(), entry.identifier(), table.schema(), sources);
        String location = table instanceof org.apache.iceberg.HasTableOperations operations
                ? operations.operations().current().metadataFileLocation()
                : entry.metadataLocation();
        return new Loaded(table, governed, location);
    }

    /** The identity of a database; empty if there is none of that name. */
    @Override
    public Optional<UUID> database(Namespace name) {
        return catalog.namespace(name).map(NamespaceEntry::uuid);
    }

    /** Every database, in name order, whoever may know of it. */
    public List<NamespaceEntry> databases() {
        return catalog.namespaces();
    }

    /** Every table of a database, in name order, whoever may know of it. */
    public List<TableEntry> tables(Namespace database) {
        return catalog.tables(database);
    }
}

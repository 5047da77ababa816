package io.atalaya.catalog.dataset;

import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.NamespaceEntry;
import io.atalaya.lakehouse.catalog.TableEntry;
import io.atalaya.policies.GovernedTable;
import io.atalaya.query.access.TableAccess;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every dataset, in name order, in memory. Looks for changes in the catalog when it is read and its last look is older
 * than a second; only tables whose metadata moved are read again.
 */
public final class DatasetIndex {
    private static final Logger LOG = LoggerFactory.getLogger(DatasetIndex.class);
    private static final Duration STALE = Duration.ofSeconds(1);

    private final LakeCatalog catalog;
    private final TableAccess tables;
    private final RegistrationStore registrations;
    private final Clock clock;
    private final ReentrantLock refreshing = new ReentrantLock();
    private volatile Contents contents = new Contents(0, Instant.MIN, List.of(), Map.of());

    /**
     * All datasets as they stood at one moment.
     *
     * @param version grows with every change
     * @param datasets by database and name
     */
    public record Contents(
            long version, Instant readAt, List<Dataset> datasets, Map<String, NamespaceEntry> databases) {}

    public DatasetIndex(LakeCatalog catalog, TableAccess tables, RegistrationStore registrations, Clock clock) {
        this.catalog = catalog;
        this.tables = tables;
        this.registrations = registrations;
        this.clock = clock;
    }

    /** The datasets as they were at most a second ago. */
    public Contents contents() {
        Contents known = contents;
        if (known.readAt().plus(STALE).isAfter(clock.instant())) {
            return known;
        }
        return refresh();
    }

    /** The datasets as they are now. */
    public Contents refresh() {
        refreshing.lock();
        try {
            Contents before = contents;
            Contents after = read(before);
            contents = after;
            return after;
        } finally {
            refreshing.unlock();
        }
    }

    /** One dataset as it is now, looked up in the catalog itself. */
    public Optional<Dataset> find(TableIdentifier name) {
        return catalog.find(name)
                .flatMap(entry -> catalog.namespace(name.namespace())
                        .flatMap(database -> load(entry, database, registrations.of(entry.uuid()))));
    }

    private Contents read(Contents before) {
        Instant now = clock.instant();
        Map<UUID, NamespaceEntry> databases =
                catalog.namespaces().stream().collect(Collectors.toMap(NamespaceEntry::uuid, Function.identity()));
        Map<UUID, Registration> said = registrations.all();
        Map<UUID, Dataset> known = before.datasets().stream()
                .collect(Collectors.toMap(dataset -> dataset.table().uuid(), Function.identity()));
        List<Dataset> datasets = new ArrayList<>();
        for (TableEntry entry : catalog.tables()) {
            NamespaceEntry database = databases.get(entry.namespaceUuid());
            if (database != null) {
                Registration registration = said.getOrDefault(entry.uuid(), Registration.NONE);
                Dataset old = known.get(entry.uuid());
                if (old != null && isCurrent(old, entry, database, registration)) {
                    datasets.add(old);
                } else {
                    load(entry, database, registration).ifPresent(datasets::add);
                }
            }
        }
        datasets.sort(Comparator.comparing(Dataset::sortKey));
        Map<String, NamespaceEntry> byName = new HashMap<>();
        databases.values().forEach(database -> byName.put(database.namespace().level(0), database));
        boolean same = datasets.equals(before.datasets()) && byName.equals(before.databases());
        return new Contents(
                same ? before.version() : before.version() + 1,
                now,
                same ? before.datasets() : List.copyOf(datasets),
                same ? before.databases() : Map.copyOf(byName));
    }

    private static boolean isCurrent(
            Dataset old, TableEntry entry, NamespaceEntry database, Registration registration) {
        return old.version().equals(entry.metadataLocation())
                && old.table().name().equals(entry.identifier())
                && old.database().equals(database)
                && old.registration().equals(registration);
    }

    /** Empty if the table went away meanwhile. */
    private Optional<Dataset> load(TableEntry entry, NamespaceEntry database, Registration registration) {
        try {
            Optional<GovernedTable> governed = tables.table(entry.identifier());
            if (governed.isEmpty() || !governed.get().uuid().equals(entry.uuid())) {
                return Optional.empty();
            }
            Table table = catalog.loadTable(entry.identifier());
            return Optional.of(new Dataset(
                    governed.get(),
                    database,
                    entry.metadataLocation(),
                    registration,
                    Optional.ofNullable(table.properties().get("comment")),
                    Optional.ofNullable(table.currentSnapshot())
                            .map(Snapshot::timestampMillis)
                            .map(Instant::ofEpochMilli)));
        } catch (NotFoundException | org.apache.iceberg.exceptions.NoSuchTableException e) {
            LOG.atWarn().addKeyValue("table", entry.identifier()).setCause(e).log("table cannot be read");
            return Optional.empty();
        }
    }
}

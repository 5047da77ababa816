package io.atalaya.catalog.dataset;

import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.NamespaceEntry;
import io.atalaya.lakehouse.catalog.TableEntry;
import io.atalaya.query.access.TableAccess;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every dataset, in name order, in memory. Looks for changes in the catalog when it is read and its last look is older
 * than a second; only tables whose metadata moved are read again. Where there are thousands, that is
 * done beside those who read, who meanwhile get what was known.
 */
public final class DatasetIndex {
    private static final Logger LOG = LoggerFactory.getLogger(DatasetIndex.class);
    private static final Duration STALE = Duration.ofSeconds(1);
    private static final int SEVERAL = 5_000;
    private static final int LONG_KEPT = 40;

    /** So many new tables are read by all processors. */
    private static final int MANY = 500;

    private final LakeCatalog catalog;
    private final TableAccess tables;
    private final RegistrationStore registrations;
    private final Clock clock;
    private final ReentrantLock refreshing = new ReentrantLock();
    private volatile Contents contents = new Contents(0, Instant.MIN, List.of(), Map.of());
    private volatile Duration lookTook = Duration.ZERO;

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

    /** The datasets as they were at most a second ago; or, of thousands, forty times as long ago as looking takes. */
    public Contents contents() {
        Contents known = contents;
        Instant now = clock.instant();
        if (known.readAt().plus(STALE).isAfter(now)) {
            return known;
        }
        Duration took = lookTook;
        if (known.datasets().size() > SEVERAL
                && known.readAt().plus(took.multipliedBy(LONG_KEPT)).isAfter(now)) {
            warmUp();
            return known;
        }
        return refresh();
    }

    /** Reads the datasets, so that the first to ask need not wait for it. */
    public void warmUp() {
        Thread.ofVirtual().name("dataset-index").start(this::refreshUnlessAtIt);
    }

    private void refreshUnlessAtIt() {
        if (refreshing.tryLock()) {
            try {
                refresh();
            } catch (RuntimeException e) {
                LOG.atWarn().setCause(e).log("datasets not looked at; tried again");
            } finally {
                refreshing.unlock();
            }
        }
    }

    /** The datasets as they are now. */
    public Contents refresh() {
        refreshing.lock();
        try {
            long started = System.nanoTime();
            Contents before = contents;
            Contents after = read(before);
            contents = after;
            if (!before.datasets().isEmpty()) {
                lookTook = Duration.ofNanos(System.nanoTime() - started);
            }
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
        List<TableEntry> entries = catalog.tables();
        Stream<TableEntry> all = entries.size() > known.size() + MANY ? entries.parallelStream() : entries.stream();
        List<Dataset> datasets = new ArrayList<>(all.flatMap(entry -> {
                    NamespaceEntry database = databases.get(entry.namespaceUuid());
                    Registration registration = said.getOrDefault(entry.uuid(), Registration.NONE);
                    Dataset old = known.get(entry.uuid());
                    if (database == null) {
                        return Stream.empty();
                    }
                    return old != null && isCurrent(old, entry, database, registration)
                            ? Stream.of(old)
                            : load(entry, database, registration).stream();
                })
                .toList());
        datasets.sort(Dataset.BY_NAME);
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
            return tables.load(entry)
                    .filter(loaded -> loaded.governed().uuid().equals(entry.uuid()))
                    .map(loaded -> Dataset.of(
                            loaded.governed(),
                            database,
                            entry.metadataLocation(),
                            registration,
                            Optional.ofNullable(loaded.table().properties().get("comment")),
                            Optional.ofNullable(loaded.table().currentSnapshot())
                                    .map(Snapshot::timestampMillis)
                                    .map(Instant::ofEpochMilli)));
        } catch (NotFoundException | org.apache.iceberg.exceptions.NoSuchTableException e) {
            LOG.atWarn().addKeyValue("table", entry.identifier()).setCause(e).log("table cannot be read");
            return Optional.empty();
        }
    }
}

package io.atalaya.catalog.dataset;

import io.atalaya.lakehouse.catalog.CatalogChanges;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.NamespaceEntry;
import io.atalaya.lakehouse.catalog.TableEntry;
import io.atalaya.query.access.TableAccess;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

/** Every dataset, in name order, in memory; it follows the catalog change by change. */
public final class DatasetIndex {
    private static final Logger LOG = LoggerFactory.getLogger(DatasetIndex.class);

    /** From so many changed tables on, all are looked at; and so many new ones are read by all processors. */
    private static final int MANY = 500;

    private final LakeCatalog catalog;
    private final TableAccess tables;
    private final RegistrationStore registrations;
    private final CertificationStore certifications;
    private final Vocabulary vocabulary = new Vocabulary();
    private final ReentrantLock refreshing = new ReentrantLock();
    private volatile Contents contents = new Contents(CatalogChanges.NEVER, List.of(), Layout.NONE, Map.of());

    /**
     * All datasets as they stood at one moment.
     *
     * @param version of the catalog
     * @param datasets by database and name
     * @param layout where each of them stands
     * @param databases by name
     */
    public record Contents(long version, List<Dataset> datasets, Layout layout, Map<String, NamespaceEntry> databases) {
        /** The dataset of a table. */
        public Optional<Dataset> find(UUID table) {
            return Optional.ofNullable(layout.place(table)).map(datasets::get);
        }

        /** The dataset of that database and name, between them a dot. */
        public Optional<Dataset> find(String name) {
            String sortKey = name.replaceFirst("\\.", " ");
            int low = 0;
            int high = datasets.size() - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                int order = datasets.get(middle).sortKey().compareTo(sortKey);
                if (order == 0) {
                    return Optional.of(datasets.get(middle));
                } else if (order < 0) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return Optional.empty();
        }
    }

    public DatasetIndex(
            LakeCatalog catalog,
            TableAccess tables,
            RegistrationStore registrations,
            CertificationStore certifications) {
        this.catalog = catalog;
        this.tables = tables;
        this.registrations = registrations;
        this.certifications = certifications;
    }

    /** All datasets by database and name, as they are now. */
    public List<Dataset> datasets() {
        return contents().datasets();
    }

    /** The datasets as they are now; one cheap query unless they changed since the last call. */
    public Contents contents() {
        Contents known = contents;
        return catalog.changesSince(known.version()).isEmpty() ? known : follow();
    }

    /** The words in the texts of all datasets. */
    Vocabulary vocabulary() {
        return vocabulary;
    }

    /** Reads the datasets, so that the first to ask need not wait for it. */
    public void warmUp() {
        Thread.ofVirtual().name("dataset-index").start(() -> {
            try {
                follow();
            } catch (RuntimeException e) {
                LOG.atWarn().setCause(e).log("datasets not read ahead; whoever asks first waits for that");
            }
        });
    }

    private Contents follow() {
        refreshing.lock();
        try {
            CatalogChanges changes = catalog.changesSince(contents.version());
            if (changes.everything() || changes.tables().size() > MANY) {
                contents = all(contents, changes.version());
            } else if (!changes.isEmpty()) {
                contents = some(contents, changes);
            }
            return contents;
        } finally {
            refreshing.unlock();
        }
    }

    /** One dataset as it is now, looked up in the catalog itself. */
    public Optional<Dataset> find(TableIdentifier name) {
        return catalog.find(name).flatMap(this::load);
    }

    /** The same by identity. */
    public Optional<Dataset> find(UUID table) {
        return catalog.find(table).flatMap(this::load);
    }

    /** What people say about one table. */
    private record Said(Registration registration, Optional<Certification> certification) {}

    private Contents all(Contents before, long version) {
        Map<UUID, NamespaceEntry> databases =
                catalog.namespaces().stream().collect(Collectors.toMap(NamespaceEntry::uuid, Function.identity()));
        Map<UUID, Registration> said = registrations.all();
        Map<UUID, Certification> certified = certifications.all();
        List<TableEntry> entries = catalog.tables();
        Stream<TableEntry> all =
                entries.size() > before.datasets().size() + MANY ? entries.parallelStream() : entries.stream();
        return sorted(
                before,
                version,
                databases.values().stream()
                        .collect(Collectors.toMap(entry -> entry.namespace().level(0), Function.identity())),
                new ArrayList<>(all.flatMap(entry -> {
                            NamespaceEntry database = databases.get(entry.namespaceUuid());
                            Said about = new Said(
                                    said.getOrDefault(entry.uuid(), Registration.NONE),
                                    Optional.ofNullable(certified.get(entry.uuid())));
                            return database == null ? Stream.empty() : as(before, entry, database, about).stream();
                        })
                        .toList()));
    }

    private Contents some(Contents before, CatalogChanges changes) {
        List<Dataset> datasets = new ArrayList<>(before.datasets());
        List<Dataset> added = new ArrayList<>();
        for (UUID table : changes.tables()) {
            Integer place = before.layout().place(table);
            Optional<Dataset> now = catalog.find(table).flatMap(this::load);
            if (place != null) {
                datasets.set(place, now.orElse(null));
            } else {
                now.ifPresent(added::add);
            }
        }
        datasets.removeIf(Objects::isNull);
        datasets.addAll(added);
        return sorted(before, changes.version(), before.databases(), datasets);
    }

    private static Contents sorted(
            Contents before, long version, Map<String, NamespaceEntry> databases, List<Dataset> datasets) {
        datasets.sort(Dataset.BY_NAME);
        return new Contents(
                version, List.copyOf(datasets), Layout.of(datasets, before.layout()), Map.copyOf(databases));
    }

    private Optional<Dataset> load(TableEntry entry) {
        return catalog.namespace(entry.identifier().namespace())
                .flatMap(database -> load(
                        entry, database, new Said(registrations.of(entry.uuid()), certifications.of(entry.uuid()))));
    }

    /** The dataset as it was if it still is so, or else read anew. */
    private Optional<Dataset> as(Contents before, TableEntry entry, NamespaceEntry database, Said about) {
        Integer place = before.layout().place(entry.uuid());
        if (place != null && isCurrent(before.datasets().get(place), entry, database, about)) {
            return Optional.of(before.datasets().get(place));
        }
        return load(entry, database, about);
    }

    private static boolean isCurrent(Dataset old, TableEntry entry, NamespaceEntry database, Said about) {
        return old.version().equals(entry.metadataLocation())
                && old.table().name().equals(entry.identifier())
                && old.database().equals(database)
                && old.registration().equals(about.registration())
                && old.certification().equals(about.certification());
    }

    /** Empty if the table went away meanwhile. */
    private Optional<Dataset> load(TableEntry entry, NamespaceEntry database, Said about) {
        try {
            Optional<Dataset> read = tables.load(entry)
                    .filter(loaded -> loaded.governed().uuid().equals(entry.uuid()))
                    .map(loaded -> Dataset.of(
                            loaded.governed(),
                            database,
                            entry.metadataLocation(),
                            about.registration(),
                            about.certification(),
                            Optional.ofNullable(loaded.table().properties().get("comment")),
                            Optional.ofNullable(loaded.table().currentSnapshot())
                                    .map(Snapshot::timestampMillis)
                                    .map(Instant::ofEpochMilli)));
            read.map(Dataset::words).ifPresent(vocabulary::add);
            return read;
        } catch (NotFoundException | org.apache.iceberg.exceptions.NoSuchTableException e) {
            LOG.atWarn().addKeyValue("table", entry.identifier()).setCause(e).log("table cannot be read");
            return Optional.empty();
        }
    }
}

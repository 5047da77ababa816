package io.atalaya.lakehouse.maintenance;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.TableEntry;
import io.atalaya.lakehouse.storage.LocalFileIO;
import io.atalaya.lakehouse.storage.Warehouse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes files that writers left behind when they died: staged files, and files in a table's folder that none of its
 * snapshots names. Only files that have not changed for a while go, as a younger one may be about to be committed. The
 * files of dropped tables stay.
 */
public final class OrphanSweep {
    private static final Logger LOG = LoggerFactory.getLogger(OrphanSweep.class);

    private final LakeCatalog catalog;
    private final Warehouse warehouse;
    private final LocalFileIO files;
    private final Clock clock;

    /** Sweeps the tables of {@code catalog} below {@code warehouse}. */
    public OrphanSweep(LakeCatalog catalog, Warehouse warehouse, Clock clock) {
        this.catalog = catalog;
        this.warehouse = warehouse;
        this.files = new LocalFileIO(warehouse.root());
        this.clock = clock;
    }

    /**
     * Removes what is older than {@code age}, and says what that was. A table that cannot be read loses nothing and keeps
     * no other from being swept. An interrupt ends it after the table it is at.
     */
    public List<Path> run(Duration age) {
        long before = clock.instant().minus(age).toEpochMilli();
        List<Path> removed = new ArrayList<>();
        for (FileInfo staged : files.listPrefix(warehouse.staging().toString())) {
            remove(staged, before, Set.of(), removed);
        }
        for (TableEntry table : catalog.tables()) {
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
            try {
                sweep(catalog.loadTable(table.identifier()), before, removed);
            } catch (NoSuchTableException _) {
                // It was dropped meanwhile, and a dropped table keeps its files.
            } catch (RuntimeException e) {
                LOG.atWarn()
                        .addKeyValue("table", table.identifier())
                        .setCause(e)
                        .log("table not swept");
            }
        }
        return removed;
    }

    /** The folder is listed before the snapshots are read, so that a file committed in between is not taken for left. */
    private void sweep(Table table, long before, List<Path> removed) {
        List<FileInfo> found = new ArrayList<>();
        files.listPrefix(Warehouse.plain(table.location()).toString()).forEach(found::add);
        table.refresh();
        Set<Path> named = named(table);
        found.forEach(file -> remove(file, before, named, removed));
    }

    private void remove(FileInfo file, long before, Set<Path> named, List<Path> removed) {
        Path path = Path.of(file.location());
        if (file.createdAtMillis() < before && !named.contains(path)) {
            files.deleteFile(file.location());
            removed.add(path);
        }
    }

    private static Set<Path> named(Table table) {
        Set<Path> named = new HashSet<>();
        TableMetadata metadata = ((HasTableOperations) table).operations().current();
        add(named, metadata.metadataFileLocation());
        metadata.previousFiles().forEach(previous -> add(named, previous.file()));
        metadata.statisticsFiles().forEach(statistics -> add(named, statistics.path()));
        metadata.partitionStatisticsFiles().forEach(statistics -> add(named, statistics.path()));
        Set<String> manifestsSeen = new HashSet<>();
        for (Snapshot snapshot : metadata.snapshots()) {
            add(named, snapshot.manifestListLocation());
            for (ManifestFile manifest : snapshot.allManifests(table.io())) {
                if (manifestsSeen.add(manifest.path())) {
                    add(named, manifest.path());
                    addFiles(named, table, manifest);
                }
            }
        }
        return named;
    }

    private static void addFiles(Set<Path> named, Table table, ManifestFile manifest) {
        try (CloseableIterable<? extends ContentFile<?>> live =
                manifest.content() == org.apache.iceberg.ManifestContent.DATA
                        ? ManifestFiles.read(manifest, table.io(), table.specs())
                        : ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
            live.forEach(file -> add(named, file.location()));
        } catch (IOException e) {
            throw new LakehouseException.Failed("cannot read a manifest of table " + table.name(), e);
        }
    }

    private static void add(Set<Path> named, @org.jspecify.annotations.Nullable String location) {
        if (location != null) {
            named.add(Warehouse.plain(location));
        }
    }
}

package io.atalaya.lakehouse.maintenance;

import io.atalaya.lakehouse.catalog.LakeCatalog;
import io.atalaya.lakehouse.catalog.TableEntry;
import io.atalaya.lakehouse.storage.LocalFileIO;
import io.atalaya.lakehouse.storage.Warehouse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.NoSuchTableException;
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
            if (staged.createdAtMillis() < before) {
                remove(staged, removed);
            }
        }
        List<TableEntry> all = catalog.tables();
        for (TableEntry table : all) {
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
            try {
                orphans(catalog.loadTable(table.identifier()), before, all).forEach(file -> remove(file, removed));
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

    private void remove(FileInfo file, List<Path> removed) {
        files.deleteFile(file.location());
        removed.add(Path.of(file.location()));
    }

    /**
     * The files in the table's folder that no snapshot of it names and that are older than {@code age}. None if the folder
     * holds another table, whose files they may be.
     */
    public List<FileInfo> orphans(Table table, Duration age) {
        return orphans(table, clock.instant().minus(age).toEpochMilli(), catalog.tables());
    }

    /** The folder is listed before the snapshots are read, so that a file committed in between is not taken for left. */
    private List<FileInfo> orphans(Table table, long before, List<TableEntry> all) {
        Path folder = Warehouse.plain(table.location());
        if (all.stream()
                .anyMatch(other -> !other.uuid().equals(table.uuid())
                        && Warehouse.plain(other.metadataLocation()).startsWith(folder))) {
            LOG.atWarn().addKeyValue("table", table.name()).log("table not swept: another one is in its folder");
            return List.of();
        }
        List<FileInfo> found = new ArrayList<>();
        files.listPrefix(folder.toString()).forEach(found::add);
        table.refresh();
        Set<Path> named = NamedFiles.of(table);
        return found.stream()
                .filter(file -> file.createdAtMillis() < before && !named.contains(Path.of(file.location())))
                .toList();
    }

    /** Removes files that were found to be nobody's, and says which were there. */
    public Removed remove(List<FileInfo> orphans) {
        orphans.forEach(file -> files.deleteFile(file.location()));
        return new Removed(
                orphans.size(), orphans.stream().mapToLong(FileInfo::size).sum());
    }
}

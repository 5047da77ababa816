package io.atalaya.lakehouse.maintenance;

import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.lakehouse.storage.Warehouse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/** The files that a table, or some of its snapshots, name. */
final class NamedFiles {
    private final Table table;
    private final Set<String> manifests = new HashSet<>();
    private final Set<Path> files = new HashSet<>();

    private NamedFiles(Table table) {
        this.table = table;
    }

    /** Everything the table's metadata and all its snapshots name. */
    static Set<Path> of(Table table) {
        NamedFiles named = new NamedFiles(table);
        TableMetadata metadata = ((HasTableOperations) table).operations().current();
        named.add(metadata.metadataFileLocation());
        metadata.previousFiles().forEach(previous -> named.add(previous.file()));
        metadata.statisticsFiles().forEach(statistics -> named.add(statistics.path()));
        metadata.partitionStatisticsFiles().forEach(statistics -> named.add(statistics.path()));
        return named.with(metadata.snapshots());
    }

    /** What those snapshots name. */
    static Set<Path> of(Table table, List<Snapshot> snapshots) {
        return new NamedFiles(table).with(snapshots);
    }

    private Set<Path> with(Collection<Snapshot> snapshots) {
        for (Snapshot snapshot : snapshots) {
            add(snapshot.manifestListLocation());
            for (ManifestFile manifest : snapshot.allManifests(table.io())) {
                if (manifests.add(manifest.path())) {
                    add(manifest.path());
                    addFiles(manifest);
                }
            }
        }
        return files;
    }

    private void addFiles(ManifestFile manifest) {
        try (CloseableIterable<? extends ContentFile<?>> live = manifest.content() == ManifestContent.DATA
                ? ManifestFiles.read(manifest, table.io(), table.specs())
                : ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs())) {
            live.forEach(file -> add(file.location()));
        } catch (IOException e) {
            throw new LakehouseException.Failed(e, "cannot read a manifest of table %s", table.name());
        }
    }

    private void add(@Nullable String location) {
        if (location != null) {
            files.add(Warehouse.plain(location));
        }
    }
}

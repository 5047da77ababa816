package io.atalaya.lakehouse.write;

import io.atalaya.lakehouse.catalog.RowHistory;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.RewriteManifests;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;

/** The same data files named by fewer manifests. */
final class ManifestRewrite implements PendingWrite {
    private final Table table;
    private final CommitProperties properties;

    ManifestRewrite(Table table, CommitProperties properties) {
        this.table = table;
        this.properties = properties;
    }

    /** Manifests that are worth being joined; none if that would not halve their number at least. */
    List<ManifestFile> small() {
        Snapshot current = table.currentSnapshot();
        if (current == null) {
            return List.of();
        }
        long target = Long.parseLong(table.properties()
                .getOrDefault(
                        TableProperties.MANIFEST_TARGET_SIZE_BYTES,
                        Long.toString(TableProperties.MANIFEST_TARGET_SIZE_BYTES_DEFAULT)));
        List<ManifestFile> small = current.dataManifests(table.io()).stream()
                .filter(manifest -> manifest.length() < target / 2)
                .toList();
        long specs =
                small.stream().map(ManifestFile::partitionSpecId).distinct().count();
        long wanted = specs + small.stream().mapToLong(ManifestFile::length).sum() / target;
        return small.size() >= 2 * wanted ? small : List.of();
    }

    @Override
    public Table table() {
        return table;
    }

    @Override
    public CommitProperties properties() {
        return properties;
    }

    @Override
    public long rows() {
        return 0;
    }

    @Override
    public void stage(Transaction transaction) {
        Set<String> small = small().stream().map(ManifestFile::path).collect(Collectors.toSet());
        if (small.isEmpty()) {
            return;
        }
        RewriteManifests rewrite = transaction
                .rewriteManifests()
                .clusterBy(_ -> "")
                .rewriteIf(manifest -> small.contains(manifest.path()));
        properties.entries().forEach(rewrite::set);
        RowHistory.keepsRows(rewrite, table);
        rewrite.commit();
    }

    @Override
    public List<DataFile> forget() {
        return List.of();
    }

    @Override
    public List<DataFile> files() {
        return List.of();
    }
}

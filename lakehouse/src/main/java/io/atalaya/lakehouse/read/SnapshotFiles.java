package io.atalaya.lakehouse.read;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.atalaya.lakehouse.LakehouseException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Evaluator;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.InclusiveMetricsEvaluator;
import org.apache.iceberg.expressions.ManifestEvaluator;
import org.apache.iceberg.expressions.Projections;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * The data files of snapshots, parsed once. Manifests never change, so they are kept by path; a snapshot with deletes is
 * planned by Iceberg, which matches deletes to files, and kept by its id.
 */
final class SnapshotFiles {
    private static final long FILES_KEPT = 300_000;

    private final Cache<String, List<PlannedFile>> manifests = Caffeine.newBuilder()
            .maximumWeight(FILES_KEPT)
            .weigher((String _, List<PlannedFile> files) -> files.size() + 1)
            .build();
    private final Cache<SnapshotKey, List<PlannedFile>> snapshots = Caffeine.newBuilder()
            .maximumWeight(FILES_KEPT)
            .weigher((SnapshotKey _, List<PlannedFile> files) -> files.size() + 1)
            .build();

    private record SnapshotKey(UUID table, long snapshotId) {}

    /** The files of a snapshot that can hold a row matching {@code filter}, which is by names of {@code schema}. */
    List<PlannedFile> matching(Table table, Snapshot snapshot, Schema schema, Expression filter) {
        List<PlannedFile> found = new ArrayList<>();
        InclusiveMetricsEvaluator metrics = new InclusiveMetricsEvaluator(schema, filter);
        Map<Integer, PartitionFilter> partitions = new HashMap<>();
        table.specs().forEach((id, spec) -> partitions.put(id, new PartitionFilter(spec, schema, filter)));
        if (snapshot.deleteManifests(table.io()).isEmpty()) {
            for (ManifestFile manifest : snapshot.dataManifests(table.io())) {
                PartitionFilter partition = partitions.get(manifest.partitionSpecId());
                if (partition == null || partition.mayMatch(manifest)) {
                    addMatching(filesOf(table, manifest), partitions, metrics, found);
                }
            }
        } else {
            addMatching(filesOf(table, snapshot), partitions, metrics, found);
        }
        return found;
    }

    private static void addMatching(
            List<PlannedFile> files,
            Map<Integer, PartitionFilter> partitions,
            InclusiveMetricsEvaluator metrics,
            List<PlannedFile> found) {
        for (PlannedFile planned : files) {
            PartitionFilter partition = partitions.get(planned.file().specId());
            if ((partition == null || partition.mayMatch(planned.file())) && metrics.eval(planned.file())) {
                found.add(planned);
            }
        }
    }

    private List<PlannedFile> filesOf(Table table, ManifestFile manifest) {
        return manifests.get(manifest.path(), _ -> {
            List<PlannedFile> files = new ArrayList<>();
            try (CloseableIterable<DataFile> live = ManifestFiles.read(manifest, table.io(), table.specs())) {
                live.forEach(file -> files.add(new PlannedFile(file.copy(), List.of())));
            } catch (IOException e) {
                throw new LakehouseException.Failed(e, "cannot read a manifest of table %s", table.name());
            }
            return List.copyOf(files);
        });
    }

    private List<PlannedFile> filesOf(Table table, Snapshot snapshot) {
        return snapshots.get(new SnapshotKey(table.uuid(), snapshot.snapshotId()), _ -> {
            List<PlannedFile> files = new ArrayList<>();
            try (CloseableIterable<FileScanTask> tasks = table.newScan()
                    .useSnapshot(snapshot.snapshotId())
                    .includeColumnStats()
                    .planFiles()) {
                tasks.forEach(task -> files.add(new PlannedFile(
                        task.file().copy(),
                        task.deletes().stream().map(delete -> delete.copy()).toList())));
            } catch (IOException e) {
                throw new LakehouseException.Failed(e, "cannot plan a snapshot of table %s", table.name());
            }
            return List.copyOf(files);
        });
    }

    /** A row filter as far as the partition values of one spec can decide it. */
    private static final class PartitionFilter {
        private final @Nullable ManifestEvaluator manifests;
        private final @Nullable Evaluator files;

        PartitionFilter(PartitionSpec spec, Schema schema, Expression filter) {
            PartitionSpec bound = rebound(spec, schema).orElse(null);
            manifests = bound == null ? null : ManifestEvaluator.forRowFilter(filter, bound, true);
            files = bound == null || bound.isUnpartitioned()
                    ? null
                    : new Evaluator(
                            bound.partitionType(), Projections.inclusive(bound).project(filter));
        }

        boolean mayMatch(ManifestFile manifest) {
            return manifests == null || manifests.eval(manifest);
        }

        boolean mayMatch(DataFile file) {
            return files == null || files.eval(file.partition());
        }

        /** The spec by the names of {@code schema}; empty if one of its columns is not there. */
        private static Optional<PartitionSpec> rebound(PartitionSpec spec, Schema schema) {
            try {
                return Optional.of(spec.toUnbound().bind(schema));
            } catch (ValidationException | IllegalArgumentException | NullPointerException _) {
                return Optional.empty();
            }
        }
    }
}

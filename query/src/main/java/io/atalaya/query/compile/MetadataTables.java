package io.atalaya.query.compile;

import static io.atalaya.query.compile.MetadataRows.moment;
import static io.atalaya.query.compile.MetadataRows.number;
import static io.atalaya.query.compile.MetadataRows.text;

import io.atalaya.lakehouse.read.PlannedFile;
import io.atalaya.policies.Decision;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.query.QueryException;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Simple;
import io.atalaya.query.type.SqlType.Varchar;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.HistoryEntry;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * {@code "t$snapshots"} and its like, as rows. They count and bound what is in the files, all rows of them, so they are for
 * those who see every row; bounds and counts of a column only for those who see it as it is.
 */
final class MetadataTables {
    static final Set<String> NAMES = Set.of("snapshots", "history", "refs", "files", "partitions", "manifests");

    private static final SqlType MOMENT = new SqlType.Instant(3, "UTC");

    private final Decision.Allowed decision;
    private final Table table;
    private final boolean showsPlaces;

    /** @param showsPlaces whether paths of files may be told */
    MetadataTables(Decision.Allowed decision, Table table, boolean showsPlaces) {
        this.decision = decision;
        this.table = table;
        this.showsPlaces = showsPlaces;
        if (!(decision.rows() instanceof Predicate.Always)) {
            throw new QueryException.NotAllowed(
                    "You see only some rows of table '%s'; its metadata tables tell of all of them"
                            .formatted(decision.table().name()));
        }
    }

    Queries.Printed table(String name, String alias, List<PlannedFile> files) {
        return switch (name) {
            case "snapshots" -> snapshots().of(table.snapshots(), alias);
            case "history" -> history().of(table.history(), alias);
            case "refs" -> refs().of(new TreeMap<>(table.refs()).entrySet(), alias);
            case "manifests" -> manifests().of(manifestFiles(), alias);
            case "partitions" -> new FileTables(decision, table, showsPlaces).partitions(alias, files);
            default -> new FileTables(decision, table, showsPlaces).files(alias, files);
        };
    }

    private MetadataRows<Snapshot> snapshots() {
        return new MetadataRows<Snapshot>()
                .with("committed_at", MOMENT, snapshot -> moment(snapshot.timestampMillis()))
                .with("snapshot_id", Simple.BIGINT, snapshot -> number(snapshot.snapshotId()))
                .with("parent_id", Simple.BIGINT, snapshot -> number(snapshot.parentId()))
                .with("operation", Varchar.ANY, snapshot -> text(snapshot.operation()))
                .with("manifest_list", Varchar.ANY, snapshot -> place(snapshot.manifestListLocation()))
                .with("summary", new SqlType.Map(Varchar.ANY, Varchar.ANY), snapshot -> summary(snapshot.summary()));
    }

    private static String summary(@Nullable Map<String, String> summary) {
        Map<String, String> entries = new TreeMap<>();
        (summary == null ? Map.<String, String>of() : summary).forEach((key, value) -> {
            // Partition values are data, and who sees all rows may still not see their column.
            if (!key.startsWith("partitions.")) {
                entries.put(Sql.text(key), Sql.text(value));
            }
        });
        return MetadataRows.map(entries);
    }

    private MetadataRows<HistoryEntry> history() {
        Set<Long> ancestors = new HashSet<>();
        if (table.currentSnapshot() != null) {
            ancestors.addAll(SnapshotUtil.currentAncestorIds(table));
        }
        return new MetadataRows<HistoryEntry>()
                .with("made_current_at", MOMENT, entry -> moment(entry.timestampMillis()))
                .with("snapshot_id", Simple.BIGINT, entry -> number(entry.snapshotId()))
                .with("parent_id", Simple.BIGINT, entry -> number(parent(entry.snapshotId())))
                .with(
                        "is_current_ancestor",
                        Simple.BOOLEAN,
                        entry -> Boolean.toString(ancestors.contains(entry.snapshotId())));
    }

    private @Nullable Long parent(long id) {
        Snapshot snapshot = table.snapshot(id);
        return snapshot == null ? null : snapshot.parentId();
    }

    private static MetadataRows<Map.Entry<String, SnapshotRef>> refs() {
        return new MetadataRows<Map.Entry<String, SnapshotRef>>()
                .with("name", Varchar.ANY, ref -> text(ref.getKey()))
                .with("type", Varchar.ANY, ref -> text(ref.getValue().isBranch() ? "BRANCH" : "TAG"))
                .with("snapshot_id", Simple.BIGINT, ref -> number(ref.getValue().snapshotId()))
                .with(
                        "max_reference_age_in_ms",
                        Simple.BIGINT,
                        ref -> number(ref.getValue().maxRefAgeMs()))
                .with(
                        "min_snapshots_to_keep",
                        Simple.INTEGER,
                        ref -> number(ref.getValue().minSnapshotsToKeep()))
                .with(
                        "max_snapshot_age_in_ms",
                        Simple.BIGINT,
                        ref -> number(ref.getValue().maxSnapshotAgeMs()));
    }

    private List<ManifestFile> manifestFiles() {
        Snapshot current = table.currentSnapshot();
        return current == null ? List.of() : current.allManifests(table.io());
    }

    private MetadataRows<ManifestFile> manifests() {
        return new MetadataRows<ManifestFile>()
                .with("path", Varchar.ANY, manifest -> place(manifest.path()))
                .with("length", Simple.BIGINT, manifest -> number(manifest.length()))
                .with("partition_spec_id", Simple.INTEGER, manifest -> number(manifest.partitionSpecId()))
                .with("added_snapshot_id", Simple.BIGINT, manifest -> number(manifest.snapshotId()))
                .with("added_data_files_count", Simple.INTEGER, manifest -> number(manifest.addedFilesCount()))
                .with("added_rows_count", Simple.BIGINT, manifest -> number(manifest.addedRowsCount()))
                .with("existing_data_files_count", Simple.INTEGER, manifest -> number(manifest.existingFilesCount()))
                .with("existing_rows_count", Simple.BIGINT, manifest -> number(manifest.existingRowsCount()))
                .with("deleted_data_files_count", Simple.INTEGER, manifest -> number(manifest.deletedFilesCount()))
                .with("deleted_rows_count", Simple.BIGINT, manifest -> number(manifest.deletedRowsCount()));
    }

    private String place(@Nullable String location) {
        return showsPlaces ? text(location) : "NULL";
    }
}

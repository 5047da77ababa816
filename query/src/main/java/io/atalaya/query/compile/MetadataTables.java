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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.HistoryEntry;
import org.apache.iceberg.MetadataTableType;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * {@code "t$snapshots"} and its like, as rows. They count and bound what is in the files, all rows of them, so they are for
 * those who see every row; bounds and counts of a column only for those who see it as it is.
 */
final class MetadataTables {
    static final Set<String> NAMES = Set.of(
            "snapshots",
            "history",
            "refs",
            "files",
            "partitions",
            "manifests",
            "all_manifests",
            "entries",
            "all_entries",
            "properties",
            "metadata_log_entries");

    private static final SqlType MOMENT = new SqlType.Instant(3, "UTC");

    private final Table table;
    private final FileTables files;

    /** @param showsPlaces whether paths of files may be told */
    MetadataTables(Decision.Allowed decision, Table table, boolean showsPlaces) {
        this.table = table;
        if (!(decision.rows() instanceof Predicate.Always)) {
            throw new QueryException.NotAllowed(
                    "You see only some rows of table '{0}'; its metadata tables tell of all of them",
                    decision.table().name());
        }
        this.files = new FileTables(decision, table, showsPlaces);
    }

    Queries.Printed table(String name, String alias, List<PlannedFile> planned) {
        return switch (name) {
            case "snapshots" -> snapshots().of(table.snapshots(), alias);
            case "history" -> history().of(table.history(), alias);
            case "refs" -> refs().of(new TreeMap<>(table.refs()).entrySet(), alias);
            case "manifests" -> new ManifestTables(table, files).manifests(alias);
            case "all_manifests" -> new ManifestTables(table, files).allManifests(alias);
            case "entries" -> new ManifestTables(table, files).entries(MetadataTableType.ENTRIES, alias);
            case "all_entries" -> new ManifestTables(table, files).entries(MetadataTableType.ALL_ENTRIES, alias);
            case "properties" ->
                properties().of(TableDescriptions.shownProperties(table).entrySet(), alias);
            case "metadata_log_entries" -> metadataLog().of(metadataFiles(), alias);
            case "partitions" -> files.partitions(alias, planned);
            default -> files.files(alias, planned);
        };
    }

    private MetadataRows<Snapshot> snapshots() {
        return new MetadataRows<Snapshot>()
                .with("committed_at", MOMENT, snapshot -> moment(snapshot.timestampMillis()))
                .with("snapshot_id", Simple.BIGINT, snapshot -> number(snapshot.snapshotId()))
                .with("parent_id", Simple.BIGINT, snapshot -> number(snapshot.parentId()))
                .with("operation", Varchar.ANY, snapshot -> text(snapshot.operation()))
                .with("manifest_list", Varchar.ANY, snapshot -> files.place(snapshot.manifestListLocation()))
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

    private static MetadataRows<Map.Entry<String, String>> properties() {
        return new MetadataRows<Map.Entry<String, String>>()
                .with("key", Varchar.ANY, property -> text(property.getKey()))
                .with("value", Varchar.ANY, property -> text(property.getValue()));
    }

    private record MetadataFile(long writtenMillis, String file) {}

    /** The metadata files, the current one last, each with what was current when it was written. */
    private MetadataRows<MetadataFile> metadataLog() {
        return new MetadataRows<MetadataFile>()
                .with("timestamp", MOMENT, entry -> moment(entry.writtenMillis()))
                .with("file", Varchar.ANY, entry -> files.place(entry.file()))
                .with("latest_snapshot_id", Simple.BIGINT, entry -> number(latest(entry, Snapshot::snapshotId)))
                .with("latest_schema_id", Simple.INTEGER, entry -> number(latest(entry, Snapshot::schemaId)))
                .with(
                        "latest_sequence_number",
                        Simple.BIGINT,
                        entry -> number(latest(entry, Snapshot::sequenceNumber)));
    }

    private <T> @Nullable T latest(MetadataFile entry, Function<Snapshot, @Nullable T> what) {
        Long id = SnapshotUtil.nullableSnapshotIdAsOfTime(table, entry.writtenMillis());
        Snapshot snapshot = id == null ? null : table.snapshot(id);
        return snapshot == null ? null : what.apply(snapshot);
    }

    private List<MetadataFile> metadataFiles() {
        TableMetadata metadata = ((HasTableOperations) table).operations().current();
        List<MetadataFile> all = new ArrayList<>();
        metadata.previousFiles().forEach(before -> all.add(new MetadataFile(before.timestampMillis(), before.file())));
        all.add(new MetadataFile(metadata.lastUpdatedMillis(), metadata.metadataFileLocation()));
        return all;
    }
}

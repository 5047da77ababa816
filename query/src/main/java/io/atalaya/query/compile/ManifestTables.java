package io.atalaya.query.compile;

import static io.atalaya.query.compile.MetadataRows.number;

import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Simple;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.MetadataTableType;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/** {@code "t$manifests"} and {@code "t$entries"}, and the same of all snapshots. */
final class ManifestTables {
    private static final SqlType.Row SUMMARY = new SqlType.Row(List.of(
            field("contains_null", Simple.BOOLEAN),
            field("contains_nan", Simple.BOOLEAN),
            field("lower_bound", SqlType.Varchar.ANY),
            field("upper_bound", SqlType.Varchar.ANY)));

    private final Table table;
    private final FileTables files;

    ManifestTables(Table table, FileTables files) {
        this.table = table;
        this.files = files;
    }

    private static SqlType.Row.Field field(String name, SqlType type) {
        return new SqlType.Row.Field(Optional.of(name), type);
    }

    /** Those of the current snapshot. */
    Queries.Printed manifests(String alias) {
        Snapshot current = table.currentSnapshot();
        return rows().of(current == null ? List.of() : current.allManifests(table.io()), alias);
    }

    /** Those of each snapshot there is. */
    Queries.Printed allManifests(String alias) {
        Map<String, ManifestFile> all = new LinkedHashMap<>();
        for (Snapshot snapshot : table.snapshots()) {
            snapshot.allManifests(table.io()).forEach(manifest -> all.putIfAbsent(manifest.path(), manifest));
        }
        return rows().of(all.values(), alias);
    }

    private MetadataRows<ManifestFile> rows() {
        MetadataRows<ManifestFile> rows = new MetadataRows<ManifestFile>()
                .with("path", SqlType.Varchar.ANY, manifest -> files.place(manifest.path()))
                .with("length", Simple.BIGINT, manifest -> number(manifest.length()))
                .with("partition_spec_id", Simple.INTEGER, manifest -> number(manifest.partitionSpecId()))
                .with("added_snapshot_id", Simple.BIGINT, manifest -> number(manifest.snapshotId()))
                .with("added_data_files_count", Simple.INTEGER, manifest -> number(manifest.addedFilesCount()))
                .with("added_rows_count", Simple.BIGINT, manifest -> number(manifest.addedRowsCount()))
                .with("existing_data_files_count", Simple.INTEGER, manifest -> number(manifest.existingFilesCount()))
                .with("existing_rows_count", Simple.BIGINT, manifest -> number(manifest.existingRowsCount()))
                .with("deleted_data_files_count", Simple.INTEGER, manifest -> number(manifest.deletedFilesCount()))
                .with("deleted_rows_count", Simple.BIGINT, manifest -> number(manifest.deletedRowsCount()));
        return files.showsAllPartitions()
                ? rows.with("partition_summaries", new SqlType.Array(SUMMARY), this::summaries)
                : rows;
    }

    private String summaries(ManifestFile manifest) {
        List<ManifestFile.PartitionFieldSummary> summaries = manifest.partitions();
        PartitionSpec spec = Objects.requireNonNull(table.specs().get(manifest.partitionSpecId()));
        List<String> rows = new ArrayList<>();
        for (int index = 0; summaries != null && index < summaries.size(); index++) {
            ManifestFile.PartitionFieldSummary summary = summaries.get(index);
            Type type = spec.partitionType().fields().get(index).type();
            rows.add(MetadataRows.row(
                    SUMMARY,
                    List.of(
                            Boolean.toString(summary.containsNull()),
                            String.valueOf(summary.containsNaN()),
                            bound(spec, index, type, summary.lowerBound()),
                            bound(spec, index, type, summary.upperBound()))));
        }
        return "[" + String.join(", ", rows) + "]";
    }

    private static String bound(PartitionSpec spec, int index, Type type, @Nullable ByteBuffer bytes) {
        return bytes == null
                ? "NULL"
                : Sql.text(spec.fields()
                        .get(index)
                        .transform()
                        .toHumanString(type, Conversions.fromByteBuffer(type, bytes)));
    }

    /** @param type {@code ENTRIES} or {@code ALL_ENTRIES} */
    Queries.Printed entries(MetadataTableType type, String alias) {
        MetadataRows<ContentFile<?>> columns = files.columns();
        return new MetadataRows<ManifestEntries.Entry>()
                .with("status", Simple.INTEGER, entry -> number(entry.status()))
                .with("snapshot_id", Simple.BIGINT, entry -> number(entry.snapshotId()))
                .with("sequence_number", Simple.BIGINT, entry -> number(entry.sequenceNumber()))
                .with("file_sequence_number", Simple.BIGINT, entry -> number(entry.fileSequenceNumber()))
                .with("data_file", columns.type(), entry -> columns.row(entry.file()))
                .with("readable_metrics", Simple.JSON, entry -> MetadataRows.text(files.readable(entry.file())))
                .of(new ManifestEntries(table, type).read(), alias);
    }
}

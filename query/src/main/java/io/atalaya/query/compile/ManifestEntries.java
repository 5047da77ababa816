package io.atalaya.query.compile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataTableType;
import org.apache.iceberg.MetadataTableUtils;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Partitioning;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** What the manifests of a table say of files, those that were deleted included; Iceberg tells it as rows of a table of its own. */
final class ManifestEntries {
    private static final List<String> COLUMNS =
            List.of("status", "snapshot_id", "sequence_number", "file_sequence_number", "data_file");

    /** @param status 0 for a file that was there before, 1 for one that was added, 2 for one that was deleted */
    record Entry(
            int status,
            @Nullable Long snapshotId,
            @Nullable Long sequenceNumber,
            @Nullable Long fileSequenceNumber,
            ContentFile<?> file) {}

    private final Table table;
    private final Table entries;
    private final Types.StructType fileType;
    private final Types.StructType partitionType;

    /** @param type {@code ENTRIES}, or {@code ALL_ENTRIES} for those of each snapshot */
    ManifestEntries(Table table, MetadataTableType type) {
        this.table = table;
        this.entries = MetadataTableUtils.createMetadataTableInstance(table, type);
        this.fileType = entries.schema().findType("data_file").asStructType();
        this.partitionType = Partitioning.partitionType(table);
    }

    List<Entry> read() {
        List<Entry> found = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks =
                entries.newScan().select(COLUMNS).planFiles()) {
            for (FileScanTask task : tasks) {
                try (CloseableIterable<StructLike> rows = task.asDataTask().rows()) {
                    rows.forEach(row -> found.add(new Entry(
                            row.get(0, Integer.class),
                            row.get(1, Long.class),
                            row.get(2, Long.class),
                            row.get(3, Long.class),
                            file(row.get(4, StructLike.class)))));
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ContentFile<?> file(StructLike row) {
        PartitionSpec spec = Objects.requireNonNull(table.specs().get(get(row, "spec_id", Integer.class)));
        Metrics metrics = metrics(row);
        List<?> equality = get(row, "equality_ids", List.class);
        if (Objects.equals(get(row, "content", Integer.class), FileContent.DATA.id())) {
            return DataFiles.builder(spec)
                    .withPath(Objects.requireNonNull(get(row, "file_path", String.class)))
                    .withFormat(format(row))
                    .withPartition(partition(row, spec))
                    .withFileSizeInBytes(size(row))
                    .withMetrics(metrics)
                    .withSplitOffsets(offsets(row))
                    .build();
        }
        FileMetadata.Builder deletes = FileMetadata.deleteFileBuilder(spec)
                .withPath(Objects.requireNonNull(get(row, "file_path", String.class)))
                .withFormat(format(row))
                .withPartition(partition(row, spec))
                .withFileSizeInBytes(size(row))
                .withMetrics(metrics);
        return (equality == null
                        ? deletes.ofPositionDeletes()
                        : deletes.ofEqualityDeletes(
                                equality.stream().mapToInt(id -> (Integer) id).toArray()))
                .build();
    }

    private FileFormat format(StructLike row) {
        return FileFormat.fromString(Objects.requireNonNull(get(row, "file_format", String.class)));
    }

    private long size(StructLike row) {
        return Objects.requireNonNull(get(row, "file_size_in_bytes", Long.class));
    }

    @SuppressWarnings("unchecked")
    private Metrics metrics(StructLike row) {
        return new Metrics(
                get(row, "record_count", Long.class),
                (Map<Integer, Long>) get(row, "column_sizes", Map.class),
                (Map<Integer, Long>) get(row, "value_counts", Map.class),
                (Map<Integer, Long>) get(row, "null_value_counts", Map.class),
                (Map<Integer, Long>) get(row, "nan_value_counts", Map.class),
                (Map<Integer, ByteBuffer>) get(row, "lower_bounds", Map.class),
                (Map<Integer, ByteBuffer>) get(row, "upper_bounds", Map.class));
    }

    @SuppressWarnings("unchecked")
    private @Nullable List<Long> offsets(StructLike row) {
        return (List<Long>) get(row, "split_offsets", List.class);
    }

    /** The values in the order of the file's own spec; the table of entries has them in that of all specs. */
    private StructLike partition(StructLike row, PartitionSpec spec) {
        List<@Nullable Object> values = new ArrayList<>();
        StructLike all = partitionType.fields().isEmpty() ? null : get(row, "partition", StructLike.class);
        for (Types.NestedField field : spec.partitionType().fields()) {
            int position = partitionType.fields().indexOf(partitionType.field(field.fieldId()));
            values.add(all == null ? null : all.get(position, Object.class));
        }
        return new Values(values);
    }

    private <T> @Nullable T get(StructLike row, String field, Class<T> type) {
        return row.get(fileType.fields().indexOf(fileType.field(field)), type);
    }

    private record Values(List<@Nullable Object> values) implements StructLike {
        @Override
        public int size() {
            return values.size();
        }

        @Override
        public <T> T get(int position, Class<T> type) {
            return type.cast(values.get(position));
        }

        @Override
        public <T> void set(int position, T value) {
            throw new UnsupportedOperationException();
        }
    }
}

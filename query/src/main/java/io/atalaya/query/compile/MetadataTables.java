package io.atalaya.query.compile;

import io.atalaya.lakehouse.duckdb.DuckLiterals;
import io.atalaya.lakehouse.read.PlannedFile;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.query.QueryException;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Simple;
import io.atalaya.query.type.SqlType.Varchar;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.HistoryEntry;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * {@code "t$snapshots"} and its like, as rows. They count and bound what is in the files, all rows of them, so they are for
 * those who see every row; bounds and counts of a column only for those who see it as it is.
 */
final class MetadataTables {
    static final Set<String> NAMES = Set.of("snapshots", "history", "refs", "files", "partitions", "manifests");

    private static final SqlType MOMENT = new SqlType.Instant(3, "UTC");
    private static final SqlType COUNTS = new SqlType.Map(Simple.INTEGER, Simple.BIGINT);
    private static final SqlType BOUNDS = new SqlType.Map(Simple.INTEGER, Varchar.ANY);

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

    private record Column(String name, SqlType type) {}

    Queries.Printed table(String name, String alias, List<PlannedFile> files) {
        return switch (name) {
            case "snapshots" -> snapshots(alias);
            case "history" -> history(alias);
            case "refs" -> refs(alias);
            case "manifests" -> manifests(alias);
            case "partitions" -> partitions(alias, files);
            default -> files(alias, files);
        };
    }

    private Queries.Printed snapshots(String alias) {
        List<List<String>> rows = new ArrayList<>();
        for (Snapshot snapshot : table.snapshots()) {
            rows.add(List.of(
                    moment(snapshot.timestampMillis()),
                    number(snapshot.snapshotId()),
                    number(snapshot.parentId()),
                    text(snapshot.operation()),
                    place(snapshot.manifestListLocation()),
                    summary(snapshot.summary())));
        }
        return values(
                alias,
                rows,
                new Column("committed_at", MOMENT),
                new Column("snapshot_id", Simple.BIGINT),
                new Column("parent_id", Simple.BIGINT),
                new Column("operation", Varchar.ANY),
                new Column("manifest_list", Varchar.ANY),
                new Column("summary", new SqlType.Map(Varchar.ANY, Varchar.ANY)));
    }

    private static String summary(@Nullable Map<String, String> summary) {
        Map<String, String> entries = new TreeMap<>(summary == null ? Map.of() : summary);
        // Partition values are data, and who sees all rows may still not see their column.
        entries.keySet().removeIf(key -> key.startsWith("partitions."));
        return "map([" + texts(List.copyOf(entries.keySet())) + "], [" + texts(List.copyOf(entries.values())) + "])";
    }

    private Queries.Printed history(String alias) {
        Set<Long> ancestors = new HashSet<>();
        if (table.currentSnapshot() != null) {
            ancestors.addAll(SnapshotUtil.currentAncestorIds(table));
        }
        List<List<String>> rows = new ArrayList<>();
        for (HistoryEntry entry : table.history()) {
            Snapshot snapshot = table.snapshot(entry.snapshotId());
            rows.add(List.of(
                    moment(entry.timestampMillis()),
                    number(entry.snapshotId()),
                    number(snapshot == null ? null : snapshot.parentId()),
                    Boolean.toString(ancestors.contains(entry.snapshotId()))));
        }
        return values(
                alias,
                rows,
                new Column("made_current_at", MOMENT),
                new Column("snapshot_id", Simple.BIGINT),
                new Column("parent_id", Simple.BIGINT),
                new Column("is_current_ancestor", Simple.BOOLEAN));
    }

    private Queries.Printed refs(String alias) {
        List<List<String>> rows = new ArrayList<>();
        new TreeMap<>(table.refs())
                .forEach((name, ref) -> rows.add(List.of(
                        text(name),
                        text(ref.isBranch() ? "BRANCH" : "TAG"),
                        number(ref.snapshotId()),
                        number(ref.maxRefAgeMs()),
                        number(ref.minSnapshotsToKeep() == null ? null : (long) ref.minSnapshotsToKeep()),
                        number(ref.maxSnapshotAgeMs()))));
        return values(
                alias,
                rows,
                new Column("name", Varchar.ANY),
                new Column("type", Varchar.ANY),
                new Column("snapshot_id", Simple.BIGINT),
                new Column("max_reference_age_in_ms", Simple.BIGINT),
                new Column("min_snapshots_to_keep", Simple.INTEGER),
                new Column("max_snapshot_age_in_ms", Simple.BIGINT));
    }

    private Queries.Printed manifests(String alias) {
        List<List<String>> rows = new ArrayList<>();
        Snapshot current = table.currentSnapshot();
        if (current != null) {
            for (ManifestFile manifest : current.allManifests(table.io())) {
                rows.add(List.of(
                        place(manifest.path()),
                        number(manifest.length()),
                        number((long) manifest.partitionSpecId()),
                        number(manifest.snapshotId()),
                        count(manifest.addedFilesCount()),
                        number(manifest.addedRowsCount()),
                        count(manifest.existingFilesCount()),
                        number(manifest.existingRowsCount()),
                        count(manifest.deletedFilesCount()),
                        number(manifest.deletedRowsCount())));
            }
        }
        return values(
                alias,
                rows,
                new Column("path", Varchar.ANY),
                new Column("length", Simple.BIGINT),
                new Column("partition_spec_id", Simple.INTEGER),
                new Column("added_snapshot_id", Simple.BIGINT),
                new Column("added_data_files_count", Simple.INTEGER),
                new Column("added_rows_count", Simple.BIGINT),
                new Column("existing_data_files_count", Simple.INTEGER),
                new Column("existing_rows_count", Simple.BIGINT),
                new Column("deleted_data_files_count", Simple.INTEGER),
                new Column("deleted_rows_count", Simple.BIGINT));
    }

    private static String count(@Nullable Integer value) {
        return value == null ? "NULL" : value.toString();
    }

    private Queries.Printed files(String alias, List<PlannedFile> files) {
        List<List<String>> rows = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (PlannedFile planned : files) {
            file(planned.file(), rows);
            planned.deletes().stream()
                    .filter(delete -> seen.add(delete.location()))
                    .forEach(delete -> file(delete, rows));
        }
        return values(
                alias,
                rows,
                new Column("content", Simple.INTEGER),
                new Column("file_path", Varchar.ANY),
                new Column("file_format", Varchar.ANY),
                new Column("spec_id", Simple.INTEGER),
                new Column("record_count", Simple.BIGINT),
                new Column("file_size_in_bytes", Simple.BIGINT),
                new Column("column_sizes", COUNTS),
                new Column("value_counts", COUNTS),
                new Column("null_value_counts", COUNTS),
                new Column("nan_value_counts", COUNTS),
                new Column("lower_bounds", BOUNDS),
                new Column("upper_bounds", BOUNDS),
                new Column("sort_order_id", Simple.INTEGER));
    }

    private void file(ContentFile<?> file, List<List<String>> rows) {
        Integer order = file.sortOrderId();
        rows.add(List.of(
                Integer.toString(file.content().id()),
                place(file.location()),
                text(file.format().name()),
                Integer.toString(file.specId()),
                number(file.recordCount()),
                number(file.fileSizeInBytes()),
                counts(file.columnSizes()),
                counts(file.valueCounts()),
                counts(file.nullValueCounts()),
                counts(file.nanValueCounts()),
                bounds(file.lowerBounds()),
                bounds(file.upperBounds()),
                order == null ? "NULL" : order.toString()));
    }

    /** Whether the principal sees the column that a field is or is in, as it is. */
    private boolean sees(int fieldId) {
        for (Types.NestedField column : table.schema().columns()) {
            boolean within = column.fieldId() == fieldId
                    || org.apache.iceberg.types.TypeUtil.indexById(Types.StructType.of(column))
                            .containsKey(fieldId);
            if (within) {
                return decision.column(column.fieldId()) instanceof ColumnAccess.Visible;
            }
        }
        return false;
    }

    private String counts(@Nullable Map<Integer, Long> counts) {
        Map<Integer, String> shown = new TreeMap<>();
        if (counts != null) {
            counts.forEach((field, value) -> {
                if (sees(field)) {
                    shown.put(field, number(value));
                }
            });
        }
        return map(shown);
    }

    private String bounds(@Nullable Map<Integer, ByteBuffer> bounds) {
        Map<Integer, String> shown = new TreeMap<>();
        if (bounds != null) {
            bounds.forEach((field, bytes) -> {
                Type type = table.schema().findType(field);
                if (sees(field) && type != null && type.isPrimitiveType()) {
                    Object value = Conversions.fromByteBuffer(type, bytes);
                    shown.put(field, value == null ? "NULL" : Sql.text(DuckLiterals.text(type, value)));
                }
            });
        }
        return map(shown);
    }

    private static String map(Map<Integer, String> entries) {
        return "map(["
                + entries.keySet().stream().map(Object::toString).collect(Collectors.joining(", ")) + "], ["
                + String.join(", ", entries.values()) + "])";
    }

    private static final class Sum {
        private long records;
        private long files;
        private long bytes;
    }

    private Queries.Printed partitions(String alias, List<PlannedFile> files) {
        PartitionSpec spec = table.spec();
        boolean seen = spec.fields().stream().allMatch(field -> sees(field.sourceId()));
        if (!seen || spec.isUnpartitioned()) {
            throw new QueryException.NotAllowed(
                    spec.isUnpartitioned()
                            ? "Table '%s' is not partitioned"
                                    .formatted(decision.table().name())
                            : "You do not see all columns that table '%s' is partitioned by"
                                    .formatted(decision.table().name()));
        }
        Map<String, Sum> sums = new LinkedHashMap<>();
        for (PlannedFile planned : files) {
            DataFile file = planned.file();
            PartitionSpec own = java.util.Objects.requireNonNull(table.specs().get(file.specId()));
            if (own.fields().stream().allMatch(field -> sees(field.sourceId()))) {
                Sum sum = sums.computeIfAbsent(own.partitionToPath(file.partition()), _ -> new Sum());
                sum.records += file.recordCount();
                sum.files++;
                sum.bytes += file.fileSizeInBytes();
            }
        }
        List<List<String>> rows = new ArrayList<>();
        sums.forEach((path, sum) ->
                rows.add(List.of(text(path), number(sum.records), number(sum.files), number(sum.bytes))));
        return values(
                alias,
                rows,
                new Column("partition", Varchar.ANY),
                new Column("record_count", Simple.BIGINT),
                new Column("file_count", Simple.BIGINT),
                new Column("total_size", Simple.BIGINT));
    }

    private static String moment(long millis) {
        return "make_timestamptz(" + millis * 1000 + ")";
    }

    private static String number(@Nullable Long value) {
        return value == null ? "NULL" : value.toString();
    }

    private static String text(@Nullable String value) {
        return value == null ? "NULL" : Sql.text(value);
    }

    private String place(@Nullable String location) {
        return showsPlaces ? text(location) : "NULL";
    }

    private static String texts(List<String> texts) {
        return texts.stream().map(Sql::text).collect(Collectors.joining(", "));
    }

    private static Queries.Printed values(String alias, List<List<String>> rows, Column... columns) {
        List<String> values = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<String> nothing = new ArrayList<>();
        List<Queries.Output> outputs = new ArrayList<>();
        for (int index = 0; index < columns.length; index++) {
            outputs.add(new Queries.Output(Optional.of(columns[index].name()), columns[index].type()));
            names.add("c" + index);
            nothing.add(Sql.cast("NULL", columns[index].type().duck()));
        }
        for (List<String> row : rows) {
            List<String> cells = new ArrayList<>();
            for (int index = 0; index < columns.length; index++) {
                cells.add(Sql.cast(row.get(index), columns[index].type().duck()));
            }
            values.add("(" + String.join(", ", cells) + ")");
        }
        return new Queries.Printed(
                "(SELECT * FROM (VALUES "
                        + (rows.isEmpty() ? "(" + String.join(", ", nothing) + ")" : String.join(", ", values))
                        + ") AS "
                        + alias + "v(" + String.join(", ", names) + ")" + (rows.isEmpty() ? " WHERE false" : "")
                        + ") AS "
                        + alias,
                outputs);
    }
}

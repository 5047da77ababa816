package io.atalaya.query.compile;

import static io.atalaya.query.compile.MetadataRows.number;
import static io.atalaya.query.compile.MetadataRows.text;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.atalaya.lakehouse.duckdb.DuckLiterals;
import io.atalaya.lakehouse.read.PlannedFile;
import io.atalaya.policies.ColumnAccess;
import io.atalaya.policies.Decision;
import io.atalaya.query.QueryException;
import io.atalaya.query.type.IcebergTypes;
import io.atalaya.query.type.SqlType;
import io.atalaya.query.type.SqlType.Simple;
import io.atalaya.query.type.SqlType.Varchar;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Partitioning;
import org.apache.iceberg.SingleValueParser;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Comparators;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.PartitionUtil;
import org.jspecify.annotations.Nullable;

/** {@code "t$files"} and {@code "t$partitions"}: of each column, and of each partition field, only what is seen as it is. */
final class FileTables {
    private static final SqlType COUNTS = new SqlType.Map(Simple.INTEGER, Simple.BIGINT);
    private static final SqlType BOUNDS = new SqlType.Map(Simple.INTEGER, Varchar.ANY);

    private final Decision.Allowed decision;
    private final Table table;
    private final boolean showsPlaces;

    /** Fields of partitions of any spec, those from columns that are not seen left out. */
    private final List<Types.NestedField> partitionFields;

    private final boolean allPartitionsSeen;

    FileTables(Decision.Allowed decision, Table table, boolean showsPlaces) {
        this.decision = decision;
        this.table = table;
        this.showsPlaces = showsPlaces;
        List<Types.NestedField> all = Partitioning.partitionType(table).fields();
        this.partitionFields = all.stream()
                .filter(field -> sources(field.fieldId()).stream().allMatch(this::sees))
                .toList();
        this.allPartitionsSeen = partitionFields.size() == all.size();
    }

    private Set<Integer> sources(int partitionFieldId) {
        Set<Integer> sources = new HashSet<>();
        for (PartitionSpec spec : table.specs().values()) {
            for (PartitionField field : spec.fields()) {
                if (field.fieldId() == partitionFieldId) {
                    sources.add(field.sourceId());
                }
            }
        }
        return sources;
    }

    /** Whether the principal sees the column that a field is or is in, as it is. A column that is gone is seen by nobody. */
    private boolean sees(int fieldId) {
        for (Types.NestedField column : table.schema().columns()) {
            boolean within = column.fieldId() == fieldId
                    || TypeUtil.indexById(Types.StructType.of(column)).containsKey(fieldId);
            if (within) {
                return decision.column(column.fieldId()) instanceof ColumnAccess.Visible;
            }
        }
        return false;
    }

    Queries.Printed files(String alias, List<PlannedFile> files) {
        List<ContentFile<?>> all = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (PlannedFile planned : files) {
            all.add(planned.file());
            planned.deletes().stream()
                    .filter(delete -> seen.add(delete.location()))
                    .forEach(all::add);
        }
        return columns()
                .with("readable_metrics", Simple.JSON, file -> text(readable(file)))
                .of(all, alias);
    }

    /** What is said of a file. */
    MetadataRows<ContentFile<?>> columns() {
        MetadataRows<ContentFile<?>> rows = new MetadataRows<ContentFile<?>>()
                .with("content", Simple.INTEGER, file -> number(file.content().id()))
                .with("file_path", Varchar.ANY, file -> place(file.location()))
                .with("file_format", Varchar.ANY, file -> text(file.format().name()))
                .with("spec_id", Simple.INTEGER, file -> number(file.specId()));
        if (!partitionFields.isEmpty()) {
            rows.with("partition", partitionType(), this::partition);
        }
        return rows.with("record_count", Simple.BIGINT, file -> number(file.recordCount()))
                .with("file_size_in_bytes", Simple.BIGINT, file -> number(file.fileSizeInBytes()))
                .with("column_sizes", COUNTS, file -> counts(file.columnSizes()))
                .with("value_counts", COUNTS, file -> counts(file.valueCounts()))
                .with("null_value_counts", COUNTS, file -> counts(file.nullValueCounts()))
                .with("nan_value_counts", COUNTS, file -> counts(file.nanValueCounts()))
                .with("lower_bounds", BOUNDS, file -> bounds(file.lowerBounds()))
                .with("upper_bounds", BOUNDS, file -> bounds(file.upperBounds()))
                .with("key_metadata", Simple.VARBINARY, _ -> "NULL")
                .with("split_offsets", new SqlType.Array(Simple.BIGINT), file -> list(file.splitOffsets()))
                .with("equality_ids", new SqlType.Array(Simple.INTEGER), file -> list(file.equalityFieldIds()))
                .with("sort_order_id", Simple.INTEGER, file -> number(file.sortOrderId()));
    }

    private static String list(@Nullable List<? extends Number> numbers) {
        return numbers == null ? "NULL" : numbers.toString();
    }

    /** Where a file is, if that may be told. */
    String place(@Nullable String location) {
        return showsPlaces ? text(location) : "NULL";
    }

    boolean showsAllPartitions() {
        return allPartitionsSeen;
    }

    private SqlType.Row partitionType() {
        return new SqlType.Row(partitionFields.stream()
                .map(field -> new SqlType.Row.Field(
                        Optional.of(field.name()),
                        IcebergTypes.toSql(field.type()).orElse(Varchar.ANY)))
                .toList());
    }

    private String partition(ContentFile<?> file) {
        Types.StructType all = Partitioning.partitionType(table);
        PartitionSpec spec = Objects.requireNonNull(table.specs().get(file.specId()));
        StructLike values = PartitionUtil.coercePartition(all, spec, file.partition());
        List<String> shown = new ArrayList<>();
        for (Types.NestedField field : partitionFields) {
            Object value = values.get(all.fields().indexOf(field), Object.class);
            shown.add(value == null ? "NULL" : Sql.text(DuckLiterals.text(field.type(), value)));
        }
        return MetadataRows.row(partitionType(), shown);
    }

    private String counts(@Nullable Map<Integer, Long> counts) {
        Map<String, String> shown = new LinkedHashMap<>();
        new TreeMap<>(counts == null ? Map.<Integer, Long>of() : counts).forEach((field, count) -> {
            if (sees(field)) {
                shown.put(field.toString(), number(count));
            }
        });
        return MetadataRows.map(shown);
    }

    private String bounds(@Nullable Map<Integer, ByteBuffer> bounds) {
        Map<String, String> shown = new LinkedHashMap<>();
        new TreeMap<>(bounds == null ? Map.<Integer, ByteBuffer>of() : bounds)
                .keySet()
                .forEach(field -> {
                    Type type = table.schema().findType(field);
                    Object value = sees(field) ? bound(bounds, field) : null;
                    if (value != null) {
                        shown.put(field.toString(), Sql.text(DuckLiterals.text(type, value)));
                    }
                });
        return MetadataRows.map(shown);
    }

    private @Nullable Object bound(@Nullable Map<Integer, ByteBuffer> bounds, int field) {
        ByteBuffer bytes = bounds == null ? null : bounds.get(field);
        Type type = table.schema().findType(field);
        return bytes == null || type == null || !type.isPrimitiveType()
                ? null
                : Conversions.fromByteBuffer(type, bytes);
    }

    /** As Trino writes it: a member for each column, with its counts and bounds. */
    String readable(ContentFile<?> file) {
        ObjectNode metrics = JsonNodeFactory.instance.objectNode();
        new TreeMap<>(TypeUtil.indexNameById(table.schema().asStruct())).forEach((id, name) -> {
            if (table.schema().findType(id).isPrimitiveType() && sees(id)) {
                ObjectNode column = metrics.putObject(name);
                column.put("column_size", count(file.columnSizes(), id));
                column.put("value_count", count(file.valueCounts(), id));
                column.put("null_value_count", count(file.nullValueCounts(), id));
                column.put("nan_value_count", count(file.nanValueCounts(), id));
                column.putRawValue("lower_bound", json(file.lowerBounds(), id));
                column.putRawValue("upper_bound", json(file.upperBounds(), id));
            }
        });
        return metrics.toString();
    }

    private static @Nullable Long count(@Nullable Map<Integer, Long> counts, int id) {
        return counts == null ? null : counts.get(id);
    }

    private RawValue json(@Nullable Map<Integer, ByteBuffer> bounds, int id) {
        Object value = bound(bounds, id);
        return new RawValue(
                value == null ? "null" : SingleValueParser.toJson(table.schema().findType(id), value));
    }

    private static final class Sum {
        private final String partition;
        private long records;
        private long files;
        private long bytes;
        private final List<ContentFile<?>> all = new ArrayList<>();

        Sum(String partition) {
            this.partition = partition;
        }
    }

    Queries.Printed partitions(String alias, List<PlannedFile> files) {
        if (!allPartitionsSeen) {
            throw new QueryException.NotAllowed(
                    "You do not see all columns that table '{0}' is partitioned by",
                    decision.table().name());
        }
        Map<String, Sum> sums = new LinkedHashMap<>();
        for (PlannedFile planned : files) {
            Sum sum = sums.computeIfAbsent(partitionFields.isEmpty() ? "" : partition(planned.file()), Sum::new);
            sum.records += planned.file().recordCount();
            sum.files++;
            sum.bytes += planned.file().fileSizeInBytes();
            sum.all.add(planned.file());
        }
        MetadataRows<Sum> rows = new MetadataRows<>();
        if (!partitionFields.isEmpty()) {
            rows.with("partition", partitionType(), sum -> sum.partition);
        }
        rows.with("record_count", Simple.BIGINT, sum -> number(sum.records))
                .with("file_count", Simple.BIGINT, sum -> number(sum.files))
                .with("total_size", Simple.BIGINT, sum -> number(sum.bytes));
        List<Types.NestedField> columns = measured();
        if (!columns.isEmpty()) {
            rows.with("data", dataType(columns), sum -> data(sum, columns));
        }
        return rows.of(sums.values(), alias);
    }

    /** Columns of one value a row that are seen as they are, and that are no partition themselves. */
    private List<Types.NestedField> measured() {
        return table.schema().columns().stream()
                .filter(column -> column.type().isPrimitiveType() && sees(column.fieldId()))
                .filter(column -> IcebergTypes.toSql(column.type()).isPresent())
                .filter(column -> !table.spec().identitySourceIds().contains(column.fieldId()))
                .toList();
    }

    private static SqlType.Row dataType(List<Types.NestedField> columns) {
        return new SqlType.Row(columns.stream()
                .map(column -> new SqlType.Row.Field(Optional.of(column.name()), measureType(column)))
                .toList());
    }

    private static SqlType.Row measureType(Types.NestedField column) {
        SqlType type = IcebergTypes.toSql(column.type()).orElseThrow();
        return new SqlType.Row(List.of(
                new SqlType.Row.Field(Optional.of("min"), type),
                new SqlType.Row.Field(Optional.of("max"), type),
                new SqlType.Row.Field(Optional.of("null_count"), Simple.BIGINT),
                new SqlType.Row.Field(Optional.of("nan_count"), Simple.BIGINT)));
    }

    private String data(Sum sum, List<Types.NestedField> columns) {
        List<String> values = new ArrayList<>();
        for (Types.NestedField column : columns) {
            int id = column.fieldId();
            values.add(MetadataRows.row(
                    measureType(column),
                    List.of(
                            extreme(
                                    column,
                                    sum.all.stream()
                                            .map(ContentFile::lowerBounds)
                                            .toList(),
                                    1),
                            extreme(
                                    column,
                                    sum.all.stream()
                                            .map(ContentFile::upperBounds)
                                            .toList(),
                                    -1),
                            total(
                                    sum.all.stream()
                                            .map(ContentFile::nullValueCounts)
                                            .toList(),
                                    id),
                            total(
                                    sum.all.stream()
                                            .map(ContentFile::nanValueCounts)
                                            .toList(),
                                    id))));
        }
        return MetadataRows.row(dataType(columns), values);
    }

    /** The least bound of all files, or with -1 the greatest; null if one has none. */
    private String extreme(Types.NestedField column, List<Map<Integer, ByteBuffer>> bounds, int sign) {
        Comparator<Object> order = Comparators.forType(column.type().asPrimitiveType());
        Object found = null;
        for (Map<Integer, ByteBuffer> file : bounds) {
            Object value = bound(file, column.fieldId());
            if (value == null) {
                return "NULL";
            }
            found = found == null || sign * order.compare(value, found) < 0 ? value : found;
        }
        return found == null ? "NULL" : Sql.text(DuckLiterals.text(column.type(), found));
    }

    private static String total(List<Map<Integer, Long>> counts, int id) {
        long total = 0;
        for (Map<Integer, Long> file : counts) {
            Long count = file == null ? null : file.get(id);
            if (count == null) {
                return "NULL";
            }
            total += count;
        }
        return Long.toString(total);
    }
}

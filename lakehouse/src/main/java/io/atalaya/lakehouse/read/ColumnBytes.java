package io.atalaya.lakehouse.read;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * How much of some data files each top-level column takes. Manifests say it of primitive columns; what they do not say is
 * guessed from the type and the number of rows.
 */
public final class ColumnBytes {
    private final Schema schema;
    private final List<PlannedFile> files;
    private final Map<Integer, Long> known = new ConcurrentHashMap<>();

    ColumnBytes(Schema schema, List<PlannedFile> files) {
        this.schema = schema;
        this.files = List.copyOf(files);
    }

    /** Of one column, as it is stored; 0 if there is no such column. */
    public long of(int fieldId) {
        return known.computeIfAbsent(fieldId, this::sum);
    }

    private long sum(int fieldId) {
        Types.NestedField field = schema.findField(fieldId);
        if (field == null) {
            return 0;
        }
        long bytes = 0;
        if (field.type().isPrimitiveType()) {
            for (PlannedFile planned : files) {
                bytes += known(planned, fieldId, field.type());
            }
            return bytes;
        }
        Set<Integer> leaves = TypeUtil.getProjectedIds(new Schema(field));
        for (PlannedFile planned : files) {
            long some = 0;
            @Nullable Map<Integer, Long> sizes = planned.file().columnSizes();
            for (int leaf : leaves) {
                some += sizes == null ? 0 : sizes.getOrDefault(leaf, 0L);
            }
            bytes += some > 0 ? some : width(field.type()) * planned.file().recordCount();
        }
        return bytes;
    }

    private static long known(PlannedFile planned, int fieldId, Type type) {
        @Nullable Map<Integer, Long> sizes = planned.file().columnSizes();
        return sizes == null || sizes.isEmpty()
                ? width(type) * planned.file().recordCount()
                : sizes.getOrDefault(fieldId, 0L);
    }

    /** What a value of the type takes at a guess, in bytes. */
    public static long width(Type type) {
        return switch (type) {
            case Types.StructType struct ->
                struct.fields().stream().mapToLong(field -> width(field.type())).sum();
            case Types.ListType list -> 3 * width(list.elementType());
            case Types.MapType map -> 3 * (width(map.keyType()) + width(map.valueType()));
            default ->
                switch (type.typeId()) {
                    case BOOLEAN -> 1;
                    case INTEGER, FLOAT, DATE -> 4;
                    case LONG, DOUBLE, TIME, TIMESTAMP, TIMESTAMP_NANO -> 8;
                    default -> 16;
                };
        };
    }
}

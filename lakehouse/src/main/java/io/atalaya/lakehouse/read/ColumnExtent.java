package io.atalaya.lakehouse.read;

import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.jspecify.annotations.Nullable;

/**
 * How much there is of a column in some files.
 *
 * @param bytes as stored; {@link #UNKNOWN} if a file does not say
 * @param certainlyNoNulls whether files that we wrote say that there is none
 */
public record ColumnExtent(long bytes, boolean certainlyNoNulls) {
    /** Stands for a size that is not known. */
    public static final long UNKNOWN = Long.MAX_VALUE;

    static ColumnExtent of(List<PlannedFile> files, int fieldId) {
        long bytes = 0;
        boolean certain = true;
        for (PlannedFile planned : files) {
            DataFile file = planned.file();
            Long size = of(file.columnSizes(), fieldId);
            if (size == null) {
                return new ColumnExtent(UNKNOWN, false);
            }
            bytes += size;
            Long nulls = of(file.nullValueCounts(), fieldId);
            certain &= nulls != null && nulls == 0 && planned.layout().isPresent();
        }
        return new ColumnExtent(bytes, certain);
    }

    private static @Nullable Long of(@Nullable Map<Integer, Long> values, int fieldId) {
        return values == null ? null : values.get(fieldId);
    }
}

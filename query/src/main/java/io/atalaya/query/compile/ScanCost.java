package io.atalaya.query.compile;

import io.atalaya.lakehouse.read.ColumnBytes;
import org.apache.iceberg.types.Types;

/**
 * How many bytes a scan is said to read: those of the columns that the statement refers to.
 *
 * <p>Behind a row filter or a mask the sizes are of more than is shown. There the files are those that the policy leaves,
 * whatever the statement asks; only columns shown plainly count with their sizes, the others with their share by the width
 * of their type, so that neither a hidden nor a masked column can be measured; and the sum is in whole mebibytes, in which
 * a column of few values cannot be told from one of a single value.
 */
final class ScanCost {
    private static final long GRAIN = 1 << 20;

    private final TableScan scan;
    private final ColumnBytes columns;

    ScanCost(TableScan scan, ColumnBytes columns) {
        this.scan = scan;
        this.columns = columns;
    }

    /** Where everything the statement refers to is shown in every row. */
    long plain() {
        return scan.used().stream().mapToLong(columns::of).sum();
    }

    /** Where it is not. */
    long governed() {
        long bytes = 0;
        long otherWidth = 0;
        for (int fieldId : scan.used()) {
            if (scan.showsPlainly(fieldId)) {
                bytes += columns.of(fieldId);
            } else {
                otherWidth += ColumnBytes.width(scan.column(fieldId).type());
            }
        }
        bytes += otherWidth == 0 ? 0 : Math.round(plainBytesPerWidth() * otherWidth);
        return Math.max(1, Math.ceilDiv(bytes, GRAIN)) * GRAIN;
    }

    private double plainBytesPerWidth() {
        long bytes = 0;
        long width = 0;
        for (Types.NestedField field : scan.schema().columns()) {
            if (scan.showsPlainly(field.fieldId())) {
                bytes += columns.of(field.fieldId());
                width += ColumnBytes.width(field.type());
            }
        }
        return width == 0 ? 0 : (double) bytes / width;
    }
}

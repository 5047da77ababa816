package io.atalaya.lakehouse.read;

import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;

/**
 * What to read of a table.
 *
 * @param snapshotId the snapshot, read with the schema it was written with; empty for the current one with the table's
 *     current schema
 * @param filter unbound, by column names of that schema; it only leaves out files that cannot hold a matching row, the
 *     rows of the other files all come
 * @param fieldIds the top-level columns wanted
 */
public record ScanRequest(OptionalLong snapshotId, Expression filter, Set<Integer> fieldIds) {
    public ScanRequest {
        fieldIds = Set.copyOf(fieldIds);
    }

    /** Every column of {@code schema}, every row of the current snapshot. */
    public static ScanRequest all(Schema schema) {
        return new ScanRequest(OptionalLong.empty(), Expressions.alwaysTrue(), ids(schema));
    }

    /** The same of an older snapshot; {@code schema} is that snapshot's. */
    public static ScanRequest all(Schema schema, long snapshotId) {
        return new ScanRequest(OptionalLong.of(snapshotId), Expressions.alwaysTrue(), ids(schema));
    }

    private static Set<Integer> ids(Schema schema) {
        return schema.columns().stream().map(Types.NestedField::fieldId).collect(Collectors.toUnmodifiableSet());
    }
}

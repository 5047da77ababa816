package io.atalaya.query.compile;

import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Term;

/** Partition fields as statements write them, for those who change partitioning. */
public final class PartitionText {
    private PartitionText() {}

    /** What a field of that text is made from. */
    public static Term term(Schema schema, String field) {
        return Partitioning.parse(field).term(schema);
    }
}

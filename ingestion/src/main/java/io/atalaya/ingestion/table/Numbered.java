package io.atalaya.ingestion.table;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/** Fields with ids of their own. */
final class Numbered {
    private Numbered() {}

    /** The same fields, all of them optional, numbered from 1 without gaps, nested ones after those of the table. */
    static List<Types.NestedField> from(List<Types.NestedField> fields) {
        int[] next = {0};
        List<Types.NestedField> numbered = new ArrayList<>();
        for (Types.NestedField field : fields) {
            numbered.add(Types.NestedField.optional(++next[0], field.name(), field.type(), field.doc()));
        }
        return TypeUtil.assignFreshIds(Types.StructType.of(numbered), nextId())
                .asStructType()
                .fields();
    }

    private static TypeUtil.NextID nextId() {
        int[] last = {0};
        return () -> ++last[0];
    }
}

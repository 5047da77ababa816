package io.atalaya.ingestion.text;

import io.atalaya.ingestion.pipeline.Dialect;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.lakehouse.feed.TextChunk;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes rows with a header as rows of the target: its text columns, then what the typed ones make of them. */
final class RowWriter {
    private final int[] fields;
    private final TypedValues typed;
    private final Set<String> nulls;

    RowWriter(FileDrop drop, Dialect dialect, Header header) {
        this.fields = header.fieldOf().stream().mapToInt(Integer::intValue).toArray();
        this.typed =
                new TypedValues(drop, dialect, column -> fields[header.columns().indexOf(column)]);
        this.nulls = dialect.nulls();
    }

    /** Adds the row, or says why it is damaged. */
    @Nullable String write(Fields record, TextChunk rows) {
        rows.begin(record.line());
        for (int field : fields) {
            if (isMissing(record, field)) {
                rows.missing();
            } else {
                record.copy(field, rows);
            }
        }
        @Nullable String damage = typed.write(field -> isMissing(record, field) ? null : record.text(field), rows);
        if (damage == null) {
            rows.end();
        } else {
            rows.abandon();
        }
        return damage;
    }

    private boolean isMissing(Fields record, int field) {
        return field < 0 || record.isAbsent(field) || (!nulls.isEmpty() && nulls.contains(record.text(field)));
    }
}

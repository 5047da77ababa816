package io.atalaya.ingestion.text;

import io.atalaya.ingestion.pipeline.Dialect;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.lakehouse.feed.TextChunk;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes rows with a header as rows of the target: its text columns, then what the typed ones make of them. */
final class RowWriter {
    private final int[] fields;
    private final List<TypedReader> typed;
    private final int[] typedFrom;
    private final Set<String> nulls;

    RowWriter(FileDrop drop, Dialect dialect, Header header) {
        this.fields = header.fieldOf().stream().mapToInt(Integer::intValue).toArray();
        this.typed = drop.typed().stream()
                .map(column -> new TypedReader(column, dialect))
                .toList();
        this.typedFrom = typed.stream()
                .mapToInt(reader ->
                        fields[header.columns().indexOf(reader.column().from())])
                .toArray();
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
        for (int i = 0; i < typedFrom.length; i++) {
            int field = typedFrom[i];
            if (isMissing(record, field) || record.text(field).isBlank()) {
                rows.missing();
                continue;
            }
            Optional<String> value = typed.get(i).read(record.text(field));
            if (value.isEmpty()) {
                rows.abandon();
                return typed.get(i).damage();
            }
            rows.value(value.get());
        }
        rows.end();
        return null;
    }

    private boolean isMissing(Fields record, int field) {
        return field < 0 || record.isAbsent(field) || (!nulls.isEmpty() && nulls.contains(record.text(field)));
    }
}

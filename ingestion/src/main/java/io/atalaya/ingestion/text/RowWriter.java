package io.atalaya.ingestion.text;

import io.atalaya.ingestion.IngestionException;
import io.atalaya.ingestion.pipeline.Dialect;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.lakehouse.feed.TextChunk;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes rows with a header as rows of the target: its text columns, then what the typed ones make of them. */
final class RowWriter {
    /** From here down a place is none of the row, but of {@link #constants}. */
    private static final int CONSTANT = -2;

    private final int[] fields;
    private final List<String> constants = new ArrayList<>();
    private final TypedValues typed;
    private final Set<String> nulls;

    /**
     * A writer of the rows of one file.
     *
     * @throws IngestionException.BadFile if it says a value neither in its header nor in its name
     */
    RowWriter(FileDrop drop, Dialect dialect, Header header, String name) {
        this.fields = header.fieldOf().stream().mapToInt(Integer::intValue).toArray();
        drop.inside().fromName().forEach((column, pattern) -> {
            int at = header.columns().indexOf(column);
            if (at >= 0 && fields[at] < 0) {
                fields[at] = CONSTANT - constants.size();
                constants.add(inName(name, column, pattern));
            }
        });
        this.typed =
                new TypedValues(drop, dialect, column -> fields[header.columns().indexOf(column)]);
        this.nulls = dialect.nulls();
    }

    /** Adds the row, or says why it is damaged. */
    public @Nullable String write(Fields record, TextChunk rows) {
        rows.begin(record.line());
        for (int field : fields) {
            if (field <= CONSTANT) {
                rows.value(constants.get(CONSTANT - field));
            } else if (isMissing(record, field)) {
                rows.missing();
            } else {
                record.copy(field, rows);
            }
        }
        @Nullable String damage = typed.write(field -> text(record, field), rows);
        if (damage == null) {
            rows.end();
        } else {
            rows.abandon();
        }
        return damage;
    }

    private @Nullable String text(Fields record, int field) {
        if (field <= CONSTANT) {
            return constants.get(CONSTANT - field);
        }
        return isMissing(record, field) ? null : record.text(field);
    }

    private static String inName(String name, String column, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(name);
        if (!found.find() || found.group(1) == null) {
            throw new IngestionException.BadFile(
                    "{0} has no column '{1}', and its name does not say it either ('{2}' is nowhere in it); give the file a name that does, or the column. Nothing of the file was loaded",
                    name, column, pattern);
        }
        return found.group(1);
    }

    private boolean isMissing(Fields record, int field) {
        return field < 0 || record.isAbsent(field) || (!nulls.isEmpty() && nulls.contains(record.text(field)));
    }
}

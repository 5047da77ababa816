package io.atalaya.query.result;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows as lines of the files that Athena puts in an output location. */
public final class ResultText {
    /** How wide Athena pads the cells of a utility statement that has several. */
    private static final int PADDING = 20;

    private ResultText() {}

    /** Every cell in quotes, quotes inside doubled, nothing at all for {@code NULL}; without the line's end. */
    public static String csv(List<? extends @Nullable String> row) {
        return row.stream()
                .map(cell -> cell == null ? "" : '"' + cell.replace("\"", "\"\"") + '"')
                .collect(Collectors.joining(","));
    }

    /** The answer of a utility statement, which is one text whatever its columns: several are padded, tabs between. */
    public static String utility(List<? extends @Nullable String> row) {
        if (row.size() == 1) {
            String only = row.getFirst();
            return only == null ? "" : only;
        }
        return row.stream()
                .map(cell -> String.format(Locale.ROOT, "%-" + PADDING + "s", cell == null ? "" : cell))
                .collect(Collectors.joining("\t"));
    }
}

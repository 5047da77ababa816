package io.atalaya.ingestion.text;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of a sheet.
 *
 * @param cells what they say, up to the last that is not empty
 * @param damage what is wrong with one of them; null if nothing is
 */
record SheetRow(
        int number, List<@Nullable String> cells, @Nullable String damage) {
    boolean isEmpty() {
        return cells.isEmpty() && damage == null;
    }

    /** The cells as the names of a header. */
    List<String> names() {
        return cells.stream().map(cell -> cell == null ? "" : cell).toList();
    }

    /** How many cells say something. */
    long filled() {
        return cells.stream().filter(cell -> cell != null).count();
    }
}

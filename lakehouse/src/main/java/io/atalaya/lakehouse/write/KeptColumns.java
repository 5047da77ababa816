package io.atalaya.lakehouse.write;

import java.util.ArrayList;
import java.util.List;

/**
 * Columns beside those of rows that are merged, which say what a row leaves as it is in the table. All in lower case.
 *
 * @param names a list of the columns that have the value the table has; null or empty: none
 * @param from the key of the row of the table that has them, in the order of the key columns
 * @param own true: the row of the table with the row's own key has them, if there is one
 */
public record KeptColumns(String names, List<String> from, String own) {
    public KeptColumns {
        from = List.copyOf(from);
    }

    List<String> all() {
        List<String> all = new ArrayList<>(from);
        all.add(names);
        all.add(own);
        return all;
    }
}

package io.atalaya.models;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows out of many, evenly drawn while they come: of up to two thousand all, of more at least a thousand. */
final class Sample {
    private static final int MOST = 2_000;

    private final List<Row> rows = new ArrayList<>();
    private long seen;
    private long apart = 1;

    /** A row as it came. */
    record Row(List<@Nullable String> cells, @Nullable String label) {}

    void add(List<@Nullable String> cells, @Nullable String label) {
        if (seen++ % apart != 0) {
            return;
        }
        if (rows.size() == MOST) {
            for (int i = 0; i < MOST / 2; i++) {
                rows.set(i, rows.get(2 * i));
            }
            rows.subList(MOST / 2, MOST).clear();
            apart *= 2;
        }
        rows.add(new Row(new ArrayList<>(cells), label));
    }

    List<Row> rows() {
        return rows;
    }
}

package io.atalaya.ingestion.capture;

import io.atalaya.ingestion.capture.ChangeLog.Change;
import io.atalaya.ingestion.capture.ChangeLog.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What changes leave as it is, found in the changes before them; what those do not tell either is left to the row of the
 * target from which the changes of a row began.
 */
final class KeptValues {
    private final Shape shape;
    private final List<Integer> key;
    private final Map<List<String>, Row> rows = new HashMap<>();

    /**
     * The last that is known of a key.
     *
     * @param row with that key, or the last that had it; null if only the target has it
     */
    private record Row(@Nullable Resolved row) {}

    /**
     * A change, with the key of the row of the target that has what it leaves as it is.
     *
     * @param own whether a row of the target with its own key has it, if there is one: then the change was done before
     */
    record Resolved(Change change, List<String> from, boolean own) {}

    private KeptValues(Shape shape) {
        this.shape = shape;
        List<String> names =
                shape.columns().stream().map(column -> column.name()).toList();
        this.key = shape.key().stream().map(names::indexOf).toList();
    }

    /** The changes, in their order, all of that shape. */
    static List<Resolved> of(Shape shape, List<Change> changes) {
        KeptValues values = new KeptValues(shape);
        return changes.stream().map(values::resolved).toList();
    }

    private Resolved resolved(Change change) {
        List<String> own = key(change);
        @Nullable Row before = rows.get(own);
        Resolved resolved;
        if (change.gone()) {
            resolved = new Resolved(change, own, false);
            rows.put(own, before == null ? new Row(null) : before);
        } else {
            resolved = change.kept().isEmpty() ? new Resolved(change, own, false) : kept(change, own, before == null);
            rows.put(own, new Row(resolved));
        }
        return resolved;
    }

    private Resolved kept(Change change, List<String> own, boolean isFirst) {
        List<String> from = change.from().orElse(own);
        @Nullable Row last = rows.get(from);
        if (last == null || last.row() == null) {
            return new Resolved(change, from, isFirst && !from.equals(own));
        }
        Resolved row = last.row();
        Set<Integer> left = new HashSet<>();
        @Nullable String[] values = new String[shape.columns().size()];
        for (int i = 0; i < values.length; i++) {
            boolean keeps = change.kept().contains(i);
            values[i] = keeps ? row.change().value(i) : change.value(i);
            if (keeps && row.change().kept().contains(i)) {
                left.add(i);
            }
        }
        boolean moved = !row.from().equals(own);
        return new Resolved(
                new Change(shape, false, values, left, Optional.empty(), false),
                row.from(),
                moved && (change.from().isEmpty() ? row.own() : isFirst));
    }

    private List<String> key(Change change) {
        List<String> values = new ArrayList<>();
        key.forEach(column -> values.add(String.valueOf(change.value(column))));
        return values;
    }
}

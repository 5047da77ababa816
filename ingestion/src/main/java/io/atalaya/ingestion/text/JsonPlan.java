package io.atalaya.ingestion.text;

import io.atalaya.ingestion.pipeline.Dialect;
import io.atalaya.ingestion.pipeline.FileDrop;
import io.atalaya.ingestion.pipeline.JsonPath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which column takes which value of a JSON record. */
final class JsonPlan {
    /** What the name stands for under which the record itself is found. */
    static final String NAME = "~";

    private static final int REMEMBERED = 4096;

    private final List<String> columns;
    private final Dialect dialect;
    private final Place root = new Place();
    private final Map<String, Place> byName = new HashMap<>();
    private final int nameColumn;

    JsonPlan(FileDrop drop, Dialect dialect) {
        this.columns = drop.columns();
        this.dialect = dialect;
        this.nameColumn = columns.indexOf(dialect.columns().getOrDefault(NAME, ""));
        dialect.columns().forEach((from, column) -> {
            if (from.startsWith("$")) {
                root.at(JsonPath.parse(from)).column = columns.indexOf(column);
            }
        });
        dialect.ignore().stream()
                .filter(path -> path.startsWith("$"))
                .forEach(path -> root.at(JsonPath.parse(path)).ignored = true);
    }

    /** A place in a record: taken by a column, left out, or on the way to such places. */
    static final class Place {
        private final Map<Object, Place> inside = new HashMap<>();
        private int column = -1;
        private boolean ignored;

        private Place at(JsonPath path) {
            Place place = this;
            for (JsonPath.Step step : path.steps()) {
                Object key = switch (step) {
                    case JsonPath.Step.Key(String name) -> name;
                    case JsonPath.Step.Item(int index) -> index;
                    case JsonPath.Step.All _ ->
                        throw new IllegalArgumentException("A column has one value of a record, " + path + " are many");
                };
                place = place.inside.computeIfAbsent(key, _ -> new Place());
            }
            return place;
        }

        int column() {
            return column;
        }

        boolean ignored() {
            return ignored;
        }

        boolean hasInside() {
            return !inside.isEmpty();
        }
    }

    Place root() {
        return root;
    }

    /** The column that takes the name of the record; -1 if none does. */
    int nameColumn() {
        return nameColumn;
    }

    List<String> columns() {
        return columns;
    }

    /** The place of a key or an index in a place; one that is in no column is neither ignored nor has it anything inside. */
    Place in(Place place, Object key) {
        Place found = place.inside.get(key);
        if (found != null) {
            return found;
        }
        return place == root && key instanceof String text ? top(text) : NOWHERE;
    }

    static final Place NOWHERE = new Place();

    /** Keys of the record itself are columns by their name. */
    private Place top(String key) {
        Place known = byName.get(key);
        if (known == null) {
            known = new Place();
            known.ignored = dialect.ignore().contains(key);
            known.column =
                    known.ignored ? -1 : columns.indexOf(dialect.columns().getOrDefault(key, Header.columnName(key)));
            if (!known.ignored && known.column < 0) {
                known = NOWHERE;
            }
            if (byName.size() >= REMEMBERED) {
                byName.clear();
            }
            byName.put(key, known);
        }
        return known;
    }
}

package io.atalaya.catalog.dataset;

import io.atalaya.policies.Horizon;
import io.atalaya.policies.tag.TagExpression;
import io.atalaya.policies.tag.Tagging;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * At which place of the name order each dataset stands. It stays the same object until datasets come, go, move or are
 * renamed, whatever else is committed.
 */
final class Layout {
    static final Layout NONE = new Layout(List.of());

    private final List<UUID> tables = new ArrayList<>();
    private final Map<UUID, Integer> places = new HashMap<>();
    private final Map<UUID, Range> databases = new HashMap<>();

    private record Range(int from, int until) {}

    private Layout(List<Dataset> datasets) {
        for (Dataset dataset : datasets) {
            int place = tables.size();
            tables.add(dataset.table().uuid());
            places.put(dataset.table().uuid(), place);
            databases.merge(
                    dataset.table().databaseUuid(),
                    new Range(place, place + 1),
                    (range, next) -> new Range(range.from(), next.until()));
        }
    }

    /** Of these, which are in name order: the layout there was, if they stand as then. */
    static Layout of(List<Dataset> datasets, Layout before) {
        if (datasets.size() == before.tables.size()) {
            boolean same = true;
            for (int place = 0; same && place < datasets.size(); place++) {
                var table = datasets.get(place).table();
                Range range = before.databases.get(table.databaseUuid());
                same = before.tables.get(place).equals(table.uuid())
                        && range != null
                        && range.from() <= place
                        && place < range.until();
            }
            if (same) {
                return before;
            }
        }
        return new Layout(datasets);
    }

    int size() {
        return tables.size();
    }

    /** Where a table stands; null if it is none of these. */
    @Nullable Integer place(UUID table) {
        return places.get(table);
    }

    /** Where the tables stand that are within a horizon; {@code tagged} says it of those that match. */
    BitSet within(Horizon horizon, Function<TagExpression, BitSet> tagged) {
        BitSet within = new BitSet(size());
        if (horizon.everything()) {
            within.set(0, size());
            return within;
        }
        horizon.databases().forEach(database -> {
            Range range = databases.get(database);
            if (range != null) {
                within.set(range.from(), range.until());
            }
        });
        horizon.tables().forEach(table -> {
            Integer place = places.get(table);
            if (place != null) {
                within.set(place);
            }
        });
        horizon.tagged().forEach(expression -> within.or(tagged.apply(expression)));
        return within;
    }

    /** Where the tables stand that match, themselves or by a column. */
    BitSet tagged(TagExpression expression, Tagging tagging) {
        BitSet tagged = new BitSet(size());
        databases.forEach((database, range) -> {
            for (int place = range.from(); place < range.until(); place++) {
                if (tagging.someOfTableMatches(expression, database, tables.get(place))) {
                    tagged.set(place);
                }
            }
        });
        return tagged;
    }
}

package io.atalaya.policies.snapshot;

import io.atalaya.policies.tag.EffectiveTag;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.policies.tag.TagExpression;
import io.atalaya.policies.tag.TagTarget;
import io.atalaya.policies.tag.Tagging;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.IntPredicate;

/**
 * Which tags hold for what, by inheritance.
 *
 * @param assigned what each target carries itself, by key
 * @param columns the field ids of the columns of each table that carry tags themselves
 * @param tables the tables of each database that carry tags themselves or in a column
 */
record TagIndex(
        Map<Place, Map<String, EffectiveTag>> assigned, Map<UUID, Set<Integer>> columns, Map<UUID, Set<UUID>> tables)
        implements Tagging {
    /**
     * A database or table by its identity, or a column by that of its table. The database of a table is no part of it: a
     * table that moves keeps its tags.
     */
    record Place(UUID uuid, int field) {
        private static final int WHOLE = -1;

        static Place of(TagTarget target) {
            return switch (target) {
                case TagTarget.OfDatabase(var database) -> new Place(database, WHOLE);
                case TagTarget.OfTable(var _, var table) -> new Place(table, WHOLE);
                case TagTarget.OfColumn(var _, var table, var field) -> new Place(table, field);
            };
        }
    }

    private static final Map<String, EffectiveTag> NOTHING = Map.of();

    static final TagIndex NONE = new TagIndex(Map.of(), Map.of(), Map.of());

    static TagIndex of(Collection<TagAssignment> assignments) {
        Map<Place, Map<String, EffectiveTag>> assigned = new HashMap<>();
        Map<UUID, Set<Integer>> columns = new HashMap<>();
        Map<UUID, Set<UUID>> tables = new HashMap<>();
        for (TagAssignment assignment : assignments) {
            assigned.computeIfAbsent(Place.of(assignment.target()), _ -> new HashMap<>(2))
                    .put(assignment.tag().key(), new EffectiveTag(assignment.tag(), assignment.target()));
            switch (assignment.target()) {
                case TagTarget.OfDatabase _ -> {}
                case TagTarget.OfTable(var database, var table) ->
                    tables.computeIfAbsent(database, _ -> new java.util.HashSet<>())
                            .add(table);
                case TagTarget.OfColumn(var database, var table, var field) -> {
                    tables.computeIfAbsent(database, _ -> new java.util.HashSet<>())
                            .add(table);
                    columns.computeIfAbsent(table, _ -> new java.util.HashSet<>())
                            .add(field);
                }
            }
        }
        return new TagIndex(assigned, columns, tables);
    }

    TagIndex without(TagAssignment assignment) {
        Map<Place, Map<String, EffectiveTag>> left = new HashMap<>(assigned);
        left.computeIfPresent(Place.of(assignment.target()), (_, tags) -> {
            Map<String, EffectiveTag> others = new HashMap<>(tags);
            others.remove(assignment.tag().key());
            return others;
        });
        return new TagIndex(left, columns, tables);
    }

    SortedMap<String, EffectiveTag> ofDatabase(UUID database) {
        return effective(List.of(new TagTarget.OfDatabase(database)));
    }

    SortedMap<String, EffectiveTag> ofTable(UUID database, UUID table) {
        return effective(List.of(new TagTarget.OfDatabase(database), new TagTarget.OfTable(database, table)));
    }

    SortedMap<String, EffectiveTag> ofColumn(UUID database, UUID table, int field) {
        return effective(List.of(
                new TagTarget.OfDatabase(database),
                new TagTarget.OfTable(database, table),
                new TagTarget.OfColumn(database, table, field)));
    }

    boolean databaseMatches(TagExpression expression, UUID database) {
        return matches(expression, NOTHING, NOTHING, own(new Place(database, Place.WHOLE)));
    }

    boolean columnMatches(TagExpression expression, UUID database, UUID table, int field) {
        return matches(
                expression,
                own(new Place(table, field)),
                own(new Place(table, Place.WHOLE)),
                own(new Place(database, Place.WHOLE)));
    }

    /** Which columns of a table match; a column without tags of its own is what its table is. */
    IntPredicate columnsMatching(TagExpression expression, UUID database, UUID table) {
        boolean inherited =
                matches(expression, NOTHING, own(new Place(table, Place.WHOLE)), own(new Place(database, Place.WHOLE)));
        Set<Integer> tagged = columns.getOrDefault(table, Set.of());
        return field -> tagged.contains(field) ? columnMatches(expression, database, table, field) : inherited;
    }

    private Map<String, EffectiveTag> own(Place place) {
        return assigned.getOrDefault(place, NOTHING);
    }

    /** Whether the nearest value of each key is one of those wanted. */
    private static boolean matches(
            TagExpression expression,
            Map<String, EffectiveTag> nearest,
            Map<String, EffectiveTag> farther,
            Map<String, EffectiveTag> farthest) {
        for (var wanted : expression.values().entrySet()) {
            EffectiveTag tag = nearest.get(wanted.getKey());
            if (tag == null) {
                tag = farther.get(wanted.getKey());
            }
            if (tag == null) {
                tag = farthest.get(wanted.getKey());
            }
            if (tag == null || !wanted.getValue().contains(tag.tag().value())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean someOfTableMatches(TagExpression expression, UUID database, UUID table) {
        return matches(expression, NOTHING, own(new Place(table, Place.WHOLE)), own(new Place(database, Place.WHOLE)))
                || columns.getOrDefault(table, Set.of()).stream()
                        .anyMatch(field -> columnMatches(expression, database, table, field));
    }

    /** Whether some table of the database matches, as far as tags tell; needs no list of its tables. */
    boolean someOfDatabaseMatches(TagExpression expression, UUID database) {
        return databaseMatches(expression, database)
                || tables.getOrDefault(database, Set.of()).stream()
                        .anyMatch(table -> someOfTableMatches(expression, database, table));
    }

    private SortedMap<String, EffectiveTag> effective(List<TagTarget> widestFirst) {
        TreeMap<String, EffectiveTag> tags = new TreeMap<>();
        widestFirst.forEach(target -> tags.putAll(assigned.getOrDefault(Place.of(target), Map.of())));
        return tags;
    }
}

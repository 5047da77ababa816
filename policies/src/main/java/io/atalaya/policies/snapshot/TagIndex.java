package io.atalaya.policies.snapshot;

import io.atalaya.policies.tag.EffectiveTag;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.policies.tag.TagExpression;
import io.atalaya.policies.tag.TagTarget;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Which tags hold for what, by inheritance.
 *
 * @param assigned what each target carries itself, by key
 * @param columns the field ids of the columns of each table that carry tags themselves
 * @param tables the tables of each database that carry tags themselves or in a column
 */
record TagIndex(
        Map<Place, Map<String, EffectiveTag>> assigned, Map<UUID, Set<Integer>> columns, Map<UUID, Set<UUID>> tables) {
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
        return expression.matches(values(ofDatabase(database)));
    }

    boolean columnMatches(TagExpression expression, UUID database, UUID table, int field) {
        return expression.matches(values(ofColumn(database, table, field)));
    }

    /** Whether the table itself or some column of it matches; needs no schema. */
    boolean someOfTableMatches(TagExpression expression, UUID database, UUID table) {
        return expression.matches(values(ofTable(database, table)))
                || columns.getOrDefault(table, Set.of()).stream()
                        .anyMatch(field -> columnMatches(expression, database, table, field));
    }

    /** Whether some table of the database matches, as far as tags tell; needs no list of its tables. */
    boolean someOfDatabaseMatches(TagExpression expression, UUID database) {
        return databaseMatches(expression, database)
                || tables.getOrDefault(database, Set.of()).stream()
                        .anyMatch(table -> someOfTableMatches(expression, database, table));
    }

    static Map<String, String> values(SortedMap<String, EffectiveTag> tags) {
        Map<String, String> values = new HashMap<>();
        tags.forEach((key, tag) -> values.put(key, tag.tag().value()));
        return values;
    }

    private SortedMap<String, EffectiveTag> effective(List<TagTarget> widestFirst) {
        TreeMap<String, EffectiveTag> tags = new TreeMap<>();
        widestFirst.forEach(target -> tags.putAll(assigned.getOrDefault(Place.of(target), Map.of())));
        return tags;
    }
}

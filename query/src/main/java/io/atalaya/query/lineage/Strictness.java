package io.atalaya.query.lineage;

import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Permission;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.grant.Grant;
import io.atalaya.policies.grant.Grantee;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.mask.Mask;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.TagExpression;
import io.atalaya.query.QueryException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types;

/**
 * Sees to it that values do not get into a place that is laxer than where they come from. Tags and guards go with the
 * values; what cannot go with them takes somebody who may classify data.
 */
public final class Strictness {
    private final PolicySnapshot policies;

    /** By the policies of one epoch. */
    public Strictness(PolicySnapshot policies) {
        this.policies = policies;
    }

    /**
     * What the columns of a new table inherit: the tags that all sources of a column have, the strictest value of each key,
     * and those guards of its sources that these tags do not bring along.
     *
     * @param columns with their ids
     * @param origins by field id
     * @param read all tables the rows come from
     * @param classified whether somebody who may classify the new table sees to what cannot go along: of tags of which none
     *     is the strictest a column gets none, which keeps it from whoever is granted by such a tag, and guards of rows are left
     * @throws QueryException.NotAllowed unless that is so, naming the column for which no tag is the strictest, or the rows that
     *     are guarded
     */
    public Inheritance inherited(
            UUID database,
            List<Types.NestedField> columns,
            Map<Integer, Set<Origin>> origins,
            Set<GovernedTable> read,
            boolean classified) {
        Map<Integer, List<LfTag>> tags = new HashMap<>();
        List<Inheritance.Copied> copied = new ArrayList<>();
        Set<String> rowsKept = new HashSet<>();
        for (Types.NestedField column : columns) {
            Set<Origin> sources = origins.getOrDefault(column.fieldId(), Set.of());
            Map<String, String> own = tags(column.name(), database, sources, classified);
            if (!own.isEmpty()) {
                tags.put(
                        column.fieldId(),
                        own.entrySet().stream()
                                .map(tag -> new LfTag(tag.getKey(), tag.getValue()))
                                .toList());
            }
            Map<String, String> effective = new TreeMap<>();
            policies.tags(database)
                    .forEach((key, tag) -> effective.put(key, tag.tag().value()));
            effective.putAll(own);
            Set<String> already = new HashSet<>();
            for (Origin source : sources) {
                for (Guard guard : source.guards(policies)) {
                    if (holds(guard, database, effective)) {
                        rowsKept.add(guard.id());
                    } else if (!(guard.effect() instanceof Guard.Effect.Rows) && already.add(guard.id())) {
                        copied.add(new Inheritance.Copied(column.fieldId(), guard));
                    }
                }
            }
        }
        if (!classified) {
            for (GovernedTable table : read) {
                for (Guard guard : rowsGuards(table)) {
                    if (!rowsKept.contains(guard.id())) {
                        throw refused("The rows of %s are guarded by '%s', which would not hold for the new table"
                                .formatted(table.name(), guard.name()));
                    }
                }
            }
        }
        return new Inheritance(tags, copied, origins);
    }

    private static boolean holds(Guard guard, UUID database, Map<String, String> tags) {
        return switch (guard.on()) {
            case Guard.Selector.Tagged(var expression) -> expression.matches(tags);
            case Guard.Selector.Database(var uuid) -> uuid.equals(database);
            case Guard.Selector.Columns _, Guard.Selector.Table _ -> false;
        };
    }

    private Map<String, String> tags(String column, UUID database, Set<Origin> sources, boolean classified) {
        List<Map<String, String>> places = new ArrayList<>();
        sources.forEach(source -> places.add(source.tags(policies)));
        Map<String, String> there = new TreeMap<>();
        policies.tags(database).forEach((key, tag) -> there.put(key, tag.tag().value()));
        places.add(there);
        Map<String, String> strictest = new TreeMap<>();
        boolean first = true;
        for (Origin source : sources) {
            Map<String, String> tags = source.tags(policies);
            if (first) {
                strictest.putAll(tags);
                first = false;
                continue;
            }
            // A column that lacks a key is out of reach for grants by that key, and so must be what is made of it.
            strictest.keySet().retainAll(tags.keySet());
            for (Map.Entry<String, String> tag : List.copyOf(strictest.entrySet())) {
                String key = tag.getKey();
                String other = tags.getOrDefault(key, tag.getValue());
                Optional<String> stricter = stricter(key, tag.getValue(), other, places);
                if (stricter.isEmpty() && !classified) {
                    throw refused("Column '%s' is made of columns tagged %s=%s and %s=%s, and neither is the stricter"
                            .formatted(column, key, tag.getValue(), key, other));
                }
                stricter.ifPresentOrElse(value -> strictest.put(key, value), () -> strictest.remove(key));
            }
        }
        return strictest;
    }

    private Optional<String> stricter(String key, String one, String other, List<Map<String, String>> places) {
        if (atLeastAsStrict(key, one, other, places)) {
            return Optional.of(one);
        }
        return atLeastAsStrict(key, other, one, places) ? Optional.of(other) : Optional.empty();
    }

    /**
     * What columns inherit that hold rows of a table as a whole, such as those in quarantine: the tags and guards of all its
     * columns; and where its rows are guarded, those for whom that holds see nulls.
     */
    public Inheritance ofWholeRows(UUID database, List<Types.NestedField> columns, GovernedTable table) {
        Set<Origin> all = table.schema().columns().stream()
                .map(column -> new Origin(table, column.fieldId()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Map<Integer, Set<Origin>> origins =
                columns.stream().collect(Collectors.toMap(Types.NestedField::fieldId, _ -> all));
        Inheritance inherited = inherited(database, columns, origins, Set.of(table), true);
        List<Inheritance.Copied> guards = new ArrayList<>(inherited.guards());
        rowsGuards(table)
                .forEach(guard -> columns.forEach(column -> guards.add(new Inheritance.Copied(
                        column.fieldId(),
                        new Guard(
                                guard.id(),
                                guard.name(),
                                guard.description(),
                                guard.on(),
                                new Guard.Effect.Masks(new Mask.Null()),
                                guard.exempt(),
                                guard.source())))));
        return new Inheritance(inherited.tags(), guards, origins);
    }

    /**
     * Refuses rows for a table that would show more of them than where they come from.
     *
     * @param origins by field id of the target
     * @throws QueryException.NotAllowed naming the column
     */
    public void checkNotLaxer(GovernedTable target, Map<Integer, Set<Origin>> origins, Set<GovernedTable> read) {
        for (Types.NestedField column : target.schema().columns()) {
            for (Origin source : origins.getOrDefault(column.fieldId(), Set.of())) {
                checkNotLaxer(new Origin(target, column.fieldId()), source);
            }
        }
        for (GovernedTable table : read) {
            for (Guard guard : rowsGuards(table)) {
                if (!table.uuid().equals(target.uuid()) && !covered(guard, target, origins)) {
                    throw refused("The rows of %s are guarded by '%s', which does not hold for table %s"
                            .formatted(table.name(), guard.name(), target.name()));
                }
            }
        }
    }

    private boolean covered(Guard guard, GovernedTable target, Map<Integer, Set<Origin>> origins) {
        return origins.entrySet().stream()
                .filter(column -> column.getValue().stream()
                        .anyMatch(source -> source.guards(policies).contains(guard)))
                .anyMatch(column ->
                        new Origin(target, column.getKey()).guards(policies).contains(guard));
    }

    private void checkNotLaxer(Origin target, Origin source) {
        if (target.table().uuid().equals(source.table().uuid()) && target.fieldId() == source.fieldId()) {
            return;
        }
        Map<String, String> tags = target.tags(policies);
        source.tags(policies).forEach((key, value) -> {
            String there = tags.get(key);
            if (there != null && !atLeastAsStrict(key, there, value, List.of(tags, source.tags(policies)))) {
                throw refused("Column %s is tagged %s=%s, which is laxer than %s=%s of column %s"
                        .formatted(target, key, there, key, value, source));
            }
        });
        List<Guard> guards = target.guards(policies);
        for (Guard guard : source.guards(policies)) {
            if (guard.effect() instanceof Guard.Effect.Rows) {
                continue;
            }
            boolean held = guards.stream()
                    .anyMatch(other -> other.id().equals(guard.id())
                            || (other.effect().equals(guard.effect())
                                    && guard.exempt().containsAll(other.exempt())));
            if (!held) {
                throw refused("Column %s is laxer than column %s, for which guard '%s' holds"
                        .formatted(target, source, guard.name()));
            }
        }
    }

    /** The guards that hold for the rows of the table, by whatever column. */
    private Set<Guard> rowsGuards(GovernedTable table) {
        Set<Guard> guards = new LinkedHashSet<>();
        table.schema()
                .columns()
                .forEach(column -> new Origin(table, column.fieldId())
                        .guards(policies).stream()
                                .filter(guard -> guard.effect() instanceof Guard.Effect.Rows)
                                .forEach(guards::add));
        return guards;
    }

    /**
     * Whether whatever is shown to somebody with the one value is shown with the other too, in places with these tags: what is
     * decided about others, such as another domain, makes no difference between the two.
     */
    private boolean atLeastAsStrict(String key, String one, String other, List<Map<String, String>> places) {
        if (one.equals(other)) {
            return true;
        }
        LfTag here = new LfTag(key, one);
        LfTag there = new LfTag(key, other);
        return guards(here, places).containsAll(guards(there, places))
                && grants(there, places).containsAll(grants(here, places));
    }

    private Set<String> guards(LfTag tag, List<Map<String, String>> places) {
        return policies.guards().stream()
                .filter(guard ->
                        guard.on() instanceof Guard.Selector.Tagged(var expression) && isAbout(expression, tag, places))
                .map(Guard::id)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> grants(LfTag tag, List<Map<String, String>> places) {
        Set<String> grants = new TreeSet<>();
        policies.profiles()
                .forEach(profile -> policies.grants(new Grantee.Profile(profile.name())).stream()
                        .filter(grant -> grant.gives(Permission.SELECT))
                        .filter(grant -> policies.tagExpression(grant.resource())
                                .filter(expression -> isAbout(expression, tag, places))
                                .isPresent())
                        .map(Grant::id)
                        .forEach(grants::add));
        return grants;
    }

    /** Whether it names the tag, and could match one of the places by their other tags; a key that is not tagged may yet be. */
    private static boolean isAbout(TagExpression expression, LfTag tag, List<Map<String, String>> places) {
        return expression.names(tag)
                && places.stream()
                        .anyMatch(tags -> expression.values().entrySet().stream()
                                .allMatch(wanted -> wanted.getKey().equals(tag.key())
                                        || !tags.containsKey(wanted.getKey())
                                        || wanted.getValue().contains(tags.get(wanted.getKey()))));
    }

    private static QueryException refused(String what) {
        return new QueryException.NotAllowed("{0}; somebody who may classify the data can do this", what);
    }
}

package io.atalaya.policies.code;

import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.grant.ColumnSelection;
import io.atalaya.policies.profile.Profile;
import io.atalaya.policies.snapshot.PolicyState;
import io.atalaya.policies.store.Naming;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.TagExpression;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** What the names in the policies of one workspace may refer to. */
final class Scope {
    private final PolicyResolver resolver;
    private final PolicyState present;
    private final Set<String> profiles = new TreeSet<>();
    private final TreeMap<String, SortedSet<String>> tags = new TreeMap<>();
    private final Set<String> purposes = new TreeSet<>();
    private final Set<String> expressions = new TreeSet<>();
    private final Set<String> pending = new TreeSet<>();
    private final Naming names = new Naming();

    Scope(PolicyResolver resolver, PolicyState present, PolicySet set) {
        this.resolver = resolver;
        this.present = present;
        present.profiles().stream().map(Profile::name).forEach(profiles::add);
        present.tagValues().forEach((key, values) -> tags.put(key, new TreeSet<>(values)));
        present.purposes().forEach(purpose -> purposes.add(purpose.name()));
        expressions.addAll(present.tagExpressions().keySet());
        for (var file : set.files()) {
            purposes.addAll(Binder.each(file.value().purposes()).keySet());
            expressions.addAll(Binder.each(file.value().tagExpressions()).keySet());
            profiles.addAll(Binder.each(file.value().profiles()).keySet());
            Binder.each(file.value().tags())
                    .forEach((key, values) -> values.forEach(value -> {
                        LfTag tag = new Place(file, "tags." + key).check(() -> new LfTag(key, value));
                        tags.computeIfAbsent(tag.key(), _ -> new TreeSet<>()).add(tag.value());
                    }));
        }
    }

    Set<String> pending() {
        return Set.copyOf(pending);
    }

    Naming names() {
        return names;
    }

    Stream<DataCellsFilter> presentFilters(UUID table) {
        return present.filtersByTable().getOrDefault(table, List.of()).stream();
    }

    void checkProfile(Place place, String name) {
        if (!profiles.contains(name)) {
            throw place.problem("there is no profile '" + name + "'", profiles);
        }
    }

    String purpose(Place place, String name) {
        if (!purposes.contains(name)) {
            throw place.problem("there is no purpose '" + name + "'", purposes);
        }
        return name;
    }

    String expressionNamed(Place place, String name) {
        if (!expressions.contains(name)) {
            throw place.problem("there is no tag expression '" + name + "'", expressions);
        }
        return name;
    }

    void checkTag(Place place, LfTag tag) {
        SortedSet<String> values = tags.get(tag.key());
        if (values == null) {
            throw place.problem("there is no tag '" + tag.key() + "'", tags.keySet());
        }
        if (!values.contains(tag.value())) {
            throw place.problem("tag '" + tag.key() + "' has no value '" + tag.value() + "'", values);
        }
    }

    TagExpression expression(Place place, Map<String, List<String>> values) {
        TagExpression expression = place.check(() -> TagExpression.of(values));
        expression.values().forEach((key, some) -> some.forEach(value -> checkTag(place, new LfTag(key, value))));
        return expression;
    }

    /** The database's identity; empty if it does not exist yet. */
    Optional<UUID> database(Place place, String name) {
        if (name.isBlank() || name.indexOf('.') >= 0) {
            throw place.problem("'" + name + "' is no name of a database");
        }
        Optional<UUID> database = resolver.database(Namespace.of(name));
        database.ifPresentOrElse(uuid -> names.add(uuid, name), () -> pending.add(name));
        return database;
    }

    /** The table; empty if it does not exist yet. */
    Optional<GovernedTable> table(Place place, String name) {
        String[] parts = name.split("\\.", -1);
        if (parts.length != 2 || parts[0].isBlank() || parts[1].isBlank()) {
            throw place.problem("write a table as database.table, not '" + name + "'");
        }
        Optional<GovernedTable> table = resolver.table(TableIdentifier.of(parts[0], parts[1]));
        table.ifPresentOrElse(names::add, () -> pending.add(name));
        return table;
    }

    Set<Integer> columns(Place place, GovernedTable table, List<String> columns) {
        return columns.stream().map(column -> column(place, table, column)).collect(Collectors.toUnmodifiableSet());
    }

    private static int column(Place place, GovernedTable table, String name) {
        return table.schema().columns().stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .map(Types.NestedField::fieldId)
                .orElseThrow(() -> place.problem(
                        "table " + table.name() + " has no column '" + name + "'",
                        table.schema().columns().stream()
                                .map(Types.NestedField::name)
                                .toList()));
    }

    ColumnSelection selection(
            Place place, GovernedTable table, @Nullable List<String> columns, @Nullable List<String> except) {
        if (columns != null && except != null) {
            throw place.problem("keys columns and except exclude each other");
        }
        if (columns != null) {
            return place.at("columns")
                    .check(() -> new ColumnSelection.Include(columns(place.at("columns"), table, columns)));
        }
        return except == null
                ? ColumnSelection.all()
                : new ColumnSelection.Exclude(columns(place.at("except"), table, except));
    }
}

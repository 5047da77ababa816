package io.atalaya.policies.code;

import io.atalaya.policies.GovernedTable;
import io.atalaya.policies.Source;
import io.atalaya.policies.filter.DataCellsFilter;
import io.atalaya.policies.predicate.Predicate;
import io.atalaya.policies.predicate.PredicateParser;
import io.atalaya.policies.profile.Inclusion;
import io.atalaya.policies.profile.Membership;
import io.atalaya.policies.profile.Profile;
import io.atalaya.policies.profile.Purpose;
import io.atalaya.policies.profile.UserAttribute;
import io.atalaya.policies.snapshot.PolicyState;
import io.atalaya.policies.store.Naming;
import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.NamedTagExpression;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.policies.tag.TagTarget;
import io.atalaya.policies.yaml.YamlDocument;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns the policies of a workspace, written with names, into items bound to identities. */
public final class Binder {
    private final Source source;
    private final Scope scope;
    private final Map<String, PolicyItem> items = new LinkedHashMap<>();
    private final Map<String, String> places = new HashMap<>();

    private Binder(Source source, Scope scope) {
        this.source = source;
        this.scope = scope;
    }

    /**
     * Policies bound to identities.
     *
     * @param items in the order the files have them, references after what they refer to
     * @param pending names of tables and databases that some policies, not among {@code items}, wait for
     * @param names of all that was bound
     * @param places where each is written, as {@code file:line}, by kind and key
     */
    public record Bound(List<PolicyItem> items, Set<String> pending, Naming names, Map<String, String> places) {
        /** Where the item is written. */
        String place(PolicyItem item) {
            return places.getOrDefault(item.kind() + " " + item.key(), "");
        }
    }

    /**
     * Binds all policies of a workspace.
     *
     * @param present what the service has: profiles and tags of other sources may be referred to
     * @throws io.atalaya.policies.yaml.YamlProblem at the first thing that cannot be
     */
    public static Bound bind(PolicySet set, PolicyResolver resolver, PolicyState present) {
        return bind(set, new Source.PolicyFile(set.workspace()), resolver, present);
    }

    /** The same, as if another source said it. */
    public static Bound bind(PolicySet set, Source source, PolicyResolver resolver, PolicyState present) {
        Scope scope = new Scope(resolver, present, set);
        Binder binder = new Binder(source, scope);
        set.files().forEach(binder::profiles);
        set.files().forEach(binder::inclusions);
        set.files().forEach(binder::purposes);
        set.files().forEach(binder::tags);
        set.files().forEach(binder::tagExpressions);
        set.files().forEach(binder::users);
        set.files().forEach(binder::assignments);
        set.files().forEach(binder::filters);
        GrantBinder grants = new GrantBinder(source, scope, binder::filter, binder::add);
        set.files().forEach(grants::bind);
        GuardBinder guards = new GuardBinder(source, scope, binder::add);
        set.files().forEach(guards::bind);
        return new Bound(List.copyOf(binder.items.values()), scope.pending(), scope.names(), binder.places);
    }

    private void add(Place place, PolicyItem item) {
        String key = item.kind() + " " + item.key();
        PolicyItem before = items.put(key, item);
        places.putIfAbsent(key, place.file().file() + ":" + place.problem("").line());
        if (before != null && !before.content().equals(item.content())) {
            throw place.problem("this " + item.kind() + " is written twice, in different ways");
        }
    }

    private void profiles(YamlDocument<PolicyFile> file) {
        each(file.value().profiles()).forEach((name, profile) -> {
            Place place = new Place(file, "profiles." + name);
            add(
                    place,
                    place.check(() -> new PolicyItem.OfProfile(new Profile(
                            name, text(profile.description()), Boolean.TRUE.equals(profile.administrator()), source))));
        });
    }

    private void inclusions(YamlDocument<PolicyFile> file) {
        each(file.value().profiles()).forEach((name, profile) -> {
            Place place = new Place(file, "profiles." + name);
            for (String included : each(profile.profiles())) {
                scope.checkProfile(place.at("profiles"), included);
                add(place, new PolicyItem.OfInclusion(new Inclusion(name, included, source)));
            }
        });
    }

    private void purposes(YamlDocument<PolicyFile> file) {
        each(file.value().purposes()).forEach((name, purpose) -> {
            Place place = new Place(file, "purposes." + name);
            add(
                    place,
                    place.check(
                            () -> new PolicyItem.OfPurpose(new Purpose(name, text(purpose.description()), source))));
        });
    }

    private void tagExpressions(YamlDocument<PolicyFile> file) {
        each(file.value().tagExpressions()).forEach((name, values) -> {
            Place place = new Place(file, "tagExpressions." + name);
            add(
                    place,
                    place.check(() -> new PolicyItem.OfTagExpression(
                            new NamedTagExpression(name, scope.expression(place, values), source))));
        });
    }

    private void tags(YamlDocument<PolicyFile> file) {
        each(file.value().tags()).forEach((key, values) -> {
            Place place = new Place(file, "tags." + key);
            values.forEach(value -> add(place, place.check(() -> new PolicyItem.OfTag(new LfTag(key, value), source))));
        });
    }

    private void users(YamlDocument<PolicyFile> file) {
        each(file.value().users()).forEach((name, user) -> {
            Place place = new Place(file, "users." + name);
            for (String profile : each(user.profiles())) {
                scope.checkProfile(place.at("profiles"), profile);
                add(place, place.check(() -> new PolicyItem.OfMembership(new Membership(name, profile, source))));
            }
            each(user.attributes())
                    .forEach((key, value) -> add(
                            place,
                            place.check(
                                    () -> new PolicyItem.OfAttribute(new UserAttribute(name, key, value, source)))));
        });
    }

    private void assignments(YamlDocument<PolicyFile> file) {
        List<PolicyFile.Assignment> assignments = each(file.value().assignments());
        for (int i = 0; i < assignments.size(); i++) {
            Place place = new Place(file, "assignments[" + i + "]");
            PolicyFile.Assignment assignment = assignments.get(i);
            place.exactlyOne(Map.of(
                    "database", Optional.ofNullable(assignment.database()),
                    "table", Optional.ofNullable(assignment.table())));
            if (assignment.database() != null) {
                if (assignment.columns() != null) {
                    throw place.at("columns").problem("columns are those of a table");
                }
                scope.database(place.at("database"), assignment.database())
                        .ifPresent(uuid -> assign(place, new TagTarget.OfDatabase(uuid), each(assignment.tags())));
            } else if (assignment.table() != null) {
                scope.table(place.at("table"), assignment.table()).ifPresent(table -> assign(place, table, assignment));
            }
        }
    }

    private void assign(Place place, GovernedTable table, PolicyFile.Assignment assignment) {
        assign(place, new TagTarget.OfTable(table.databaseUuid(), table.uuid()), each(assignment.tags()));
        each(assignment.columns()).forEach((text, columns) -> {
            Place at = place.at("columns." + text);
            LfTag tag = at.check(() -> LfTag.parse(text));
            scope.checkTag(at, tag);
            for (int field : scope.columns(at, table, columns)) {
                add(
                        at,
                        new PolicyItem.OfAssignment(new TagAssignment(
                                new TagTarget.OfColumn(table.databaseUuid(), table.uuid(), field), tag, source)));
            }
        });
    }

    private void assign(Place place, TagTarget target, Map<String, String> tags) {
        tags.forEach((key, value) -> {
            Place at = place.at("tags." + key);
            LfTag tag = at.check(() -> new LfTag(key, value));
            scope.checkTag(at, tag);
            add(at, new PolicyItem.OfAssignment(new TagAssignment(target, tag, source)));
        });
    }

    private void filters(YamlDocument<PolicyFile> file) {
        each(file.value().filters()).forEach((name, filter) -> {
            Place place = new Place(file, "filters." + name);
            String table = place.present("table", filter.table());
            scope.table(place.at("table"), table)
                    .ifPresent(bound -> add(place, new PolicyItem.OfFilter(filter(place, name, filter, bound))));
        });
    }

    private DataCellsFilter filter(Place place, String name, PolicyFile.Filter filter, GovernedTable table) {
        String text = filter.rows();
        Predicate rows = text == null
                ? new Predicate.Always()
                : place.at("rows").check(() -> PredicateParser.parse(text, table.schema(), table.partitionSources()));
        return new DataCellsFilter(
                id(table, name),
                table.databaseUuid(),
                table.uuid(),
                name,
                scope.selection(place, table, filter.columns(), filter.except()),
                rows,
                source);
    }

    /** A filter that was made by hand keeps its id when a workspace says it, so that what is granted on it stays. */
    private UUID id(GovernedTable table, String name) {
        return scope.presentFilters(table.uuid())
                .filter(filter -> filter.name().equals(name)
                        && (filter.source() instanceof Source.Hand
                                || filter.source().equals(source)))
                .map(DataCellsFilter::id)
                .findFirst()
                .orElseGet(() -> UUID.nameUUIDFromBytes(
                        (source.text() + " " + table.uuid() + " " + name).getBytes(StandardCharsets.UTF_8)));
    }

    /** The filter of that name on that table, of this workspace or another source. */
    private DataCellsFilter filter(Place place, GovernedTable table, String name) {
        List<DataCellsFilter> known = Stream.concat(
                        items.values().stream()
                                .filter(PolicyItem.OfFilter.class::isInstance)
                                .map(item -> ((PolicyItem.OfFilter) item).filter()),
                        scope.presentFilters(table.uuid()))
                .filter(filter -> filter.table().equals(table.uuid()))
                .toList();
        return known.stream()
                .filter(filter -> filter.name().equals(name))
                .findFirst()
                .orElseThrow(() -> place.problem(
                        "table " + table.name() + " has no filter '" + name + "'",
                        known.stream().map(DataCellsFilter::name).collect(Collectors.toCollection(TreeSet::new))));
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text.strip();
    }

    static <K, V> Map<K, V> each(@Nullable Map<K, V> map) {
        return map == null ? Map.of() : map;
    }

    static <T> List<T> each(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}

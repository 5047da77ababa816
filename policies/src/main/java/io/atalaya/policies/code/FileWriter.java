package io.atalaya.policies.code;

import io.atalaya.policies.store.PolicyItem;
import io.atalaya.policies.tag.LfTag;
import io.atalaya.policies.tag.TagAssignment;
import io.atalaya.policies.tag.TagTarget;
import io.atalaya.policies.yaml.YamlWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The policies of one workspace on their way into files, each under the key it belongs to and in an order that stays. */
final class FileWriter {
    private final String workspace;
    private final Unbinder unbinder;
    private final SortedMap<String, PolicyFile.Profile> profiles = new TreeMap<>();
    private final SortedMap<String, PolicyFile.User> users = new TreeMap<>();
    private final SortedMap<String, PolicyFile.Purpose> purposes = new TreeMap<>();
    private final SortedMap<String, List<String>> tags = new TreeMap<>();
    private final SortedMap<String, Map<String, List<String>>> tagExpressions = new TreeMap<>();
    private final SortedMap<String, PolicyFile.Assignment> assignments = new TreeMap<>();
    private final List<SortedMap<String, PolicyFile.Filter>> filters = new ArrayList<>();
    private final SortedMap<String, PolicyFile.Grant> grants = new TreeMap<>();
    private final SortedMap<String, PolicyFile.Guard> guards = new TreeMap<>();

    FileWriter(String workspace, Unbinder unbinder) {
        this.workspace = workspace;
        this.unbinder = unbinder;
        filters.add(new TreeMap<>());
    }

    /** @throws Unbinder.Unnamed if there are no words for it */
    void add(PolicyItem item) {
        switch (item) {
            case PolicyItem.OfProfile(var profile) ->
                profiles.merge(
                        profile.name(),
                        new PolicyFile.Profile(
                                orNull(profile.description()), profile.administrator() ? true : null, null),
                        (was, now) -> new PolicyFile.Profile(now.description(), now.administrator(), was.profiles()));
            case PolicyItem.OfInclusion(var inclusion) ->
                profiles.merge(
                        inclusion.profile(),
                        new PolicyFile.Profile(null, null, List.of(inclusion.included())),
                        (was, now) -> new PolicyFile.Profile(
                                was.description(), was.administrator(), both(was.profiles(), now.profiles())));
            case PolicyItem.OfPurpose(var purpose) ->
                purposes.put(purpose.name(), new PolicyFile.Purpose(orNull(purpose.description())));
            case PolicyItem.OfMembership(var membership) ->
                user(membership.user(), new PolicyFile.User(List.of(membership.profile()), null));
            case PolicyItem.OfAttribute(var attribute) ->
                user(attribute.user(), new PolicyFile.User(null, Map.of(attribute.name(), attribute.value())));
            case PolicyItem.OfTag(var tag, var _) ->
                tags.computeIfAbsent(tag.key(), _ -> new ArrayList<>()).add(tag.value());
            case PolicyItem.OfTagExpression(var named) ->
                tagExpressions.put(named.name(), Unbinder.values(named.expression()));
            case PolicyItem.OfAssignment(var assignment) -> assign(assignment);
            case PolicyItem.OfFilter(var filter) -> filter(filter.name(), unbinder.filter(filter));
            case PolicyItem.OfGrant(var grant) -> {
                PolicyFile.Grant written = unbinder.grant(grant);
                grants.put(grant.grantee().text() + " " + written.on() + " " + item.key(), written);
            }
            case PolicyItem.OfGuard(var guard) -> guards.put(guard.name(), unbinder.guard(guard));
        }
    }

    private void user(String name, PolicyFile.User more) {
        users.merge(name, more, (was, now) -> {
            SortedMap<String, String> attributes = new TreeMap<>();
            attributes.putAll(Binder.each(was.attributes()));
            attributes.putAll(Binder.each(now.attributes()));
            return new PolicyFile.User(both(was.profiles(), now.profiles()), attributes.isEmpty() ? null : attributes);
        });
    }

    private void assign(TagAssignment assignment) {
        LfTag tag = assignment.tag();
        Map<String, String> itself = Map.of(tag.key(), tag.value());
        PolicyFile.Assignment more = switch (assignment.target()) {
            case TagTarget.OfDatabase(var database) ->
                new PolicyFile.Assignment(unbinder.database(database), null, itself, null);
            case TagTarget.OfTable(var _, var table) ->
                new PolicyFile.Assignment(null, unbinder.table(table), itself, null);
            case TagTarget.OfColumn column ->
                new PolicyFile.Assignment(
                        null,
                        unbinder.table(column.table()),
                        null,
                        Map.of(tag.toString(), List.of(unbinder.column(column.table(), column.fieldId()))));
        };
        String key = more.database() == null ? "table " + more.table() : "database " + more.database();
        assignments.merge(key, more, (was, now) -> {
            SortedMap<String, String> all = new TreeMap<>(Binder.each(was.tags()));
            all.putAll(Binder.each(now.tags()));
            SortedMap<String, List<String>> columns = new TreeMap<>(Binder.each(was.columns()));
            Binder.each(now.columns()).forEach((text, names) -> columns.merge(text, names, FileWriter::joined));
            return new PolicyFile.Assignment(
                    was.database(), was.table(), all.isEmpty() ? null : all, columns.isEmpty() ? null : columns);
        });
    }

    /** Filters of several tables may have one name, but not in one file. */
    private void filter(String name, PolicyFile.Filter filter) {
        for (SortedMap<String, PolicyFile.Filter> file : filters) {
            if (file.putIfAbsent(name, filter) == null) {
                return;
            }
        }
        filters.add(new TreeMap<>(Map.of(name, filter)));
    }

    /**
     * The files, text by path.
     *
     * @param waiting what is to be written as it is, in files of its own
     */
    SortedMap<String, String> written(List<PolicyFile> waiting) {
        SortedMap<String, String> files = new TreeMap<>();
        put(
                files,
                "policies",
                "the policies of " + workspace + " as the service has them; docs/policies.md explains each key",
                new PolicyFile(
                        orNull(profiles),
                        orNull(users),
                        orNull(purposes),
                        orNull(tags),
                        orNull(tagExpressions),
                        orNull(List.copyOf(assignments.values())),
                        orNull(filters.getFirst()),
                        orNull(List.copyOf(grants.values())),
                        orNull(guards)));
        for (int i = 1; i < filters.size(); i++) {
            put(
                    files,
                    "policies",
                    "more filters of " + workspace + ", of names that filters of other tables have too",
                    new PolicyFile(null, null, null, null, null, null, filters.get(i), null, null));
        }
        waiting.forEach(file -> put(files, "waiting", "what waits for tables that are not there yet", file));
        return files;
    }

    private static void put(SortedMap<String, String> files, String name, String comment, PolicyFile file) {
        long number = files.keySet().stream()
                        .filter(path -> path.startsWith("policies/" + name))
                        .count()
                + 1;
        files.put(
                "policies/" + name + (number == 1 ? "" : "-" + number) + ".yaml",
                new YamlWriter().write(List.of(comment), file));
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static <K, V> @Nullable Map<K, V> orNull(Map<K, V> map) {
        return map.isEmpty() ? null : map;
    }

    private static <T> @Nullable List<T> orNull(List<T> list) {
        return list.isEmpty() ? null : list;
    }

    private static @Nullable List<String> both(@Nullable List<String> some, @Nullable List<String> others) {
        return orNull(joined(Binder.each(some), Binder.each(others)));
    }

    private static List<String> joined(List<String> some, List<String> others) {
        List<String> all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }
}

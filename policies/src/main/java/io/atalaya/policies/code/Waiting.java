package io.atalaya.policies.code;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The part of policy files that waits for tables and databases. */
public final class Waiting {
    private Waiting() {}

    /**
     * What in the files speaks of those names, file by file.
     *
     * @param names of databases, and of tables as {@code database.table}
     */
    public static List<PolicyFile> of(PolicySet set, Set<String> names) {
        return set.files().stream()
                .flatMap(file -> of(file.value(), names).stream())
                .toList();
    }

    private static Optional<PolicyFile> of(PolicyFile file, Set<String> names) {
        List<PolicyFile.Assignment> assignments =
                some(file.assignments(), assignment -> speaks(names, assignment.database(), assignment.table()));
        Map<String, PolicyFile.Filter> filters = some(file.filters(), filter -> speaks(names, filter.table()));
        List<PolicyFile.Grant> grants = some(
                file.grants(),
                grant -> grant.on() != null
                        && speaks(
                                names,
                                grant.on().database(),
                                grant.on().tablesOf(),
                                grant.on().table()));
        Map<String, PolicyFile.Guard> guards = some(
                file.guards(),
                guard -> guard.on() != null
                        && speaks(names, guard.on().database(), guard.on().table()));
        return Stream.of(assignments.isEmpty(), filters.isEmpty(), grants.isEmpty(), guards.isEmpty())
                        .allMatch(empty -> empty)
                ? Optional.empty()
                : Optional.of(new PolicyFile(
                        null,
                        null,
                        null,
                        null,
                        null,
                        assignments.isEmpty() ? null : assignments,
                        filters.isEmpty() ? null : filters,
                        grants.isEmpty() ? null : grants,
                        guards.isEmpty() ? null : guards));
    }

    private static boolean speaks(Set<String> names, @Nullable String... of) {
        return Stream.of(of).anyMatch(name -> name != null && names.contains(name));
    }

    private static <T> List<T> some(@Nullable List<T> all, Predicate<T> wanted) {
        return Binder.each(all).stream().filter(wanted).toList();
    }

    private static <T> Map<String, T> some(@Nullable Map<String, T> all, Predicate<T> wanted) {
        Map<String, T> some = new LinkedHashMap<>();
        Binder.each(all).forEach((name, one) -> {
            if (wanted.test(one)) {
                some.put(name, one);
            }
        });
        return some;
    }
}

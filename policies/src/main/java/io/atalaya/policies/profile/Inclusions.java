package io.atalaya.policies.profile;

import io.atalaya.policies.PolicyException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which profiles each profile brings along.
 *
 * @param all by profile, those it includes directly and through others; not itself, and no profile that includes none
 */
public record Inclusions(Map<String, Set<String>> all) {
    /** None. */
    public static final Inclusions NONE = new Inclusions(Map.of());

    /** How many profiles there are in a chain of them at the most. */
    public static final int MAX_DEPTH = 8;

    public Inclusions {
        all = Map.copyOf(all);
    }

    /**
     * Follows all inclusions to their ends.
     *
     * @throws PolicyException.Conflict if one comes back to where it began, or goes too deep
     */
    public static Inclusions of(Collection<Inclusion> inclusions) {
        if (inclusions.isEmpty()) {
            return NONE;
        }
        Map<String, Set<String>> direct = new HashMap<>();
        inclusions.forEach(one ->
                direct.computeIfAbsent(one.profile(), _ -> new TreeSet<>()).add(one.included()));
        Map<String, Set<String>> all = new HashMap<>();
        direct.keySet().forEach(profile -> follow(profile, direct, all, List.of()));
        return new Inclusions(all);
    }

    private static Set<String> follow(
            String profile, Map<String, Set<String>> direct, Map<String, Set<String>> all, List<String> path) {
        List<String> chain = new ArrayList<>(path);
        chain.add(profile);
        if (path.contains(profile)) {
            throw new PolicyException.Conflict(
                    "profiles include each other in a circle: {0}", String.join(" > ", chain));
        }
        if (chain.size() > MAX_DEPTH) {
            throw new PolicyException.Conflict(
                    "profiles include each other more than {0} deep: {1}", MAX_DEPTH, String.join(" > ", chain));
        }
        Set<String> found = new TreeSet<>();
        for (String included : direct.getOrDefault(profile, Set.of())) {
            found.add(included);
            found.addAll(follow(included, direct, all, chain));
        }
        if (!found.isEmpty()) {
            all.put(profile, Set.copyOf(found));
        }
        return found;
    }

    /** These profiles and all that they bring along. */
    public Set<String> with(Set<String> profiles) {
        if (all.isEmpty()) {
            return profiles;
        }
        Set<String> found = new HashSet<>(profiles);
        profiles.forEach(profile -> found.addAll(all.getOrDefault(profile, Set.of())));
        return found;
    }
}

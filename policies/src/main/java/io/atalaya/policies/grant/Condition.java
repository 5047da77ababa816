package io.atalaya.policies.grant;

import io.atalaya.policies.PolicyException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a user must be for a grant to count: of every attribute named, one of the values. A user without the attribute does
 * not fulfil it. There is no OR across attributes (two grants do that) and no negation.
 *
 * @param values by attribute; empty for no condition, no set in it ever empty
 */
public record Condition(SortedMap<String, SortedSet<String>> values) {
    /** Fulfilled by everybody. */
    public static final Condition NONE = new Condition(Collections.emptySortedMap());

    public Condition {
        TreeMap<String, SortedSet<String>> copy = new TreeMap<>();
        values.forEach((attribute, some) -> {
            if (attribute.isBlank() || some.isEmpty() || some.stream().anyMatch(String::isBlank)) {
                throw new PolicyException.Invalid("the condition on '{0}' needs at least one value", attribute);
            }
            copy.put(attribute, Collections.unmodifiableSortedSet(new TreeSet<>(some)));
        });
        values = Collections.unmodifiableSortedMap(copy);
    }

    /** A condition of any maps and collections. */
    public static Condition of(Map<String, ? extends Collection<String>> values) {
        TreeMap<String, SortedSet<String>> sorted = new TreeMap<>();
        values.forEach((attribute, some) -> sorted.put(attribute, new TreeSet<>(some)));
        return sorted.isEmpty() ? NONE : new Condition(sorted);
    }

    /** Whether everybody fulfils it. */
    public boolean isNone() {
        return values.isEmpty();
    }

    /** Whether a user with these attributes fulfils it. */
    public boolean holds(Map<String, String> attributes) {
        for (var wanted : values.entrySet()) {
            String value = attributes.get(wanted.getKey());
            if (value == null || !wanted.getValue().contains(value)) {
                return false;
            }
        }
        return true;
    }

    /** Whether everybody who fulfils {@code narrower} fulfils this too. */
    public boolean covers(Condition narrower) {
        return values.entrySet().stream().allMatch(mine -> {
            SortedSet<String> theirs = narrower.values.get(mine.getKey());
            return theirs != null && mine.getValue().containsAll(theirs);
        });
    }

    /** The condition as one word, which {@link #parse} reads. */
    public String text() {
        return values.entrySet().stream()
                .map(entry -> encoded(entry.getKey()) + "="
                        + entry.getValue().stream().map(Condition::encoded).collect(Collectors.joining("|")))
                .collect(Collectors.joining("&"));
    }

    /** The condition that {@code text} was made from. */
    public static Condition parse(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        TreeMap<String, SortedSet<String>> values = new TreeMap<>();
        for (String part : text.split("&", -1)) {
            int equals = part.indexOf('=');
            values.put(
                    decoded(part.substring(0, equals)),
                    Arrays.stream(part.substring(equals + 1).split("\\|", -1))
                            .map(Condition::decoded)
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
        return new Condition(values);
    }

    /** As people read it: {@code region=EU or UK and team=sales}. */
    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + String.join(" or ", entry.getValue()))
                .collect(Collectors.joining(" and "));
    }

    private static String encoded(String word) {
        return URLEncoder.encode(word, StandardCharsets.UTF_8);
    }

    private static String decoded(String word) {
        return URLDecoder.decode(word, StandardCharsets.UTF_8);
    }
}

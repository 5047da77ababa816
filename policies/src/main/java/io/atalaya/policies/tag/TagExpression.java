package io.atalaya.policies.tag;

import io.atalaya.policies.PolicyException;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A choice of tags: for every key, one of its values. There is no OR across keys (two grants do that) and no negation.
 *
 * @param values by key, neither the map nor a set in it ever empty
 */
public record TagExpression(SortedMap<String, SortedSet<String>> values) {
    public TagExpression {
        if (values.isEmpty()) {
            throw new PolicyException.Invalid("a tag expression needs at least one key");
        }
        TreeMap<String, SortedSet<String>> copy = new TreeMap<>();
        values.forEach((key, some) -> {
            if (some.isEmpty()) {
                throw new PolicyException.Invalid("tag key '{0}' needs at least one value", key);
            }
            TreeSet<String> words = new TreeSet<>();
            some.forEach(value -> words.add(new LfTag(key, value).value()));
            copy.put(LfTag.word("key", key), Collections.unmodifiableSortedSet(words));
        });
        values = Collections.unmodifiableSortedMap(copy);
    }

    /** An expression of any maps and collections. */
    public static TagExpression of(Map<String, ? extends Collection<String>> values) {
        TreeMap<String, SortedSet<String>> sorted = new TreeMap<>();
        values.forEach((key, some) -> sorted.put(key, new TreeSet<>(some)));
        return new TagExpression(sorted);
    }

    /** Whether these tags, value by key, satisfy it; a key without a tag does not. */
    public boolean matches(Map<String, String> tags) {
        for (var wanted : values.entrySet()) {
            String value = tags.get(wanted.getKey());
            if (value == null || !wanted.getValue().contains(value)) {
                return false;
            }
        }
        return true;
    }

    /** Whether everything that {@code narrower} matches, this matches too. */
    public boolean covers(TagExpression narrower) {
        return values.entrySet().stream().allMatch(mine -> {
            SortedSet<String> theirs = narrower.values.get(mine.getKey());
            return theirs != null && mine.getValue().containsAll(theirs);
        });
    }

    /** Whether it names this tag. */
    public boolean names(LfTag tag) {
        SortedSet<String> some = values.get(tag.key());
        return some != null && some.contains(tag.value());
    }

    /** The expression as {@code key=value|value&key=value}, which {@link #parse} reads. */
    public String text() {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + String.join("|", entry.getValue()))
                .collect(Collectors.joining("&"));
    }

    /** The expression that {@code text} was made from. */
    public static TagExpression parse(String text) {
        TreeMap<String, SortedSet<String>> values = new TreeMap<>();
        for (String part : text.split("&", -1)) {
            int equals = part.indexOf('=');
            values.put(
                    part.substring(0, equals),
                    new TreeSet<>(java.util.List.of(part.substring(equals + 1).split("\\|", -1))));
        }
        return new TagExpression(values);
    }

    /** As people read it: {@code pii=low or none and zone=curated}. */
    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + String.join(" or ", entry.getValue()))
                .collect(Collectors.joining(" and "));
    }
}

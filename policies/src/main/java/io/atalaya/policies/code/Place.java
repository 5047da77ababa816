package io.atalaya.policies.code;

import io.atalaya.policies.PolicyException;
import io.atalaya.policies.yaml.YamlDocument;
import io.atalaya.policies.yaml.YamlProblem;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A key of a policy file: where a problem is. */
record Place(YamlDocument<?> file, String path) {
    Place at(String key) {
        return new Place(file, path + "." + key);
    }

    YamlProblem problem(String reason) {
        return file.problem(path, reason);
    }

    YamlProblem problem(String reason, Collection<String> allowed) {
        return file.problem(path, reason, List.copyOf(allowed));
    }

    /** The value, or the refusal of a policy as a problem of this place. */
    <T> T check(Supplier<T> value) {
        try {
            return value.get();
        } catch (PolicyException e) {
            throw problem(String.valueOf(e.getMessage()));
        }
    }

    <T> T present(String key, @Nullable T value) {
        if (value == null) {
            throw problem("key '" + key + "' is missing");
        }
        return value;
    }

    /** Refuses {@code key: false}, which would read as if it did something. */
    void isTrue(@Nullable Boolean value) {
        if (!Boolean.TRUE.equals(value)) {
            throw problem("write true, or leave the key out", List.of("true"));
        }
    }

    /** The one key that is there. */
    String exactlyOne(Map<String, Optional<?>> values) {
        List<String> given = values.entrySet().stream()
                .filter(value -> value.getValue().isPresent())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        if (given.size() != 1) {
            throw problem(
                    given.isEmpty()
                            ? "one key is missing"
                            : "keys " + String.join(" and ", given) + " exclude each other",
                    new TreeSet<>(values.keySet()));
        }
        return given.getFirst();
    }
}

package io.atalaya.policies;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who asks: a person or a service that has proven its name, with the profiles it holds at this moment.
 *
 * @param name unique login name, lower case
 * @param profiles names of the profiles (roles) it holds; may be empty
 * @param attributes what predicates may compare with, such as {@code region}; values are text
 * @param purpose to what end it asks, if it says so; some grants count only then
 */
public record Principal(String name, Set<String> profiles, Map<String, String> attributes, Optional<String> purpose) {
    public Principal {
        profiles = Set.copyOf(profiles);
        attributes = Map.copyOf(attributes);
    }

    /** Who asks without saying to what end. */
    public Principal(String name, Set<String> profiles, Map<String, String> attributes) {
        this(name, profiles, attributes, Optional.empty());
    }

    /** The same, asking to that end. */
    public Principal to(Optional<String> otherPurpose) {
        return new Principal(name, profiles, attributes, otherPurpose);
    }
}

package io.atalaya.policies;

import java.util.Map;
import java.util.Set;

/**
 * Who asks: a person or a service that has proven its name, with the profiles it holds at this moment.
 *
 * @param name unique login name, lower case
 * @param profiles names of the profiles (roles) it holds; may be empty
 * @param attributes what predicates may compare with, such as {@code region}; values are text
 */
public record Principal(String name, Set<String> profiles, Map<String, String> attributes) {
    public Principal {
        profiles = Set.copyOf(profiles);
        attributes = Map.copyOf(attributes);
    }
}

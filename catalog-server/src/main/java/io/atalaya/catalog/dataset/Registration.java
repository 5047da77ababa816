package io.atalaya.catalog.dataset;

import java.time.Duration;
import java.util.Optional;

/**
 * What people say about a table; tags are the policies' matter.
 *
 * @param owner the user or profile that answers for it
 * @param freshness how old its newest data may be
 * @param workspace where it was declared
 */
public record Registration(
        Optional<String> owner,
        Optional<String> description,
        Optional<Duration> freshness,
        Optional<String> workspace) {
    /** Of a table that nobody has said anything about. */
    public static final Registration NONE =
            new Registration(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}

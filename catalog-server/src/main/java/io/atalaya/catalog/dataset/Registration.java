package io.atalaya.catalog.dataset;

import java.time.Duration;
import java.util.Optional;

/**
 * What people say about a table; tags are the policies' matter.
 *
 * @param owner the user or profile that answers for it
 * @param freshness what is promised of its newest data
 * @param workspace where it was declared
 */
public record Registration(
        Optional<String> owner,
        Optional<String> description,
        Optional<Freshness> freshness,
        Optional<String> workspace) {
    /** Of a table that nobody has said anything about. */
    public static final Registration NONE =
            new Registration(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * How old the newest data may be.
     *
     * @param column whose greatest value says how new the data is; without, the newest commit does
     */
    public record Freshness(Optional<String> column, Duration within) {
        @Override
        public String toString() {
            return column.map(name -> name + " within ").orElse("within ") + within;
        }
    }
}

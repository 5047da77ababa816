package io.atalaya.catalog.review;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What the audit log knows of one grant.
 *
 * @param last when it last let somebody read
 * @param reads how many statements it did
 * @param people how many people used it
 * @param fields when each column was last read by it, by table and field id
 * @param given who made it last, and when; empty if that was before grants were followed
 */
record Usage(
        Optional<Instant> last,
        long reads,
        long people,
        Map<UUID, Map<Integer, Instant>> fields,
        Optional<Given> given) {
    static final Usage NONE = new Usage(Optional.empty(), 0, 0, Map.of(), Optional.empty());

    /** Who made a grant. */
    record Given(String by, Instant at) {}

    /** The columns of a table that were read since. */
    Set<Integer> since(UUID table, Instant since) {
        return fields.getOrDefault(table, Map.of()).entrySet().stream()
                .filter(entry -> !entry.getValue().isBefore(since))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(java.util.HashSet::new));
    }
}

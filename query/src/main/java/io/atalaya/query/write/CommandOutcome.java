package io.atalaya.query.write;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a command did.
 *
 * @param rows written, changed or removed
 * @param details for the audit log: tables and snapshots, no values
 */
public record CommandOutcome(long rows, Map<String, Object> details) {
    /** Nothing that counts. */
    public static final CommandOutcome DONE = new CommandOutcome(0, Map.of());

    public CommandOutcome {
        details = Map.copyOf(details);
    }

    /** One more detail. */
    public CommandOutcome with(String name, Object value) {
        Map<String, Object> more = new TreeMap<>(details);
        more.put(name, value);
        return new CommandOutcome(rows, more);
    }
}

package io.atalaya.query.write;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a command did.
 *
 * @param rows written, changed or removed
 * @param details for the audit log: tables and snapshots, no values
 * @param files that were unloaded, as the user would name them
 */
public record CommandOutcome(long rows, Map<String, Object> details, List<String> files) {
    /** Nothing that counts. */
    public static final CommandOutcome DONE = new CommandOutcome(0, Map.of());

    public CommandOutcome {
        details = Map.copyOf(details);
        files = List.copyOf(files);
    }

    public CommandOutcome(long rows, Map<String, Object> details) {
        this(rows, details, List.of());
    }

    /** One more detail. */
    public CommandOutcome with(String name, Object value) {
        Map<String, Object> more = new TreeMap<>(details);
        more.put(name, value);
        return new CommandOutcome(rows, more, files);
    }
}

package io.atalaya.policies.code;

import java.util.List;
import java.util.Optional;

/**
 * How the policies of a workspace and of the service differ.
 *
 * @param changes what {@code apply} would do, in a fixed order
 * @param drift what was changed in the service, by hand, since the workspace was applied; {@code before} is what was
 *     applied, {@code after} what is there now
 * @param pending names of tables and databases that policies speak of and that do not exist yet
 */
public record PolicyDifference(List<Change> changes, List<Change> drift, List<String> pending) {
    public PolicyDifference {
        changes = List.copyOf(changes);
        drift = List.copyOf(drift);
        pending = List.copyOf(pending);
    }

    /** Whether {@code apply} would do nothing. */
    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /**
     * One thing that is added (no {@code before}), removed (no {@code after}) or changed.
     *
     * @param kind {@code profile}, {@code member}, {@code attribute}, {@code tag}, {@code assignment}, {@code filter},
     *     {@code grant} or {@code guard}
     * @param subject which one, for people
     * @param before as text for people
     * @param after as text for people
     */
    public record Change(String kind, String subject, Optional<String> before, Optional<String> after) {}
}

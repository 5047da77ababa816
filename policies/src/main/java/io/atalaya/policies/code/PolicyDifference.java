package io.atalaya.policies.code;

import io.atalaya.policies.Sentence;
import io.atalaya.policies.Source;
import java.util.List;
import java.util.Optional;

/**
 * How the policies of a workspace and of the service differ.
 *
 * @param changes what {@code apply} would do, in a fixed order
 * @param takenOver what was made by hand and the workspace says too: {@code apply} makes it the workspace's, which nobody
 *     sees any difference of
 * @param drift what was changed in the service, by hand, since the workspace was applied; {@code before} is what was
 *     applied, {@code after} what is there now
 * @param pending names of tables and databases that policies speak of and that do not exist yet
 */
public record PolicyDifference(List<Change> changes, List<Change> takenOver, List<Change> drift, List<String> pending) {
    public PolicyDifference {
        changes = List.copyOf(changes);
        takenOver = List.copyOf(takenOver);
        drift = List.copyOf(drift);
        pending = List.copyOf(pending);
    }

    /** Whether {@code apply} would change nothing. */
    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /**
     * One thing that is added (no {@code before}), removed (no {@code after}) or changed.
     *
     * @param kind {@code profile}, {@code member}, {@code attribute}, {@code tag}, {@code assignment}, {@code filter},
     *     {@code grant} or {@code guard}
     * @param subject which one, for people
     * @param before for people
     * @param after for people
     * @param item which one, for programs, if it is a policy
     */
    public record Change(
            String kind, Sentence subject, Optional<Sentence> before, Optional<Sentence> after, Optional<Item> item) {
        /** Of something that is no policy. */
        public Change(String kind, Sentence subject, Optional<Sentence> before, Optional<Sentence> after) {
            this(kind, subject, before, after, Optional.empty());
        }

        /** Whether it only belongs to another source than before. */
        public boolean isTakenOver() {
            return item.flatMap(Item::takenFrom).isPresent();
        }
    }

    /**
     * A policy.
     *
     * @param source whose it is
     * @param key unique within its kind and source
     * @param takenFrom whose it was, if it was another's
     */
    public record Item(Source source, String key, Optional<Source> takenFrom) {}
}

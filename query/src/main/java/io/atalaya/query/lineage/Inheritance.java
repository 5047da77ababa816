package io.atalaya.query.lineage;

import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.tag.LfTag;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the columns of a new table or view take over from the columns they are made of.
 *
 * @param tags by field id of the new column
 * @param guards that hold for a source by other means than its tags, and are made to hold for the new column too
 * @param origins the columns they are made of, by field id of the new column
 */
public record Inheritance(Map<Integer, List<LfTag>> tags, List<Copied> guards, Map<Integer, Set<Origin>> origins) {
    /** Nothing: of columns that are made of none. */
    public static final Inheritance NONE = new Inheritance(Map.of(), List.of(), Map.of());

    public Inheritance {
        tags = Map.copyOf(tags);
        guards = List.copyOf(guards);
        origins = Map.copyOf(origins);
    }

    /** A guard for one more column. */
    public record Copied(int fieldId, Guard guard) {}
}

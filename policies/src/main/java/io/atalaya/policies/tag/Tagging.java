package io.atalaya.policies.tag;

import java.util.UUID;

/** What carries which tags. The same object under different policies says that no tag has changed between them. */
public interface Tagging {
    /** Whether the table itself or some column of it matches; needs no schema. */
    boolean someOfTableMatches(TagExpression expression, UUID database, UUID table);
}

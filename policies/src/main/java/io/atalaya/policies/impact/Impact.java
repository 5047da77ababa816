package io.atalaya.policies.impact;

import java.time.Instant;
import java.util.List;

/**
 * What a change does, for whom and where.
 *
 * @param effects by table, then by who; nothing for those to whom nothing changes
 * @param at the moment looked at: now, or when a grant of the change begins
 * @param isComplete whether everybody and everything that may be affected was looked at
 */
public record Impact(List<Effect> effects, Instant at, boolean isComplete) {
    public Impact {
        effects = List.copyOf(effects);
    }
}

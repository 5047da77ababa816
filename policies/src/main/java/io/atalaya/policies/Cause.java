package io.atalaya.policies;

/**
 * One reason in a decision.
 *
 * @param id of the grant, guard or rule, stable across a change of its text
 * @param text the rule as a sentence for people; names no data
 */
public record Cause(Kind kind, String id, String text) {
    public enum Kind {
        GRANT,
        GUARD,
        IMPLIED,
        MISSING
    }
}

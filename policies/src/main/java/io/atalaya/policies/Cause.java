package io.atalaya.policies;

/**
 * One reason in a decision.
 *
 * @param id of the grant, guard or rule, stable across a change of its text
 * @param sentence the rule for people; names no data
 */
public record Cause(Kind kind, String id, Sentence sentence) {
    public enum Kind {
        GRANT,
        GUARD,
        IMPLIED,
        MISSING
    }

    /** The rule in English. */
    public String text() {
        return sentence.toString();
    }

    /** Never to be changed: the audit keeps hashes of it, and results are found again by it. */
    @Override
    public String toString() {
        return "Cause[kind=" + kind + ", id=" + id + ", text=" + text() + "]";
    }
}

package io.atalaya.policies;

/** A refusal whose reason can be told in any language. */
public interface Told {
    /** The reason; its English is the message. */
    Sentence sentence();
}

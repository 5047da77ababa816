package io.atalaya.policies.tag;

/**
 * A tag that holds for something, and where it was assigned.
 *
 * @param from the thing itself, or the table or database it inherits from
 */
public record EffectiveTag(LfTag tag, TagTarget from) {}

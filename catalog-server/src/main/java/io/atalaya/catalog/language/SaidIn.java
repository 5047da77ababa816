package io.atalaya.catalog.language;

import io.atalaya.policies.Sentence;

/**
 * The language that a sentence is told in, where it is another than the one that was asked for: as JSON {@code "en"}, or nothing.
 * A page marks such a sentence with it, so that it is read aloud as what it is.
 */
public record SaidIn(Sentence sentence) {}

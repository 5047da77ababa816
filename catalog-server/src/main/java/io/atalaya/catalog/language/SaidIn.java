package io.atalaya.catalog.language;

import io.atalaya.policies.Sentence;
import java.util.Optional;

/**
 * The language that a sentence is told in, where it is another than the one that was asked for: as JSON {@code "en"}, or nothing.
 * A page marks such a sentence with it, so that it is read aloud as what it is.
 */
public record SaidIn(Sentence sentence) {
    /** The same of one that may be missing. */
    public static SaidIn of(Optional<Sentence> sentence) {
        return new SaidIn(sentence.orElse(Sentence.nothing()));
    }
}

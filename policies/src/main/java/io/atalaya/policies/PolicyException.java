package io.atalaya.policies;

import org.jspecify.annotations.Nullable;

/** A policy that cannot be, or may not be, made. Messages name the values involved and are safe to show. */
public abstract sealed class PolicyException extends RuntimeException implements Told {
    private static final long serialVersionUID = 1;

    private final transient Sentence sentence;

    private PolicyException(Sentence sentence) {
        super(sentence.toString());
        this.sentence = sentence;
    }

    @Override
    public Sentence sentence() {
        return sentence;
    }

    /** A value that breaks a rule of the policy model. */
    public static final class Invalid extends PolicyException {
        private static final long serialVersionUID = 1;

        public Invalid(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }

    /** Text that is no predicate over its table. */
    public static final class InvalidPredicate extends PolicyException {
        private static final long serialVersionUID = 1;
        private final int position;

        public InvalidPredicate(Sentence reason, int position) {
            super(Sentence.of("{0} (at character {1})", reason, position));
            this.position = position;
        }

        /** Where in the text, in characters from 1. */
        public int position() {
            return position;
        }
    }

    /** The actor may not make this change. */
    public static final class NotPermitted extends PolicyException {
        private static final long serialVersionUID = 1;

        public NotPermitted(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }

    /** A change of something that is not there. */
    public static final class NotFound extends PolicyException {
        private static final long serialVersionUID = 1;

        public NotFound(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }

    /** Two policies that contradict each other, or something removed that another policy still needs. */
    public static final class Conflict extends PolicyException {
        private static final long serialVersionUID = 1;

        public Conflict(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }
}

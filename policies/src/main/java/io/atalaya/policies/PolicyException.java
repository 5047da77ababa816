package io.atalaya.policies;

/** A policy that cannot be, or may not be, made. Messages name the values involved and are safe to show. */
public abstract sealed class PolicyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private PolicyException(String message) {
        super(message);
    }

    /** A value that breaks a rule of the policy model. */
    public static final class Invalid extends PolicyException {
        private static final long serialVersionUID = 1;

        public Invalid(String message) {
            super(message);
        }
    }

    /** Text that is no predicate over its table. */
    public static final class InvalidPredicate extends PolicyException {
        private static final long serialVersionUID = 1;
        private final int position;

        public InvalidPredicate(String reason, int position) {
            super(reason + " (at character " + position + ")");
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

        public NotPermitted(String message) {
            super(message);
        }
    }

    /** A change of something that is not there. */
    public static final class NotFound extends PolicyException {
        private static final long serialVersionUID = 1;

        public NotFound(String message) {
            super(message);
        }
    }

    /** Two policies that contradict each other, or something removed that another policy still needs. */
    public static final class Conflict extends PolicyException {
        private static final long serialVersionUID = 1;

        public Conflict(String message) {
            super(message);
        }
    }
}

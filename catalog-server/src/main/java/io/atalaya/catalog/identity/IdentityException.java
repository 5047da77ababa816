package io.atalaya.catalog.identity;

/** Why a change to users or their credentials is refused. The message is safe to show. */
public abstract sealed class IdentityException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private IdentityException(String message) {
        super(message);
    }

    /** A value is not acceptable. */
    public static final class Invalid extends IdentityException {
        private static final long serialVersionUID = 1;

        public Invalid(String message) {
            super(message);
        }
    }

    /** There is no such user or credential. */
    public static final class NotFound extends IdentityException {
        private static final long serialVersionUID = 1;

        public NotFound(String message) {
            super(message);
        }
    }

    /** The name is taken. */
    public static final class AlreadyExists extends IdentityException {
        private static final long serialVersionUID = 1;

        public AlreadyExists(String message) {
            super(message);
        }
    }

    /** A key file is missing, damaged or readable by others. */
    public static final class KeyFile extends IdentityException {
        private static final long serialVersionUID = 1;

        public KeyFile(String message) {
            super(message);
        }
    }
}

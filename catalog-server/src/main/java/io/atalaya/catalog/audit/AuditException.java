package io.atalaya.catalog.audit;

/** Why the audit log cannot be opened or read. The message is safe to show and says what to do. */
public abstract sealed class AuditException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private AuditException(String message) {
        super(message);
    }

    /** The files contradict what was signed; nothing is appended to such a log. */
    public static final class Corrupt extends AuditException {
        private static final long serialVersionUID = 1;

        public Corrupt(String message) {
            super(message);
        }
    }

    /** Another process has the log open. */
    public static final class InUse extends AuditException {
        private static final long serialVersionUID = 1;

        public InUse(String message) {
            super(message);
        }
    }

    /** No record has that sequence number. */
    public static final class NotFound extends AuditException {
        private static final long serialVersionUID = 1;

        public NotFound(String message) {
            super(message);
        }
    }

    /** What is asked for is no longer there, by the rules of retention. */
    public static final class Retired extends AuditException {
        private static final long serialVersionUID = 1;

        public Retired(String message) {
            super(message);
        }
    }
}

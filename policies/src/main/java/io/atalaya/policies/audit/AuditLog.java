package io.atalaya.policies.audit;

/** The one record of what happened. It only grows. */
public interface AuditLog {
    /**
     * Returns when the event is on disk; calls of many threads share one flush.
     *
     * @return its sequence number, from 0 without gaps
     * @throws AuditUnavailable if it could not be made durable; the caller must then refuse what it was about to do
     */
    long append(AuditEvent event) throws AuditUnavailable;

    /** Nothing can be put on record, so nothing that must be may happen. */
    final class AuditUnavailable extends RuntimeException {
        private static final long serialVersionUID = 1;

        public AuditUnavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}

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

    /**
     * Sends an event on its way to the disk without waiting for it; events get there in the order they were sent in.
     *
     * @throws AuditUnavailable if it is known already that it will not get there
     */
    default Sent send(AuditEvent event) throws AuditUnavailable {
        long sequence = append(event);
        return new Sent() {
            @Override
            public void awaitWritten() {}

            @Override
            public long awaitDurable() {
                return sequence;
            }
        };
    }

    /** An event on its way to the disk. */
    interface Sent {
        /**
         * Returns when the event outlives this process, as it is written and about to be flushed.
         *
         * @throws AuditUnavailable if it could not be written
         */
        void awaitWritten() throws AuditUnavailable;

        /**
         * Returns when the event is on disk.
         *
         * @return its sequence number
         * @throws AuditUnavailable if it could not be made durable
         */
        long awaitDurable() throws AuditUnavailable;
    }

    /** Nothing can be put on record, so nothing that must be may happen. */
    final class AuditUnavailable extends RuntimeException {
        private static final long serialVersionUID = 1;

        public AuditUnavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}

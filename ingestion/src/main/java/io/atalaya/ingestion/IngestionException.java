package io.atalaya.ingestion;

import java.time.Duration;
import java.util.Locale;

/**
 * Why a pipeline could not be taken or a run could not go on. Messages name the place and what to do, and hold no cell of
 * the data.
 */
public abstract sealed class IngestionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private IngestionException(String message) {
        super(message);
    }

    private IngestionException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether the same step may succeed later without anybody changing anything. */
    public boolean worthRetrying() {
        return false;
    }

    /** There is no such pipeline, run or stage, or the asker may not know of it. */
    public static final class NotFound extends IngestionException {
        private static final long serialVersionUID = 1;

        public NotFound(String message) {
            super(message);
        }
    }

    /** It cannot be done in the state things are in, such as a second run of a pipeline that is running. */
    public static final class Conflict extends IngestionException {
        private static final long serialVersionUID = 1;

        public Conflict(String message) {
            super(message);
        }
    }

    /** Policies do not let the principal do it. */
    public static final class NotAllowed extends IngestionException {
        private static final long serialVersionUID = 1;

        public NotAllowed(String message) {
            super(message);
        }
    }

    /** A delivered file that is not what the pipeline says it is. Nothing of it was committed. */
    public static final class BadFile extends IngestionException {
        private static final long serialVersionUID = 1;

        public BadFile(String message) {
            super(message);
        }
    }

    /** A stage that says something impossible, noticed only when it ran. */
    public static final class BadStage extends IngestionException {
        private static final long serialVersionUID = 1;

        public BadStage(String message) {
            super(message);
        }

        public BadStage(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A quality gate that is closed. */
    public static final class CheckFailed extends IngestionException {
        private static final long serialVersionUID = 1;

        public CheckFailed(String message) {
            super(message);
        }
    }

    /** No space left on a disk. Nothing was lost; the run resumes when there is space again. */
    public static final class OutOfSpace extends IngestionException {
        private static final long serialVersionUID = 1;

        public OutOfSpace(Throwable cause) {
            super(
                    "No space left on the disk of the data directory. Nothing was lost or half written; make room, then resume the run",
                    cause);
        }

        @Override
        public boolean worthRetrying() {
            return true;
        }
    }

    /** Something needed did not answer: storage, database, a webhook. */
    public static final class Unavailable extends IngestionException {
        private static final long serialVersionUID = 1;

        public Unavailable(String message, Throwable cause) {
            super(message, cause);
        }

        @Override
        public boolean worthRetrying() {
            return true;
        }
    }

    /** A try of a stage that took longer than the pipeline lets it. Nothing of it was committed. */
    public static final class TimedOut extends IngestionException {
        private static final long serialVersionUID = 1;

        public TimedOut(Duration timeout) {
            super("Was stopped after %s, which is all its pipeline gives it (timeout)"
                    .formatted(timeout.toString().substring(2).toLowerCase(Locale.ROOT)));
        }

        @Override
        public boolean worthRetrying() {
            return true;
        }
    }

    /** Somebody cancelled the run. */
    public static final class Cancelled extends IngestionException {
        private static final long serialVersionUID = 1;

        public Cancelled(String message) {
            super(message);
        }
    }
}

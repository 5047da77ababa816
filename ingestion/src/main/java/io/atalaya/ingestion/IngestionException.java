package io.atalaya.ingestion;

import io.atalaya.policies.Sentence;
import io.atalaya.policies.Told;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a pipeline could not be taken or a run could not go on. Messages name the place and what to do, and hold no cell of
 * the data.
 */
public abstract sealed class IngestionException extends RuntimeException implements Told {
    private static final long serialVersionUID = 1;

    private final transient Sentence sentence;

    private IngestionException(Sentence sentence) {
        super(sentence.toString());
        this.sentence = sentence;
    }

    private IngestionException(Sentence sentence, Throwable cause) {
        super(sentence.toString(), cause);
        this.sentence = sentence;
    }

    @Override
    public Sentence sentence() {
        return sentence;
    }

    /** Whether the same step may succeed later without anybody changing anything. */
    public boolean worthRetrying() {
        return false;
    }

    /** There is no such pipeline, run or stage, or the asker may not know of it. */
    public static final class NotFound extends IngestionException {
        private static final long serialVersionUID = 1;

        public NotFound(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }

    /** It cannot be done in the state things are in, such as a second run of a pipeline that is running. */
    public static final class Conflict extends IngestionException {
        private static final long serialVersionUID = 1;

        public Conflict(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }

    /** Policies do not let the principal do it. */
    public static final class NotAllowed extends IngestionException {
        private static final long serialVersionUID = 1;

        public NotAllowed(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }

    /** A delivered file that is not what the pipeline says it is. Nothing of it was committed. */
    public static final class BadFile extends IngestionException {
        private static final long serialVersionUID = 1;

        public BadFile(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }

    /** A stage that says something impossible, noticed only when it ran. */
    public static final class BadStage extends IngestionException {
        private static final long serialVersionUID = 1;

        public BadStage(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }

        public BadStage(String message, Throwable cause) {
            super(Sentence.of(message), cause);
        }

        public BadStage(Sentence sentence, Throwable cause) {
            super(sentence, cause);
        }
    }

    /** A quality gate that is closed. */
    public static final class CheckFailed extends IngestionException {
        private static final long serialVersionUID = 1;

        public CheckFailed(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }

    /** No space left on a disk. Nothing was lost; the run resumes when there is space again. */
    public static final class OutOfSpace extends IngestionException {
        private static final long serialVersionUID = 1;

        public OutOfSpace(Throwable cause) {
            super(
                    Sentence.of(
                            "No space left on the disk of the data directory. Nothing was lost or half written; make room, then resume the run"),
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
            super(Sentence.of(message), cause);
        }

        public Unavailable(Sentence sentence, Throwable cause) {
            super(sentence, cause);
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
            super(Sentence.of(
                    "Was stopped after {0}, which is all its pipeline gives it (timeout)",
                    timeout.toString().substring(2).toLowerCase(Locale.ROOT)));
        }

        @Override
        public boolean worthRetrying() {
            return true;
        }
    }

    /** Somebody cancelled the run. */
    public static final class Cancelled extends IngestionException {
        private static final long serialVersionUID = 1;

        public Cancelled(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }
}

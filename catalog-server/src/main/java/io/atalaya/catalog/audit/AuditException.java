package io.atalaya.catalog.audit;

import io.atalaya.policies.Sentence;
import io.atalaya.policies.Told;
import org.jspecify.annotations.Nullable;

/** Why the audit log cannot be opened or read. The message is safe to show and says what to do. */
public abstract sealed class AuditException extends RuntimeException implements Told {
    private static final long serialVersionUID = 1;

    private final transient Sentence sentence;

    private AuditException(Sentence sentence) {
        super(sentence.toString());
        this.sentence = sentence;
    }

    @Override
    public Sentence sentence() {
        return sentence;
    }

    /** The files contradict what was signed; nothing is appended to such a log. */
    public static final class Corrupt extends AuditException {
        private static final long serialVersionUID = 1;

        public Corrupt(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }

    /** Another process has the log open. */
    public static final class InUse extends AuditException {
        private static final long serialVersionUID = 1;

        public InUse(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }

    /** No record has that sequence number. */
    public static final class NotFound extends AuditException {
        private static final long serialVersionUID = 1;

        public NotFound(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }

    /** What is asked for is no longer there, by the rules of retention. */
    public static final class Retired extends AuditException {
        private static final long serialVersionUID = 1;

        public Retired(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }
}

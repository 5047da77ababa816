package io.atalaya.catalog.identity;

import io.atalaya.policies.Sentence;
import io.atalaya.policies.Told;
import org.jspecify.annotations.Nullable;

/** Why a change to users or their credentials is refused. The message is safe to show. */
public abstract sealed class IdentityException extends RuntimeException implements Told {
    private static final long serialVersionUID = 1;

    private final transient Sentence sentence;

    private IdentityException(Sentence sentence) {
        super(sentence.toString());
        this.sentence = sentence;
    }

    @Override
    public Sentence sentence() {
        return sentence;
    }

    /** A value is not acceptable. */
    public static final class Invalid extends IdentityException {
        private static final long serialVersionUID = 1;

        public Invalid(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }

    /** There is no such user or credential. */
    public static final class NotFound extends IdentityException {
        private static final long serialVersionUID = 1;

        public NotFound(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }

    /** The name is taken. */
    public static final class AlreadyExists extends IdentityException {
        private static final long serialVersionUID = 1;

        public AlreadyExists(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }

    /** A key file is missing, damaged or readable by others. */
    public static final class KeyFile extends IdentityException {
        private static final long serialVersionUID = 1;

        public KeyFile(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }
}

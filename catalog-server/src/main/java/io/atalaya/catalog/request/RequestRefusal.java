package io.atalaya.catalog.request;

import io.atalaya.policies.Sentence;
import io.atalaya.policies.Told;
import org.jspecify.annotations.Nullable;

/** Why something cannot be done with a request or a review. Messages are safe to show to whoever may see it. */
public abstract sealed class RequestRefusal extends RuntimeException implements Told {
    private static final long serialVersionUID = 1;

    private final transient Sentence sentence;

    private RequestRefusal(Sentence sentence) {
        super(sentence.toString());
        this.sentence = sentence;
    }

    @Override
    public Sentence sentence() {
        return sentence;
    }

    /** Something that was sent is missing or wrong. */
    public static final class Invalid extends RequestRefusal {
        private static final long serialVersionUID = 1;

        public Invalid(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }

    /** Absent, or not for this caller: nobody can tell which. */
    public static final class NotFound extends RequestRefusal {
        private static final long serialVersionUID = 1;

        public NotFound(String what, @Nullable Object... values) {
            super(Sentence.of("{0} does not exist or you have no permission on it", Sentence.of(what, values)));
        }
    }

    /** The caller may see the request and may not do this with it; {@code code} names the rule. */
    public static final class NotPermitted extends RequestRefusal {
        private static final long serialVersionUID = 1;
        private final String code;

        public NotPermitted(String code, String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
            this.code = code;
        }

        /** Stable, for programs. */
        public String code() {
            return code;
        }
    }

    /** The request is in a state from which this does not lead. */
    public static final class IllegalTransition extends RequestRefusal {
        private static final long serialVersionUID = 1;

        public IllegalTransition(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }

    /** What the caller looked at is not what the request is now. */
    public static final class Stale extends RequestRefusal {
        private static final long serialVersionUID = 1;

        public Stale(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }
}

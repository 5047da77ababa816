package io.atalaya.catalog.http;

import io.atalaya.policies.Sentence;
import io.atalaya.policies.Told;
import org.jspecify.annotations.Nullable;

/** A request that is refused at the edge, before any module is asked. The message is safe to show. */
public abstract sealed class RequestException extends RuntimeException implements Told {
    private static final long serialVersionUID = 1;

    private final transient Sentence sentence;

    private RequestException(Sentence sentence) {
        super(sentence.toString());
        this.sentence = sentence;
    }

    @Override
    public Sentence sentence() {
        return sentence;
    }

    /** A parameter or a field of the body is missing or wrong. */
    public static final class BadRequest extends RequestException {
        private static final long serialVersionUID = 1;

        public BadRequest(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }

        /** A field that must be there. */
        public static BadRequest missing(String field) {
            return new BadRequest("'{0}' is missing", field);
        }
    }

    /** The caller did not say who it is, or could not prove it. */
    public static final class Unauthenticated extends RequestException {
        private static final long serialVersionUID = 1;

        public Unauthenticated(String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
        }
    }

    /** A change asked for with the cookie, but without the token that only our pages know. */
    public static final class CrossSite extends RequestException {
        private static final long serialVersionUID = 1;

        public CrossSite() {
            super(Sentence.of(
                    "The header X-CSRF-Token is missing or out of date; GET /api/v1/session gives the current one"));
        }
    }

    /** The caller is known and may not do this; {@code code} may be empty. */
    public static final class Forbidden extends RequestException {
        private static final long serialVersionUID = 1;
        private final String code;

        public Forbidden(String code, String template, @Nullable Object... values) {
            super(Sentence.of(template, values));
            this.code = code;
        }

        /** What only an administrator may do. */
        public static Forbidden administratorsOnly() {
            return new Forbidden("administrators-only", "Only an administrator may do this");
        }

        /** Finer than the status. */
        public String code() {
            return code;
        }
    }

    /** Absent, or not for this caller: nobody can tell which. */
    public static final class NotFound extends RequestException {
        private static final long serialVersionUID = 1;

        public NotFound(String what, @Nullable Object... values) {
            super(Sentence.of("{0} does not exist or you have no permission on it", Sentence.of(what, values)));
        }
    }

    /** The thing is there already, or stands in the way. */
    public static final class Conflict extends RequestException {
        private static final long serialVersionUID = 1;

        private final String code;

        public Conflict(String template, @Nullable Object... values) {
            this(Sentence.of(template, values), "");
        }

        private Conflict(Sentence sentence, String code) {
            super(sentence);
            this.code = code;
        }

        /** What was to be changed is not what the caller saw of it. */
        public static Conflict changedElsewhere(String template) {
            return new Conflict(Sentence.of(template), "changed-elsewhere");
        }

        /** Finer than the status; may be empty. */
        public String code() {
            return code;
        }
    }

    /** The body is longer than it may be. */
    public static final class TooLarge extends RequestException {
        private static final long serialVersionUID = 1;

        public TooLarge(long limit) {
            super(Sentence.of("The body is longer than {0} bytes", limit));
        }
    }

    /** Too many failures; to be tried again later. */
    public static final class TryLater extends RequestException {
        private static final long serialVersionUID = 1;
        private final long seconds;

        public TryLater(Sentence sentence, long seconds) {
            super(sentence);
            this.seconds = seconds;
        }

        /** How long to wait. */
        public long seconds() {
            return seconds;
        }
    }
}

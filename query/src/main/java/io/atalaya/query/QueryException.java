package io.atalaya.query;

import io.atalaya.policies.Sentence;
import io.atalaya.policies.Told;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Why a statement was refused or failed. The message is safe to show: names and places, never values of the data. */
public abstract sealed class QueryException extends RuntimeException implements Told {
    private static final long serialVersionUID = 1;

    private final String code;
    private final int line;
    private final int column;
    private final transient Sentence sentence;

    private QueryException(String code, Sentence sentence, int line, int column) {
        super(sentence.toString());
        this.sentence = sentence;
        this.code = code;
        this.line = line;
        this.column = column;
    }

    /** Stable, upper case. */
    public String code() {
        return code;
    }

    /** Line of the statement, from 1; empty if there is no place to name. */
    public OptionalInt line() {
        return line > 0 ? OptionalInt.of(line) : OptionalInt.empty();
    }

    /** Column in that line, from 1. */
    public OptionalInt column() {
        return line > 0 ? OptionalInt.of(column) : OptionalInt.empty();
    }

    @Override
    public Sentence sentence() {
        return sentence;
    }

    /** As it is stored with an execution. */
    public QueryError toError() {
        var category = switch (this) {
            case EngineFailed failed -> failed.byUser ? QueryError.Category.USER : QueryError.Category.SYSTEM;
            case LimitExceeded _, TooManyQueries _, Unavailable _ -> QueryError.Category.OTHER;
            case SyntaxError _,
                    SemanticError _,
                    NotSupported _,
                    NotFound _,
                    ColumnDenied _,
                    TooLong _,
                    InvalidRequest _,
                    NotAllowed _ -> QueryError.Category.USER;
        };
        return new QueryError(code, category, sentence, line(), column());
    }

    private static Sentence at(int line, int column, Sentence sentence) {
        return line > 0 ? Sentence.of("line {0}:{1}: {2}", line, column, sentence) : sentence;
    }

    /** The text is not SQL. */
    public static final class SyntaxError extends QueryException {
        private static final long serialVersionUID = 1;

        public SyntaxError(int line, int column, String template, @Nullable Object... values) {
            super("SYNTAX_ERROR", at(line, column, Sentence.of(template, values)), line, column);
        }
    }

    /** The text is SQL, but means nothing: types that do not fit, an ambiguous name, an aggregate out of place. */
    public static final class SemanticError extends QueryException {
        private static final long serialVersionUID = 1;

        public SemanticError(String code, int line, int column, String template, @Nullable Object... values) {
            super(code, at(line, column, Sentence.of(template, values)), line, column);
        }
    }

    /** A construct of SQL that we do not run. */
    public static final class NotSupported extends QueryException {
        private static final long serialVersionUID = 1;

        private final transient Sentence construct;

        public NotSupported(Sentence construct, int line, int column) {
            super("NOT_SUPPORTED", at(line, column, Sentence.of("{0} is not supported", construct)), line, column);
            this.construct = construct;
        }

        public NotSupported(String construct, int line, int column) {
            this(Sentence.of(construct), line, column);
        }

        /** Its name. */
        public String construct() {
            return construct.toString();
        }
    }

    /** A database, table, column, execution or workgroup that is absent or not for this principal: nobody can tell which. */
    public static final class NotFound extends QueryException {
        private static final long serialVersionUID = 1;

        public NotFound(String code, int line, int column, String template, @Nullable Object... values) {
            super(code, at(line, column, Sentence.of(template, values)), line, column);
        }

        /** A table or database that a statement names. */
        public static NotFound table(String name, int line, int column) {
            return new NotFound(
                    "TABLE_NOT_FOUND",
                    line,
                    column,
                    "{0} does not exist or you have no permission on it",
                    Sentence.of("Table '{0}'", name));
        }

        /** Something named outside a statement. */
        public static NotFound of(String what, String name) {
            return new NotFound("NOT_FOUND", 0, 0, "{0} '{1}' does not exist or is not yours", Sentence.of(what), name);
        }
    }

    /** A column that the principal may know of but not read. */
    public static final class ColumnDenied extends QueryException {
        private static final long serialVersionUID = 1;

        public ColumnDenied(String table, String name, int line, int column) {
            super(
                    "PERMISSION_DENIED",
                    at(
                            line,
                            column,
                            Sentence.of(
                                    "You may not read column '{0}' of table '{1}'; ask its owner for access",
                                    name, table)),
                    line,
                    column);
        }
    }

    /** The statement is longer than the limit. */
    public static final class TooLong extends QueryException {
        private static final long serialVersionUID = 1;

        public TooLong(long bytes, long limit) {
            super(
                    "QUERY_TEXT_TOO_LARGE",
                    Sentence.of("The statement has {0} bytes; at most {1} are allowed", bytes, limit),
                    0,
                    0);
        }
    }

    /** A request that cannot be taken as it is. */
    public static final class InvalidRequest extends QueryException {
        private static final long serialVersionUID = 1;

        public InvalidRequest(String template, @Nullable Object... values) {
            super("INVALID_INPUT", Sentence.of(template, values), 0, 0);
        }
    }

    /** Only an administrator may do this. */
    public static final class NotAllowed extends QueryException {
        private static final long serialVersionUID = 1;

        public NotAllowed(String template, @Nullable Object... values) {
            super("PERMISSION_DENIED", Sentence.of(template, values), 0, 0);
        }
    }

    /** Time, memory, nesting, result size or bytes scanned ran over a limit. */
    public static final class LimitExceeded extends QueryException {
        private static final long serialVersionUID = 1;

        public LimitExceeded(String code, String template, @Nullable Object... values) {
            super(code, Sentence.of(template, values), 0, 0);
        }
    }

    /** The queue is full; the same request may be sent again later. */
    public static final class TooManyQueries extends QueryException {
        private static final long serialVersionUID = 1;

        public TooManyQueries(String template, @Nullable Object... values) {
            super("CONCURRENT_QUERY_LIMIT_EXCEEDED", Sentence.of(template, values), 0, 0);
        }
    }

    /** The service is closing, or the audit log cannot take a record: nothing runs. */
    public static final class Unavailable extends QueryException {
        private static final long serialVersionUID = 1;

        public Unavailable(String template, @Nullable Object... values) {
            super("UNAVAILABLE", Sentence.of(template, values), 0, 0);
        }
    }

    /** The engine stopped at a value, such as a division by zero, or broke. */
    public static final class EngineFailed extends QueryException {
        private static final long serialVersionUID = 1;

        private final boolean byUser;

        private EngineFailed(String code, Sentence sentence, boolean byUser) {
            super(code, sentence, 0, 0);
            this.byUser = byUser;
        }

        /** The statement met a value that it cannot take. */
        public static EngineFailed atValue(String code, String template, @Nullable Object... values) {
            return new EngineFailed(code, Sentence.of(template, values), true);
        }

        /** A defect or a damaged file. */
        public static EngineFailed internal(String template, @Nullable Object... values) {
            return new EngineFailed("INTERNAL_ERROR", Sentence.of(template, values), false);
        }
    }
}

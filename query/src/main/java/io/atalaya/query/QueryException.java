package io.atalaya.query;

import java.util.OptionalInt;

/** Why a statement was refused or failed. The message is safe to show: names and places, never values of the data. */
public abstract sealed class QueryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String code;
    private final int line;
    private final int column;

    private QueryException(String code, String message, int line, int column) {
        super(message);
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
        String message = getMessage();
        return new QueryError(code, category, message == null ? code : message, line(), column());
    }

    private static String at(int line, int column, String message) {
        return line > 0 ? "line %d:%d: %s".formatted(line, column, message) : message;
    }

    /** The text is not SQL. */
    public static final class SyntaxError extends QueryException {
        private static final long serialVersionUID = 1;

        public SyntaxError(int line, int column, String message) {
            super("SYNTAX_ERROR", at(line, column, message), line, column);
        }
    }

    /** The text is SQL, but means nothing: types that do not fit, an ambiguous name, an aggregate out of place. */
    public static final class SemanticError extends QueryException {
        private static final long serialVersionUID = 1;

        public SemanticError(String code, int line, int column, String message) {
            super(code, at(line, column, message), line, column);
        }
    }

    /** A construct of SQL that we do not run. */
    public static final class NotSupported extends QueryException {
        private static final long serialVersionUID = 1;

        private final String construct;

        public NotSupported(String construct, int line, int column) {
            super("NOT_SUPPORTED", at(line, column, construct + " is not supported"), line, column);
            this.construct = construct;
        }

        /** Its name. */
        public String construct() {
            return construct;
        }
    }

    /** A database, table, column, execution or workgroup that is absent or not for this principal: nobody can tell which. */
    public static final class NotFound extends QueryException {
        private static final long serialVersionUID = 1;

        public NotFound(String code, int line, int column, String message) {
            super(code, at(line, column, message), line, column);
        }

        /** A table or database that a statement names. */
        public static NotFound table(String name, int line, int column) {
            return new NotFound(
                    "TABLE_NOT_FOUND",
                    line,
                    column,
                    "Table '%s' does not exist or you have no permission on it".formatted(name));
        }

        /** Something named outside a statement. */
        public static NotFound of(String what, String name) {
            return new NotFound("NOT_FOUND", 0, 0, "%s '%s' does not exist or is not yours".formatted(what, name));
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
                            "You may not read column '%s' of table '%s'; ask its owner for access"
                                    .formatted(name, table)),
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
                    "The statement has %d bytes; at most %d are allowed".formatted(bytes, limit),
                    0,
                    0);
        }
    }

    /** A request that cannot be taken as it is. */
    public static final class InvalidRequest extends QueryException {
        private static final long serialVersionUID = 1;

        public InvalidRequest(String message) {
            super("INVALID_INPUT", message, 0, 0);
        }
    }

    /** Only an administrator may do this. */
    public static final class NotAllowed extends QueryException {
        private static final long serialVersionUID = 1;

        public NotAllowed(String message) {
            super("PERMISSION_DENIED", message, 0, 0);
        }
    }

    /** Time, memory, nesting, result size or bytes scanned ran over a limit. */
    public static final class LimitExceeded extends QueryException {
        private static final long serialVersionUID = 1;

        public LimitExceeded(String code, String message) {
            super(code, message, 0, 0);
        }
    }

    /** The queue is full; the same request may be sent again later. */
    public static final class TooManyQueries extends QueryException {
        private static final long serialVersionUID = 1;

        public TooManyQueries(String message) {
            super("CONCURRENT_QUERY_LIMIT_EXCEEDED", message, 0, 0);
        }
    }

    /** The service is closing, or the audit log cannot take a record: nothing runs. */
    public static final class Unavailable extends QueryException {
        private static final long serialVersionUID = 1;

        public Unavailable(String message) {
            super("UNAVAILABLE", message, 0, 0);
        }
    }

    /** The engine stopped at a value, such as a division by zero, or broke. */
    public static final class EngineFailed extends QueryException {
        private static final long serialVersionUID = 1;

        private final boolean byUser;

        private EngineFailed(String code, String message, boolean byUser) {
            super(code, message, 0, 0);
            this.byUser = byUser;
        }

        /** The statement met a value that it cannot take. */
        public static EngineFailed atValue(String code, String message) {
            return new EngineFailed(code, message, true);
        }

        /** A defect or a damaged file. */
        public static EngineFailed internal(String message) {
            return new EngineFailed("INTERNAL_ERROR", message, false);
        }
    }
}

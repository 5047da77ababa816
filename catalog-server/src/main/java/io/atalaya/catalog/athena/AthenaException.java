package io.atalaya.catalog.athena;

import io.atalaya.query.QueryException;
import java.util.Map;
import java.util.Objects;

/**
 * A refusal as Athena words it.
 *
 * <p>Its name goes into {@code __type} and {@code x-amzn-ErrorType}, {@link #members()} beside {@code Message}.
 */
public final class AthenaException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String type;
    private final int status;
    private final transient Map<String, String> members;

    private AthenaException(String type, int status, String message, Map<String, String> members) {
        super(message);
        this.type = type;
        this.status = status;
        this.members = Map.copyOf(members);
    }

    /** The request is at fault; {@code code} is Athena's {@code AthenaErrorCode}. */
    public static AthenaException invalid(String code, String message) {
        return new AthenaException("InvalidRequestException", 400, message, Map.of("AthenaErrorCode", code));
    }

    /** A member of the request is missing or out of its range. */
    static AthenaException invalidInput(String message) {
        return invalid("INVALID_INPUT", message);
    }

    /** A database or table that is absent, or not for this principal: nobody can tell which. */
    static AthenaException metadata(String message) {
        return new AthenaException("MetadataException", 400, message, Map.of());
    }

    /** A database or table that is absent, or not for this principal, in the words clients look for. */
    public static AthenaException entityNotFound() {
        return metadata("EntityNotFoundException: Entity Not Found");
    }

    /** Something with a name that is absent, or not for this principal. */
    static AthenaException resourceNotFound(String resource, String message) {
        return new AthenaException("ResourceNotFoundException", 400, message, Map.of("ResourceName", resource));
    }

    /** Athena has the operation or not, we do not. */
    static AthenaException unknownOperation(String operation) {
        return new AthenaException(
                "UnknownOperationException", 400, "Operation '" + operation + "' is not supported", Map.of());
    }

    /** The body is not what AWS JSON 1.1 allows. */
    static AthenaException serialization(String message) {
        return new AthenaException("SerializationException", 400, message, Map.of());
    }

    /** The caller is not who it says, or did not say; {@code type} is one of AWS's common errors. */
    public static AthenaException unauthenticated(String type, String message) {
        return new AthenaException(type, type.equals("AccessDeniedException") ? 403 : 400, message, Map.of());
    }

    /** Our own failure; the message says nothing of its cause, the log does. */
    public static AthenaException internal() {
        return new AthenaException(
                "InternalServerException",
                500,
                "Something failed in the service; it is logged under the request id",
                Map.of());
    }

    /** What the query service refused, in Athena's words. */
    static AthenaException of(QueryException refusal) {
        String message = Objects.requireNonNullElse(refusal.getMessage(), refusal.code());
        return switch (refusal) {
            case QueryException.SyntaxError _, QueryException.SemanticError _, QueryException.NotSupported _ ->
                invalid("MALFORMED_QUERY", message);
            case QueryException.TooLong _,
                    QueryException.InvalidRequest _,
                    QueryException.NotFound _,
                    QueryException.ColumnDenied _,
                    QueryException.LimitExceeded _,
                    QueryException.EngineFailed _ -> invalidInput(message);
            case QueryException.NotAllowed _ -> new AthenaException("AccessDeniedException", 403, message, Map.of());
            case QueryException.TooManyQueries _ ->
                new AthenaException(
                        "TooManyRequestsException", 400, message, Map.of("Reason", "CONCURRENT_QUERY_LIMIT_EXCEEDED"));
            case QueryException.Unavailable _ -> new AthenaException("InternalServerException", 500, message, Map.of());
        };
    }

    /** The shape's name. */
    public String type() {
        return type;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** Members beside the message. */
    public Map<String, String> members() {
        return members;
    }
}

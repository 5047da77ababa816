package io.atalaya.catalog.http;

import io.atalaya.catalog.audit.AuditException;
import io.atalaya.catalog.identity.IdentityException;
import io.atalaya.catalog.request.RequestRefusal;
import io.atalaya.catalog.workspace.WorkspaceException;
import io.atalaya.ingestion.IngestionException;
import io.atalaya.lakehouse.LakehouseException;
import io.atalaya.policies.PolicyException;
import io.atalaya.policies.Sentence;
import io.atalaya.policies.Told;
import io.atalaya.policies.audit.AuditLog;
import io.atalaya.policies.yaml.YamlProblem;
import io.atalaya.query.QueryException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/** Every failure that a client may be told of, as a problem: one exhaustive switch for each family. */
public final class Problems {
    private Problems() {}

    /** What a client is told; empty if the failure is our own and only the log may know. */
    public static Optional<Problem> of(Throwable failure) {
        return switch (failure) {
            case RequestException refused -> Optional.of(problem(refused));
            case QueryException refused -> Optional.of(problem(refused));
            case PolicyException refused -> Optional.of(problem(refused));
            case IdentityException refused -> Optional.of(problem(refused));
            case AuditException refused -> Optional.of(problem(refused));
            case IngestionException refused -> Optional.of(problem(refused));
            case LakehouseException refused -> Optional.of(problem(refused));
            case RequestRefusal refused -> Optional.of(problem(refused));
            case WorkspaceException refused -> Optional.of(Problem.of(400, "invalid-workspace", detail(refused)));
            case YamlProblem refused ->
                Optional.of(Problem.of(400, "invalid-file", detail(refused))
                        .at(place(refused.line()), place(refused.column())));
            case AuditLog.AuditUnavailable _ ->
                Optional.of(
                        Problem.of(
                                503,
                                "audit-unavailable",
                                Sentence.of(
                                        "Nothing can be put on record, so nothing was done; the administrator must look at the audit log's disk")));
            default -> Optional.empty();
        };
    }

    private static Problem problem(RequestException refused) {
        Sentence detail = detail(refused);
        return switch (refused) {
            case RequestException.BadRequest _ -> Problem.of(400, "bad-request", detail);
            case RequestException.Unauthenticated _ -> Problem.of(401, "unauthenticated", detail);
            case RequestException.CrossSite _ ->
                Problem.of(403, "forbidden", detail).withCode("csrf");
            case RequestException.Forbidden forbidden ->
                Problem.of(403, "forbidden", detail).withCode(forbidden.code());
            case RequestException.NotFound _ -> Problem.of(404, "not-found", detail);
            case RequestException.Conflict conflict ->
                Problem.of(409, "conflict", detail).withCode(conflict.code());
            case RequestException.TooLarge _ -> Problem.of(413, "too-large", detail);
            case RequestException.TryLater _ -> Problem.of(429, "try-later", detail);
        };
    }

    private static Problem problem(QueryException refused) {
        Sentence detail = detail(refused);
        Problem problem = switch (refused) {
            case QueryException.SyntaxError _ -> Problem.of(400, "syntax-error", detail);
            case QueryException.SemanticError _ -> Problem.of(400, "semantic-error", detail);
            case QueryException.NotSupported _ -> Problem.of(400, "not-supported", detail);
            case QueryException.InvalidRequest _ -> Problem.of(400, "bad-request", detail);
            case QueryException.NotFound _ -> Problem.of(404, "not-found", detail);
            case QueryException.ColumnDenied _, QueryException.NotAllowed _ -> Problem.of(403, "forbidden", detail);
            case QueryException.TooLong _ -> Problem.of(413, "too-large", detail);
            case QueryException.LimitExceeded _ -> Problem.of(422, "limit-exceeded", detail);
            case QueryException.EngineFailed _ -> Problem.of(422, "engine-failed", detail);
            case QueryException.TooManyQueries _ -> Problem.of(429, "try-later", detail);
            case QueryException.Unavailable _ -> Problem.of(503, "unavailable", detail);
        };
        return problem.withCode(refused.code()).at(refused.line(), refused.column());
    }

    private static Problem problem(PolicyException refused) {
        Sentence detail = detail(refused);
        return switch (refused) {
            case PolicyException.Invalid _ -> Problem.of(400, "invalid-policy", detail);
            case PolicyException.InvalidPredicate invalid ->
                Problem.of(400, "invalid-predicate", detail).at(OptionalInt.of(1), OptionalInt.of(invalid.position()));
            case PolicyException.NotPermitted _ -> Problem.of(403, "forbidden", detail);
            case PolicyException.NotFound _ -> Problem.of(404, "not-found", detail);
            case PolicyException.Conflict _ -> Problem.of(409, "conflict", detail);
        };
    }

    private static Problem problem(RequestRefusal refused) {
        Sentence detail = detail(refused);
        return switch (refused) {
            case RequestRefusal.Invalid _ -> Problem.of(400, "bad-request", detail);
            case RequestRefusal.NotPermitted forbidden ->
                Problem.of(403, "forbidden", detail).withCode(forbidden.code());
            case RequestRefusal.NotFound _ -> Problem.of(404, "not-found", detail);
            case RequestRefusal.IllegalTransition _ ->
                Problem.of(409, "conflict", detail).withCode("illegal-transition");
            case RequestRefusal.Stale _ -> Problem.of(409, "conflict", detail).withCode("stale");
        };
    }

    private static Problem problem(IdentityException refused) {
        Sentence detail = detail(refused);
        return switch (refused) {
            case IdentityException.Invalid _ -> Problem.of(400, "bad-request", detail);
            case IdentityException.NotFound _ -> Problem.of(404, "not-found", detail);
            case IdentityException.AlreadyExists _ -> Problem.of(409, "conflict", detail);
            case IdentityException.KeyFile _ -> Problem.of(500, "key-file", detail);
        };
    }

    private static Problem problem(AuditException refused) {
        Sentence detail = detail(refused);
        return switch (refused) {
            case AuditException.NotFound _ -> Problem.of(404, "not-found", detail);
            case AuditException.Retired _ -> Problem.of(410, "retired", detail);
            case AuditException.Corrupt _, AuditException.InUse _ -> Problem.of(503, "audit-unavailable", detail);
        };
    }

    private static Problem problem(IngestionException refused) {
        Sentence detail = detail(refused);
        return switch (refused) {
            case IngestionException.NotFound _ -> Problem.of(404, "not-found", detail);
            case IngestionException.Conflict _, IngestionException.Cancelled _ -> Problem.of(409, "conflict", detail);
            case IngestionException.NotAllowed _ -> Problem.of(403, "forbidden", detail);
            case IngestionException.BadFile _, IngestionException.BadStage _, IngestionException.CheckFailed _ ->
                Problem.of(422, "run-failed", detail);
            case IngestionException.OutOfSpace _, IngestionException.Unavailable _, IngestionException.TimedOut _ ->
                Problem.of(503, "unavailable", detail);
        };
    }

    private static Problem problem(LakehouseException refused) {
        Sentence detail = Sentence.formatted(refused.format(), refused.values());
        return switch (refused) {
            case LakehouseException.RowsDoNotFit _ -> Problem.of(422, "rows-do-not-fit", detail);
            case LakehouseException.NotSupported _ -> Problem.of(400, "not-supported", detail);
            case LakehouseException.Contended _ -> Problem.of(409, "conflict", detail);
            case LakehouseException.OutsideWarehouse _ ->
                Problem.of(400, "outside-warehouse", Sentence.of("A location is outside the warehouse"));
            case LakehouseException.Failed _ -> Problem.of(503, "unavailable", detail);
        };
    }

    private static OptionalInt place(int place) {
        return place > 0 ? OptionalInt.of(place) : OptionalInt.empty();
    }

    private static Sentence detail(Throwable refused) {
        return refused instanceof Told told
                ? told.sentence()
                : Sentence.of(Objects.requireNonNullElse(refused.getMessage(), "No reason was given"));
    }
}

package io.atalaya.catalog.rest;

import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.catalog.request.Proposals;
import io.atalaya.policies.PolicySnapshot;
import io.atalaya.policies.Principal;
import io.atalaya.query.ExecutionPage;
import io.atalaya.query.QueryExecution;
import io.atalaya.query.QueryService;
import io.atalaya.query.QueryState;
import io.atalaya.query.StartQuery;
import io.atalaya.query.result.ResultDocument;
import io.atalaya.query.result.TypedFile;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Running SQL. */
public final class QueryRoutes {
    private static final int LONGEST_WAIT = 10_000;
    private static final int LONGEST_REUSE = 10_080;
    private static final int MAX_ROWS = 10_000;

    private final QueryService queries;
    private final Supplier<PolicySnapshot> policies;
    private final Recorder recorder;
    private final Proposals proposals;

    public QueryRoutes(
            QueryService queries, Supplier<PolicySnapshot> policies, Recorder recorder, Proposals proposals) {
        this.queries = queries;
        this.policies = policies;
        this.recorder = recorder;
        this.proposals = proposals;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.post("/queries", this::start),
                Route.get("/queries", this::list),
                Route.get("/queries/{id}", this::get),
                Route.get("/queries/{id}/results", this::results),
                Route.get("/queries/{id}/file", this::file),
                Route.get("/queries/{id}/files/{number}", this::unloaded),
                Route.delete("/queries/{id}", this::stop));
    }

    private record StartRequest(
            @Nullable String sql,
            @Nullable String database,
            @Nullable String workgroup,
            @Nullable List<String> parameters,
            @Nullable String clientRequestToken,
            @Nullable Integer waitMs,
            @Nullable Integer reuseMaxAgeMinutes,
            @Nullable String purpose) {
        StartQuery query() {
            if (sql == null || sql.isBlank()) {
                throw RequestException.BadRequest.missing("sql");
            }
            return new StartQuery(
                    sql,
                    Optional.ofNullable(database).filter(text -> !text.isBlank()),
                    Optional.ofNullable(workgroup).filter(text -> !text.isBlank()),
                    Optional.ofNullable(clientRequestToken),
                    Objects.requireNonNullElse(parameters, List.of()),
                    Optional.empty(),
                    reuse(),
                    "rest");
        }

        private Optional<Duration> reuse() {
            if (reuseMaxAgeMinutes == null) {
                return Optional.empty();
            }
            if (reuseMaxAgeMinutes < 0 || reuseMaxAgeMinutes > LONGEST_REUSE) {
                throw new RequestException.BadRequest("'reuseMaxAgeMinutes' must be from 0 to {0}", LONGEST_REUSE);
            }
            return Optional.of(Duration.ofMinutes(reuseMaxAgeMinutes));
        }

        Duration longestWait() {
            int millis = Objects.requireNonNullElse(waitMs, 0);
            if (millis < 0 || millis > LONGEST_WAIT) {
                throw new RequestException.BadRequest("'waitMs' must be from 0 to {0}", LONGEST_WAIT);
            }
            return Duration.ofMillis(millis);
        }
    }

    private void start(Context ctx) {
        StartRequest request = Body.read(ctx, StartRequest.class);
        Principal principal = Caller.of(ctx).principal().to(purpose(request));
        Duration wait = request.longestWait();
        QueryExecution started = queries.start(principal, request.query());
        QueryExecution now =
                wait.isZero() ? started : queries.await(principal, started.id().toString(), wait);
        Optional<QueryViews.Results> results = wait.isZero() || now.state() != QueryState.SUCCEEDED
                ? Optional.empty()
                : Optional.of(QueryViews.of(queries.results(principal, now.id().toString(), Optional.empty(), 1000)));
        Body.write(ctx, 202, QueryViews.of(now, results, proposals.of(principal, now)));
    }

    /** To what end the statement asks; what grants are bound to it count then. */
    private Optional<String> purpose(StartRequest request) {
        Optional<String> purpose = Optional.ofNullable(request.purpose()).filter(text -> !text.isBlank());
        purpose.filter(name -> policies.get().purposes().stream()
                        .noneMatch(known -> known.name().equals(name)))
                .ifPresent(name -> {
                    throw new RequestException.BadRequest("There is no purpose '{0}'; GET /purposes lists them", name);
                });
        return purpose;
    }

    private void list(Context ctx) {
        Principal principal = Caller.of(ctx).principal();
        ExecutionPage page = queries.list(
                principal,
                Parameters.text(ctx, "workgroup"),
                Parameters.text(ctx, "cursor"),
                Parameters.integer(ctx, "limit", 50, 1, 200));
        Body.write(
                ctx,
                new Page<>(
                        page.executions().stream()
                                .map(execution -> QueryViews.of(execution, Optional.empty()))
                                .toList(),
                        page.nextToken()));
    }

    private void get(Context ctx) {
        Principal principal = Caller.of(ctx).principal();
        QueryExecution execution = queries.get(principal, ctx.pathParam("id"));
        Body.write(ctx, QueryViews.of(execution, Optional.empty(), proposals.of(principal, execution)));
    }

    private void results(Context ctx) {
        Body.write(
                ctx,
                QueryViews.of(queries.results(
                        Caller.of(ctx).principal(),
                        ctx.pathParam("id"),
                        Parameters.text(ctx, "cursor"),
                        Parameters.integer(ctx, "limit", 1000, 1, MAX_ROWS))));
    }

    /** The whole result as the file that Athena would put in its output location, or with its types. */
    private void file(Context ctx) {
        Caller caller = Caller.of(ctx);
        String id = ctx.pathParam("id");
        send(
                ctx,
                caller,
                id,
                switch (Parameters.text(ctx, "format").orElse("csv")) {
                    case "csv" -> queries.document(caller.principal(), id);
                    case "parquet" -> queries.typed(caller.principal(), id, TypedFile.PARQUET);
                    case "arrow" -> queries.typed(caller.principal(), id, TypedFile.ARROW);
                    default -> {
                        queries.get(caller.principal(), id);
                        throw new RequestException.BadRequest("'format' must be csv, parquet or arrow");
                    }
                });
    }

    /** One of the files that an UNLOAD wrote. */
    private void unloaded(Context ctx) {
        Caller caller = Caller.of(ctx);
        String id = ctx.pathParam("id");
        send(ctx, caller, id, queries.unloaded(caller.principal(), id, Parameters.number(ctx, "number", "File")));
    }

    private void send(Context ctx, Caller caller, String id, ResultDocument document) {
        recorder.happened(caller, "data.export.download", id, Map.of("file", document.name()));
        ctx.contentType(document.contentType());
        ctx.header("Content-Disposition", "attachment; filename=\"" + document.name() + "\"");
        try {
            document.content().writeTo(ctx.res().getOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void stop(Context ctx) {
        Principal principal = Caller.of(ctx).principal();
        Body.write(ctx, QueryViews.of(queries.stop(principal, ctx.pathParam("id")), Optional.empty()));
    }
}

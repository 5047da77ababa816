package io.atalaya.catalog.rest;

import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Parameters;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.policies.Principal;
import io.atalaya.query.QueryException;
import io.atalaya.query.QueryService;
import io.atalaya.query.workgroup.Workgroup;
import io.atalaya.query.workgroup.Workgroups;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Workgroups: everybody may read them, administrators may change them. */
public final class WorkgroupRoutes {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,128}");

    private final Workgroups workgroups;
    private final QueryService queries;

    public WorkgroupRoutes(Workgroups workgroups, QueryService queries) {
        this.workgroups = workgroups;
        this.queries = queries;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/workgroups", this::list),
                Route.put("/workgroups/{name}", this::put),
                Route.delete("/workgroups/{name}", this::delete));
    }

    /** What is absent is not limited, or as it is by default. */
    private record PutRequest(
            @Nullable Boolean enabled,
            @Nullable String description,
            @Nullable String outputLocation,
            @Nullable Boolean enforced,
            @Nullable Long bytesScannedCutoff,
            @Nullable Integer concurrency,
            @Nullable Integer queueLimit) {
        Workgroup named(String name) {
            return new Workgroup(
                    name,
                    Objects.requireNonNullElse(enabled, true),
                    Optional.ofNullable(description),
                    Optional.ofNullable(outputLocation),
                    Objects.requireNonNullElse(enforced, false),
                    bytesScannedCutoff == null ? OptionalLong.empty() : OptionalLong.of(bytesScannedCutoff),
                    limit(concurrency),
                    limit(queueLimit),
                    Instant.EPOCH);
        }

        private static OptionalInt limit(@Nullable Integer value) {
            return value == null ? OptionalInt.empty() : OptionalInt.of(value);
        }
    }

    private void list(Context ctx) {
        Caller.of(ctx);
        var page = workgroups.list(Parameters.text(ctx, "cursor"), Parameters.integer(ctx, "limit", 50, 1, 50));
        Body.write(ctx, new Page<>(page.workgroups(), page.nextToken()));
    }

    private void put(Context ctx) {
        Principal principal = Caller.of(ctx).principal();
        Workgroup wanted = Body.read(ctx, PutRequest.class).named(name(ctx));
        Body.write(
                ctx,
                exists(wanted.name()) ? workgroups.update(principal, wanted) : workgroups.create(principal, wanted));
    }

    private void delete(Context ctx) {
        queries.deleteWorkgroup(
                Caller.of(ctx).principal(),
                name(ctx),
                Parameters.text(ctx, "withContents").filter("true"::equals).isPresent());
        ctx.status(204);
    }

    private boolean exists(String name) {
        try {
            workgroups.get(name);
            return true;
        } catch (QueryException.NotFound _) {
            return false;
        }
    }

    private static String name(Context ctx) {
        String name = ctx.pathParam("name");
        if (!NAME.matcher(name).matches()) {
            throw new RequestException.BadRequest("A workgroup's name must match {0}", NAME.pattern());
        }
        return name;
    }
}

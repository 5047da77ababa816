package io.atalaya.catalog.http;

import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Puts on record who was refused at the edge, and who read who may do what. */
public final class RecordedRoutes {
    private static final Set<String> READS = Set.of(
            "/grants",
            "/policies/grants",
            "/policies/members",
            "/policies/guards",
            "/policies/filters",
            "/policies/assignments",
            "/policies/matrix",
            "/users",
            "/users/{name}",
            "/users/{name}/tokens",
            "/users/{name}/keys",
            "/datasets/{database}/{name}/access",
            "/datasets/{database}/{name}/columns/{column}/principals",
            "/reports/unused-grants",
            "/reports/excess-grants");
    private static final int LONGEST_PATH = 400;

    private final Recorder recorder;

    public RecordedRoutes(Recorder recorder) {
        this.recorder = recorder;
    }

    /** The same route, with what it does on record. */
    public Route of(Route route) {
        boolean read = route.method().name().equals("GET") && READS.contains(route.path());
        return new Route(route.method(), route.path(), ctx -> {
            try {
                route.handler().handle(ctx);
            } catch (RuntimeException e) {
                refused(ctx, e);
                throw e;
            }
            if (read) {
                recorder.happened(Caller.of(ctx), "metadata.read", path(ctx), parameters(ctx));
            }
        });
    }

    private void refused(Context ctx, RuntimeException failure) {
        Optional<Problem> problem = Problems.of(failure);
        if (problem.isPresent() && problem.get().status() == 403) {
            Caller.maybe(ctx)
                    .ifPresent(caller -> recorder.happened(
                            caller,
                            "access.denied",
                            path(ctx),
                            Map.of(
                                    "method", ctx.method().name(),
                                    "reason", String.valueOf(failure.getMessage()))));
        }
    }

    private static String path(Context ctx) {
        String path = ctx.path();
        String below = path.startsWith(HttpServer.API) ? path.substring(HttpServer.API.length()) : path;
        return below.substring(0, Math.min(LONGEST_PATH, below.length()));
    }

    private static Map<String, Object> parameters(Context ctx) {
        Map<String, Object> parameters = new TreeMap<>();
        for (String name : List.of("principal", "table", "user", "profile", "at", "key", "source", "q", "cursor")) {
            Optional.ofNullable(ctx.queryParam(name))
                    .ifPresent(value ->
                            parameters.put(name, value.substring(0, Math.min(LONGEST_PATH, value.length()))));
        }
        return parameters;
    }
}

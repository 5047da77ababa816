package io.atalaya.catalog.rest;

import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Route;
import io.atalaya.query.compile.FunctionIndex;
import io.javalin.http.Context;
import java.util.List;

/** The functions that a statement may call: the same for everybody. */
public final class FunctionRoutes {
    /** All of them. */
    public List<Route> routes() {
        return List.of(Route.get("/functions", FunctionRoutes::list));
    }

    private static void list(Context ctx) {
        // Whoever is signed in; nobody else.
        Caller.of(ctx);
        Body.write(ctx, Page.of(FunctionIndex.all()));
    }
}

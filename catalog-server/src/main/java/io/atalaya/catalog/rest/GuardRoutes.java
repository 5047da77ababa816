package io.atalaya.catalog.rest;

import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.policies.Policies;
import io.atalaya.policies.Source;
import io.atalaya.policies.code.PolicyFile;
import io.atalaya.policies.code.PolicyResolver;
import io.atalaya.policies.guard.Guard;
import io.atalaya.policies.store.PolicyItem;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;

/** Guards by hand, in the words of a policy file; for administrators. Those of files are changed by applying the files. */
public final class GuardRoutes {
    private final Policies policies;
    private final PolicyResolver names;

    public GuardRoutes(Policies policies, PolicyResolver names) {
        this.policies = policies;
        this.names = names;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.put("/policies/guards/{name}", this::put), Route.delete("/policies/guards/{name}", this::remove));
    }

    /** In the place of what was made by hand under that name. */
    private void put(Context ctx) {
        Caller caller = Caller.administrator(ctx);
        PolicyFile.Guard guard = Body.read(ctx, PolicyFile.Guard.class);
        policies.put(
                caller.principal(),
                new PolicyFile(null, null, null, null, null, null, null, null, Map.of(ctx.pathParam("name"), guard)),
                new Source.Hand(),
                names);
        ctx.status(204);
    }

    private void remove(Context ctx) {
        Caller caller = Caller.administrator(ctx);
        String name = ctx.pathParam("name");
        Guard guard = policies.current().guards().stream()
                .filter(one -> one.name().equals(name)
                        && (one.source() instanceof Source.Hand || one.source() instanceof Source.Lineage))
                .findFirst()
                .orElseThrow(() -> new RequestException.NotFound("Guard '{0}' by hand", name));
        policies.remove(caller.principal(), new PolicyItem.OfGuard(guard));
        ctx.status(204);
    }
}

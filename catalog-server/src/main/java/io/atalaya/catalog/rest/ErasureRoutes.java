package io.atalaya.catalog.rest;

import io.atalaya.catalog.audit.Erasures;
import io.atalaya.catalog.http.Body;
import io.atalaya.catalog.http.Caller;
import io.atalaya.catalog.http.Recorder;
import io.atalaya.catalog.http.RequestException;
import io.atalaya.catalog.http.Route;
import io.atalaya.catalog.identity.Users;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Erasing people from the audit log, and legal holds; for administrators. */
public final class ErasureRoutes {
    private static final int LONGEST_REASON = 1000;

    private final Erasures erasures;
    private final Users users;
    private final Recorder recorder;

    public ErasureRoutes(Erasures erasures, Users users, Recorder recorder) {
        this.erasures = erasures;
        this.users = users;
        this.recorder = recorder;
    }

    /** All of them. */
    public List<Route> routes() {
        return List.of(
                Route.get("/audit/holds", this::holds),
                Route.put("/audit/holds/{name}", this::hold),
                Route.delete("/audit/holds/{name}", this::release),
                Route.delete("/audit/people/{name}", this::erase));
    }

    private record NewHold(@Nullable String reason) {}

    private void holds(Context ctx) {
        Caller.administrator(ctx);
        Body.write(ctx, Page.of(erasures.holds()));
    }

    private void hold(Context ctx) {
        Caller actor = Caller.administrator(ctx);
        String reason = Body.read(ctx, NewHold.class).reason();
        if (reason == null || reason.isBlank() || reason.length() > LONGEST_REASON) {
            throw new RequestException.BadRequest("'reason' must have 1 to " + LONGEST_REASON + " characters");
        }
        String name = ctx.pathParam("name");
        recorder.run(
                actor,
                "audit.hold",
                name,
                Map.of("reason", reason),
                () -> erasures.hold(name, reason, actor.principal().name()));
        ctx.status(204);
    }

    private void release(Context ctx) {
        Caller actor = Caller.administrator(ctx);
        String name = ctx.pathParam("name");
        if (!erasures.isHeld(name)) {
            throw new RequestException.NotFound("Hold on '" + name + "'");
        }
        recorder.run(actor, "audit.release", name, Map.of(), () -> erasures.release(name));
        ctx.status(204);
    }

    /** What is recorded of it names the person as the lines do; nobody can tell any more who that was. */
    private void erase(Context ctx) {
        Caller actor = Caller.administrator(ctx);
        String name = ctx.pathParam("name");
        if (erasures.isHeld(name)) {
            throw new RequestException.Conflict("The records about that person are held; see GET /audit/holds");
        }
        if (users.find(name).filter(user -> !user.disabled()).isPresent()) {
            throw new RequestException.Conflict("Disable the user first, or new records will be about them");
        }
        String person = erasures.inLines(name)
                .orElseThrow(() -> new RequestException.NotFound("A record about '" + name + "'"));
        recorder.run(actor, "audit.erase", person, Map.of(), () -> erasures.erase(name));
        ctx.status(204);
    }
}
